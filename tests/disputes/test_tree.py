"""Games in turn with private types: best and equal moves, beliefs, threats, ultimata, attrition."""

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.special import expit

from detente.disputes.tree import (
    CHANCE,
    END,
    ONE_TYPE,
    Tree,
    Types,
    _forward,
    normal_types,
    respond,
)
from detente.errors import InputError
from detente.talks.alternating import alternating_offers
from detente.talks.private_information import sequential_offers
from detente.talks.threats import credibility


def tree(nodes):
    """Make a tree of ``(parent, owner, chance, payoffs, tilts)``, level by level."""
    parent, owner, chance, payoff, tilt = zip(*nodes, strict=True)
    return Tree(np.array(owner), np.array(parent), np.array(chance, dtype=float),
                np.array(payoff, dtype=float), np.array(tilt, dtype=float))  # fmt: skip


def random_tree(random, depth=4):
    nodes = [(-1, int(random.integers(3)), 1.0, (0.0, 0.0), (0.0, 0.0))]
    level = [0]
    for deep in range(1, depth + 1):
        grown = []
        for parent in level:
            if nodes[parent][1] == END:
                continue
            count = int(random.integers(2, 4))
            drawn = random.dirichlet(np.ones(count))
            for at in range(count):
                ends = deep == depth or random.random() < 0.2
                chance = drawn[at] if nodes[parent][1] == CHANCE else 1.0
                owner = END if ends else int(random.integers(3))
                nodes.append((parent, owner, chance, random.normal(size=2), random.normal(size=2)))
                grown.append(len(nodes) - 1)
        level = grown
    return tree(nodes)


def backward(game, node=0):
    """Return what best moves bring, and the nodes on their path, by plain recursion."""
    below = [at for at in range(len(game.parent)) if game.parent[at] == node]
    found = {at: backward(game, at) for at in below}
    if not below:
        return game.payoff[node], {node}
    owner = game.owner[node]
    if owner == CHANCE:
        value = sum(game.chance[at] * found[at][0] for at in below)
        return game.payoff[node] + value, {node}.union(*(found[at][1] for at in below))
    best = max(below, key=lambda at: found[at][0][owner])
    return game.payoff[node] + found[best][0], {node} | found[best][1]


@pytest.mark.parametrize("block", range(4))
def test_without_noise_and_types_it_is_backward_induction(block):
    for seed in range(50 * block, 50 * block + 50):
        game = random_tree(np.random.default_rng(seed))
        value, path = backward(game)
        for precision in (np.inf, 1e7):
            found = respond(game, precision=precision)
            assert set(np.flatnonzero(found.reach > 1e-6)) == path, seed
            np.testing.assert_allclose([found.value[0][0, 0], found.value[1][0, 0]], value,
                                       atol=1e-5)  # fmt: skip


def test_without_precision_all_moves_are_alike():
    game = random_tree(np.random.default_rng(3))
    found = respond(game, (normal_types(), normal_types(3)), 0.0)
    for side in (0, 1):
        for node in np.flatnonzero(game.owner == side):
            below = game.parent == node
            assert (found.move[side][below] == 1 / below.sum()).all()


def test_beliefs_are_a_martingale_and_chances_sum_to_one():
    game = random_tree(np.random.default_rng(11), depth=5)
    types = normal_types(), normal_types(4)
    found = respond(game, types, 1.5)
    moved = 0.0
    for node in np.flatnonzero(game.owner != END):
        below = game.parent == node
        assert found.reach[below].sum() == pytest.approx(found.reach[node], rel=1e-9)
        for side in (0, 1):
            mean = (found.reach[below, None] * found.belief[side][below]).sum(axis=0)
            np.testing.assert_allclose(mean, found.reach[node] * found.belief[side][node],
                                       atol=1e-8)  # fmt: skip
            moved += np.abs(found.belief[side][below] - types[side].prior).max()
    assert moved > 1


def test_each_type_answers_the_others_mean_moves():
    """Equilibrium, checked by a recursion that knows nothing of sweeps."""
    game = random_tree(np.random.default_rng(5))
    types = normal_types(3), normal_types(3)
    found = respond(game, types, 0.8)

    def worth(side, theta, node):
        below = [at for at in range(len(game.parent)) if game.parent[at] == node]
        own = game.payoff[node, side] + game.tilt[node, side] * types[side].value[theta]
        ahead = [worth(side, theta, at) for at in below]
        if not below:
            return own
        if game.owner[node] == side:
            odds = np.exp(0.8 * np.array(ahead))
            np.testing.assert_allclose(found.move[side][below, theta], odds / odds.sum(), atol=1e-6)
            return own + float(odds @ ahead / odds.sum())
        other = game.owner[node]
        if other == CHANCE:
            return own + sum(game.chance[at] * one for at, one in zip(below, ahead, strict=True))
        # the other's moves, by what it has done on the way here
        way, chance = node, types[other].prior.copy()
        while way > 0:
            if game.owner[game.parent[way]] == other:
                chance = chance * found.move[other][way]
            way = game.parent[way]
        mean = [(chance * found.move[other][at]).sum() / chance.sum() for at in below]
        return own + float(np.dot(mean, ahead))

    for side in (0, 1):
        for theta in range(3):
            assert worth(side, theta, 0) == pytest.approx(found.value[side][0, theta], abs=1e-6)


def test_scale_of_payoffs_and_precision_are_one_thing():
    game = random_tree(np.random.default_rng(8))
    twice = Tree(game.owner, game.parent, game.chance, 2 * game.payoff, 2 * game.tilt)
    types = normal_types(), normal_types()
    one, other = respond(game, types, 1.0), respond(twice, types, 0.5)
    np.testing.assert_allclose(one.reach, other.reach, atol=1e-7)


@pytest.mark.parametrize("margin", [-0.7, 0.0, 1.3])
def test_a_threat_alone_is_carried_out_as_its_credibility_says(margin):
    game = tree([(-1, 0, 1, (0, 0), (0, 0)), (0, END, 1, (margin, 0), (0, 0)),
                 (0, END, 1, (0, 0), (0, 0))])  # fmt: skip
    found = respond(game, precision=2.5).reach[1]
    expected = credibility(np.array([margin, 0]), np.zeros(2), spread=1 / 2.5).probability
    assert found == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("cost", "audience", "chance"), [(0.6, 0.2, 0.6), (0.3, 0.5, 1), (1.4, 0.2, 0)]
)
def test_a_threat_of_uniform_resolve(cost, audience, chance):
    """Resolve R on [0, 1]: carried out where R − cost is above −audience: 1 − (cost − audience)."""
    resolve = Types((np.arange(1000) + 0.5) / 1000, np.full(1000, 1e-3))
    game = tree([(-1, 0, 1, (0, 0), (0, 0)), (0, END, 1, (-cost, 0), (1, 0)),
                 (0, END, 1, (-audience, 0), (0, 0))])  # fmt: skip
    assert respond(game, (resolve, ONE_TYPE), np.inf).reach[1] == pytest.approx(chance, abs=1e-3)


@pytest.mark.parametrize("cost", [0.0, 0.3, 0.6])
def test_an_ultimatum_against_uniform_types(cost):
    """A seller of cost c asks (1 + c)/2, and (1 − c)/2 of buyers pay it."""
    asked = np.linspace(0, 1, 101)
    buyers = Types((np.arange(1000) + 0.5) / 1000, np.full(1000, 1e-3))
    nodes = [(-1, 0, 1, (0, 0), (0, 0))]
    nodes += [(0, 1, 1, (0, 0), (0, 0)) for _ in asked]
    for at, price in enumerate(asked):
        nodes += [
            (at + 1, END, 1, (price - cost, -price), (0, 1)),
            (at + 1, END, 1, (0, 0), (0, 0)),
        ]
    found = respond(tree(nodes), (ONE_TYPE, buyers), np.inf)
    price = asked[found.reach[1:102].argmax()]
    assert price == pytest.approx((1 + cost) / 2, abs=0.011)
    sold = found.reach[102::2].sum()
    assert sold == pytest.approx((1 - cost) / 2, abs=0.011)
    # the same by the solver of offers to a private reservation value: what is left to the buyer
    # is 1 − price, and one of value v does without 1 − v
    offers = np.column_stack([asked - cost, 1 - asked])
    other = sequential_offers(offers, 1 - buyers.value[::-1], buyers.prior)
    assert asked[other.offers[0]] == pytest.approx(price, abs=0.011)
    assert other.agreement == pytest.approx(sold, abs=0.011)


def bargaining(prices, discount, rounds):
    """A seller asks a price in each round, a buyer whose type is its value pays it or waits."""
    nodes, here = [(-1, 0, 1.0, (0, 0), (0, 0))], [0]
    for turn in range(rounds):
        left, asked = discount**turn, []
        for at in here:
            for price in prices:
                asked.append((len(nodes), price))
                nodes.append((at, 1, 1.0, (0, 0), (0, 0)))
        here = []
        for at, price in asked:
            nodes.append((at, END, 1.0, (left * price, -left * price), (0, left)))
            here.append(len(nodes))
            nodes.append((at, END if turn + 1 == rounds else 0, 1.0, (0, 0), (0, 0)))
    return tree(nodes)


@pytest.mark.parametrize("seed", [3, 11])
def test_offers_in_two_rounds_are_those_of_the_solver_of_sequential_offers(seed):
    random, prices, discount = np.random.default_rng(seed), np.linspace(0.1, 1, 10), 0.8
    value, prior = np.sort(random.uniform(0.1, 1, 4)), random.dirichlet(3 * np.ones(4))
    offers = np.column_stack([prices, 1 - prices])
    expected = sequential_offers(offers, 1 - value[::-1], prior[::-1],
                                 discount=(discount, discount), rounds=2)  # fmt: skip
    game = bargaining(prices, discount, 2)
    found = respond(game, (ONE_TYPE, Types(value, prior)), 100.0)
    first = found.reach[1:11]
    second = found.reach[np.flatnonzero(game.owner == 1)[10:]].reshape(10, 10).sum(axis=0)
    assert [first.argmax(), second.argmax()] == expected.offers.tolist()
    assert first.max() > 0.9
    paid = np.flatnonzero(game.payoff[:, 0] > 0)
    early = game.parent[paid] <= 10
    accepted = [found.reach[paid[which]].sum() for which in (early, ~early)]
    np.testing.assert_allclose(accepted, expected.accepted, atol=0.02)
    assert min(accepted) > 0.2


def test_a_long_war_of_attrition_starts_near_its_stationary_hazard():
    """In turn: holding costs cΔ and wins v where the other concedes next; conceding pays 0.

    With q the chance of conceding, the worth of holding is H = qv − cΔ + (1 − q)² H, and
    q = Λ(−λH).
    """
    prize, cost, precision, turns = 10.0, 0.1, 0.2, 400

    def excess(q):
        held = (q * prize - cost) / (1 - (1 - q) ** 2)
        return q - 1 / (1 + np.exp(precision * held))

    root = brentq(excess, 1e-6, 1 - 1e-6, xtol=1e-14)
    nodes, holds = [(-1, 0, 1.0, (0, 0), (0, 0))], 0
    for turn in range(turns):
        side = turn % 2
        wins = (0, prize) if side == 0 else (prize, 0)
        bears = (-cost, 0) if side == 0 else (0, -cost)
        nodes.append((holds, END, 1.0, wins, (0, 0)))
        nodes.append((holds, 1 - side if turn + 1 < turns else END, 1.0, bears, (0, 0)))
        holds = len(nodes) - 1
    found = respond(tree(nodes), precision=precision)
    assert found.move[0][1, 0] == pytest.approx(root, rel=1e-6)
    assert found.move[1][3, 0] == pytest.approx(root, rel=1e-6)


PRIZE, COST = 10.0, 0.1
"""Of attrition: v, and cΔ with c = 1 and Δ = .1."""


def holding(q):
    """Return H = (qv − (1 − q)cΔ)/(1 − (1 − q)²): what holding brings where both concede with q."""
    return (q * PRIZE - (1 - q) * COST) / (1 - (1 - q) ** 2)


def excess(q, precision):
    """Return how far q is from Λ(−λH)."""
    return q - expit(-precision * holding(q))


ATTRITION = {10.0: 0.010866, 100.0: 0.0099915, 1000.0: 0.0099099}
"""λ → chance of conceding, the only root; cΔ/(v + cΔ) = .0099010 at λ = ∞."""


@pytest.mark.parametrize("precision", ATTRITION)
def test_attrition_has_one_root(precision):
    grid = np.r_[np.linspace(1e-5, 0.05, 5000), np.linspace(0.05, 0.999, 1000)]
    signs = np.array([excess(q, precision) for q in grid]) > 0
    assert (np.diff(signs.astype(int)) != 0).sum() == 1
    root = brentq(excess, 1e-6, 0.5, args=(precision,), xtol=1e-15)
    assert root == pytest.approx(ATTRITION[precision], rel=5e-5)
    limit = brentq(excess, 1e-6, 0.5, args=(1e9,), xtol=1e-15)
    assert limit == pytest.approx(COST / (PRIZE + COST), rel=1e-6)
    assert limit == pytest.approx(0.0099010, abs=5e-8)


def test_attrition_of_moves_at_one_time_concedes_by_that_root():
    """The other's moves are nodes of chance; the own answer crosses its chance at the root alone.

    The last turn goes on as the stationary path does: what is off there grows by (1 − q)(1 + λHq) a
    turn, since who expects less concedes more. Of nine games at once, payoffs are scaled in place
    of λ.
    """
    turns, precisions = 60, np.array(list(ATTRITION))
    roots = np.array([brentq(excess, 1e-6, 0.5, args=(one,), xtol=1e-15) for one in precisions])
    other = np.concatenate([roots, 0.99 * roots, 1.01 * roots])
    nodes, here = [(-1, 0, 0.0, 0.0)], 0
    for turn in range(turns):
        last = turn + 1 == turns
        nodes += [(here, END, 0.0, 0.0), (here, CHANCE, 0.0, 0.0)]  # concede, hold on
        held = len(nodes) - 1
        nodes += [(held, END, PRIZE, 1.0), (held, END if last else 0, -COST, -1.0)]
        here = len(nodes) - 1
    parent, owner, paid, yields = (np.array(one) for one in zip(*nodes, strict=True))
    # yields: 1 where the other concedes, −1 where it holds on too, 0 where it does not move
    chance = np.where(yields[:, None] > 0, other, np.where(yields[:, None] < 0, 1 - other, 1.0))
    payoff = np.zeros((len(parent), 2, len(other)))
    payoff[:, 0] = paid[:, None]
    payoff[-1, 0] += (1 - other) * holding(other)
    payoff *= np.tile(precisions, 3)
    found = respond(Tree(owner, parent, chance, payoff, np.zeros_like(payoff)))
    first = found.move[0][1, 0].reshape(3, 3)  # at the root, below, above
    np.testing.assert_allclose(first[0], list(ATTRITION.values()), rtol=5e-5)
    np.testing.assert_allclose(first[0], roots, rtol=1e-7)
    assert (first[1] > 1.01 * roots).all()
    assert (first[2] < 0.99 * roots).all()


def attrition(shares, rates, step, turns):
    """Return who demands a share waiting for the other, in turn, until one concedes."""
    nodes, holds = [(-1, 0, 1.0, (0, 0), (0, 0))], 0
    for turn in range(turns):
        side, other, time = turn % 2, 1 - turn % 2, step * (turn // 2)
        paid = [0.0, 0.0]
        paid[side] = np.exp(-rates[side] * time) * (1 - shares[other])
        paid[other] = np.exp(-rates[other] * time) * shares[other]
        nodes.append((holds, END, 1.0, tuple(paid), (0, 0)))
        nodes.append((holds, other if turn + 1 < turns else END, 1.0, (0, 0), (0, 0)))
        holds = len(nodes) - 1
    return tree(nodes)


def test_sides_that_may_be_obstinate_concede_as_in_closed_form():
    """Abreu and Gul (2000): demands of .7 and .6, rates .1 and .2, obstinate with .05 and .2.

    Hazards are r_j (1 − α_i)/(α_1 + α_2 − 1); who would be known as obstinate later, 14.979 against
    12.071, concedes at once with 1 − z_1 z_2^(−κ_1/κ_2). Along these moves Bayes' rule must end at
    certainty for both together, and no time to concede may be better than another.
    """
    hazard, mass, step, turns = (0.2, 0.4 / 3), 0.44098, 0.02, 1206
    game = attrition((0.7, 0.6), (0.1, 0.2), step, turns)
    types = [Types(np.array([0.0, 1.0]), np.array([1 - z, z])) for z in (0.05, 0.2)]
    moves = [np.ones((len(game.parent), 2)) for _ in (0, 1)]
    obstinate = [0.05, 0.2]
    for turn in range(turns):
        side, concedes = turn % 2, 1 + 2 * turn
        mean = mass if turn == 0 else 1 - np.exp(-hazard[side] * step)
        own = mean / (1 - obstinate[side])
        moves[side][concedes], moves[side][concedes + 1] = (own, 0), (1 - own, 1)
        obstinate[side] /= 1 - mean
    beliefs = _forward(game, types, tuple(moves))[0]
    after = 2 * np.arange(turns + 1)  # the node in which both held out so long
    # by hand: .05/(1 − .44098) e^(.2 · 4.98) (at once there is the mass alone), .2 e^(.13333 · 5)
    assert beliefs[0][after[500 - 1], 1] == pytest.approx(0.0894421 * np.exp(0.996), rel=1e-5)
    assert beliefs[1][after[500], 1] == pytest.approx(0.3895468, rel=1e-5)
    # they end at 12.04 rather than 12.071
    assert [one[after[-1], 1] for one in beliefs] == pytest.approx([0.99386, 0.99857], abs=1e-5)

    def worth(side, turn):
        """Return what conceding in a turn brings a side that is not obstinate, as all know."""
        plan = np.ones_like(moves[side])
        plan[1 + side * 2 :: 4], plan[1 + 2 * turn] = 0, 1
        plan[2 + 2 * turn] = 0
        alone = [types[0], types[1]]
        alone[side] = ONE_TYPE
        way = [moves[0], moves[1]]
        way[side] = plan[:, :1]
        return _forward(game, alone, tuple(way))[2] @ game.payoff[:, side]

    found = [worth(0, 2 * at) for at in (0, 1, 100, 300, 500, 602)]
    np.testing.assert_allclose(found, 0.4, atol=2e-3)
    found = [worth(1, 2 * at + 1) for at in (0, 1, 100, 300, 500, 602)]
    np.testing.assert_allclose(found, 0.44098 * 0.6 + 0.55902 * 0.3, atol=2e-3)


@pytest.mark.parametrize("rounds", [1, 2, 3])
def test_offers_in_turn_without_noise_are_rubinsteins(rounds):
    """Who offers names a package, the other takes or leaves it; after the last round nothing."""
    random = np.random.default_rng(rounds)
    worth, delta, idle = random.random((4, 2)), np.array([0.9, 0.8]), np.array([0.1, 0.05])

    def paid(package, turn):
        return tuple(delta**turn * package + (1 - delta**turn) * idle)

    nodes, here = [(-1, 0, 1.0, (0, 0), (0, 0))], [0]
    for turn in range(rounds):
        side, offers = turn % 2, []
        for at in here:
            for package in worth:
                offers.append((len(nodes), package))
                nodes.append((at, 1 - side, 1.0, (0, 0), (0, 0)))
        here = []
        for at, package in offers:
            last = turn + 1 == rounds
            nodes.append((at, END, 1.0, paid(package, turn), (0, 0)))
            here.append(len(nodes))
            end = tuple(idle) if last else (0, 0)
            nodes.append((at, END if last else 1 - side, 1.0, end, (0, 0)))
    found = respond(tree(nodes), precision=np.inf)
    expected = alternating_offers(worth, delta, idle, rounds=rounds).value[0]
    np.testing.assert_allclose([one[0, 0] for one in found.value], expected, rtol=1e-12)


def test_a_precision_below_zero_is_refused():
    with pytest.raises(InputError, match="below zero"):
        respond(random_tree(np.random.default_rng(0)), precision=-1)
