"""Ladders without noise, with none but chance, merged, scaled, moved in time: all against rules.

The rules of a day are written down here once more, as a plain recursion over best moves.
"""

from dataclasses import replace

import numpy as np
import pytest

from detente.disputes.ladder import Escalation, escalate
from detente.disputes.moves import MOST_NODES, Ladder, Standing, grow, political
from detente.disputes.tree import END, ONE_TYPE, Tree, Types, normal_types, respond
from detente.talks.threats import credibility

_, POSTPONED, SETTLED, IMPOSED, ANSWERED = range(5)
TYPES = normal_types(), normal_types()


def random_ladder(seed, offers=None, most=3):
    """Draw flows, packages, rungs, days and costs."""
    random = np.random.default_rng(seed)
    days = np.r_[0.0, np.sort(random.uniform(0.05, 1.0, int(random.integers(1, most))))]
    rungs = tuple(
        tuple(np.sort(random.choice(days, int(random.integers(side == 0, 3))))) for side in (0, 1)
    )
    shape = (len(rungs[0]) + 1, len(rungs[1]) + 1, 2)
    flow = random.normal(size=shape)
    flow[0, 0] = 0
    count = int(random.integers(0, 4)) if offers is None else offers
    return Ladder(
        days=tuple(days), due=(True,) * len(days), rungs=rungs, flow=flow,
        offers=random.normal(size=(count, 2)), agreed=random.normal(size=(count, 2)) / 2,
        resolve=(0.6, 0.8), waiting=random.uniform(), audience=random.uniform(),
        answering=tuple(random.normal(size=len(rungs[0]))), impatience=(0.15, 0.08), last=1.5,
    )  # fmt: skip


class Rules:
    """What a side's best moves bring, and where they lead, by the rules of a day."""

    def __init__(self, ladder):
        self.ladder = ladder

    def years(self, day):
        ladder = self.ladder
        start = ladder.days[day]
        end = ladder.days[day + 1] if day + 1 < len(ladder.days) else start + ladder.last
        return np.array([(np.exp(-r * start) - np.exp(-r * end)) / r for r in ladder.impatience])

    def now(self, day):
        return np.exp(-np.array(self.ladder.impatience) * self.ladder.days[day])

    def able(self, side, rung, day):
        rungs = self.ladder.rungs[side]
        return rung < len(rungs) and rungs[rung] <= self.ladder.days[day]

    def best(self, side, ways):
        return max(ways, key=lambda way: way[0][side])

    def start(self, day=0, a=0, b=0, put=False, broken=False):
        """Return what both expect from a day on, and where it stands after this day and others."""
        if day == len(self.ladder.days):
            return np.zeros(2), ()
        lost = 0.0
        if not broken and day:
            step = self.ladder.days[day] - self.ladder.days[day - 1]
            lost = 1 - np.exp(-self.ladder.breakdown * step)
        found = self.target(day, a, b, put, broken)
        if not lost:
            return found
        return (1 - lost) * found[0] + lost * self.target(day, a, b, put, True)[0], found[1]

    def target(self, day, a, b, put, broken):
        return self.best(1, self.ways_of_target(day, a, b, put, broken))

    def ways_of_target(self, day, a, b, put, broken):
        ways = [self.sender(day, a, b, put, broken)]
        if self.able(1, b, day):
            ways.append(self.sender(day, a, b + 1, put, broken))
        if len(self.ladder.offers) and not broken:
            ways.append(
                self.best(0, [self.settled(day, at) for at in range(len(self.ladder.offers))])
            )
        return ways

    def settled(self, day, at):
        worth = self.ladder.offers[at] * self.now(day)
        for later in range(day, len(self.ladder.days)):
            worth = worth + self.ladder.agreed[at] * self.years(later)
        return worth, (("settled", at),) * (len(self.ladder.days) - day)

    def sender(self, day, a, b, put, broken):
        cost = np.array([self.ladder.audience * self.now(day)[0], 0.0])
        ways = [self.over(day, a, b, put, broken)]
        if a < len(self.ladder.rungs[0]) and not put:
            worth, way = self.over(day, a, b, True, broken)
            ways.append((worth - cost, way))
        if self.able(0, a, day):
            ways.append(self.answer(day, a + 1, b, broken))
        if a:
            worth, way = self.over(day, a - 1, min(b, a - 1), put, broken)
            ways.append((worth - cost, way))
        return self.best(0, ways)

    def answer(self, day, a, b, broken):
        ways = [self.over(day, a, b, False, broken)]
        if self.able(1, b, day):
            worth, way = self.over(day, a, b + 1, False, broken)
            paid = np.array([0.0, self.ladder.answering[a - 1] * self.now(day)[1]])
            ways.append((worth + paid, way))
        return self.best(1, ways)

    def over(self, day, a, b, put, broken):
        waits = np.zeros(2)
        if not a:
            waits = self.ladder.waiting * np.array([0.0, 0.5] if put else [1.0, 1.0])
        further, way = self.start(day + 1, a, b, put, broken)
        return (self.ladder.flow[a, b] - waits) * self.years(day) + further, ((a, b, put), *way)


def path_of(found):
    """Return where a solved ladder stands after each day for sure, by whichever moves."""
    stands = []
    for day in range(len(found.ladder.days)):
        here = {}
        for reach, state in zip(found.reach, found.states, strict=True):
            if state.step == "over" and (state.day == day or state.settled >= 0):
                plain = (state.a, state.b, state.postponed)
                plain = ("settled", state.settled) if state.settled >= 0 else plain
                here[plain] = here.get(plain, 0.0) + reach * (state.day <= day)
        likely = max(here, key=lambda one: here[one])
        assert here[likely] > 1 - 1e-6
        stands.append(likely)
    return tuple(stands)


@pytest.mark.parametrize("block", range(2))
def test_without_noise_and_types_the_path_is_the_subgame_perfect_one(block):
    """Two hundred economies; the rules above know nothing of trees."""
    seen = set()
    for seed in range(100 * block, 100 * block + 100):
        ladder = random_ladder(seed)
        worth, path = Rules(ladder).start()
        for precision in (np.inf, 1e9):
            found = escalate(ladder, precision=precision)
            np.testing.assert_allclose(
                [one[0, 0] for one in found.response.value], worth, atol=1e-6
            )
            assert path_of(found) == path, seed
        seen.update(path)
    assert len(seen) > 12


def test_decisions_without_a_day_fall_due_for_sure_at_a_high_rate():
    for seed in range(20):
        ladder = random_ladder(seed)
        often = replace(ladder, due=(True,) + (False,) * (len(ladder.days) - 1), decisions=1e6)
        assert path_of(escalate(often, precision=np.inf)) == Rules(ladder).start()[1]


def test_talks_that_may_break_down_are_worth_the_mean():
    for seed in range(40):
        ladder = replace(random_ladder(seed), breakdown=0.7)
        found = escalate(ladder, precision=np.inf).response.value
        np.testing.assert_allclose(
            [one[0, 0] for one in found], Rules(ladder).start()[0], atol=1e-12
        )


def test_a_package_better_for_both_than_what_comes_without_is_signed_on_the_first_day():
    near = []
    for seed in range(200):
        ladder = random_ladder(seed, offers=1)
        without = Rules(replace(ladder, offers=np.zeros((0, 2)), agreed=np.zeros((0, 2)))).start()[
            0
        ]
        better = replace(ladder, agreed=np.zeros((1, 2)), offers=without[None] + 0.05)
        rules = Rules(better)
        ways = rules.ways_of_target(0, 0, 0, False, False)
        if not all((ways[-1][0] > one[0] + 0.01).all() for one in ways[:-1]):
            continue  # it can be had later, and may be better then
        chance = [escalate(better, precision=one).by_day[0, SETTLED] for one in (100.0, 1e4)]
        assert chance[1] > 1 - 1e-9, seed
        near.append(chance[0])
    assert len(near) > 80
    assert 0.99 < np.median(near) < 0.999


def test_without_precision_all_moves_are_alike():
    ladder = random_ladder(4)
    found = escalate(ladder, TYPES, 0.0)
    tree = found.tree
    for side in (0, 1):
        for node in np.flatnonzero(tree.owner == side):
            below = tree.parent == node
            assert (found.response.move[side][below] == 1 / below.sum()).all()


@pytest.mark.parametrize("precision", [0.0, 0.3, 3.0, np.inf])
def test_no_rung_before_its_day(precision):
    types = TYPES if np.isfinite(precision) else (ONE_TYPE, ONE_TYPE)
    ladder = replace(
        random_ladder(4), days=(0.0, 0.2, 0.5), due=(True,) * 3, rungs=((0.2, 0.5), (0.5,)),
        flow=np.random.default_rng(1).normal(size=(3, 2, 2)), answering=(0.0, 0.0),
    )  # fmt: skip
    found = escalate(ladder, types, precision)
    assert (found.rung[0, 1:] == 0).all()
    assert found.rung[1, 2] == 0
    assert (found.by_day[:2, ANSWERED] == 0).all()
    if np.isfinite(precision):
        assert (found.rung[2] > 0).all()


@pytest.mark.parametrize("margin", [-0.8, 0.3, 1.7])
def test_a_threat_that_nobody_can_answer_is_carried_out_as_its_credibility_says(margin):
    """One day, one rung, no package; putting off is out of the question."""
    alone = Ladder(
        days=(0.0,), due=(True,), rungs=((0.0,), ()), flow=np.array([[[0.0, 0]], [[margin, 0]]]),
        offers=np.zeros((0, 2)), audience=1e9, impatience=(0.0, 0.0), last=1.0,
    )  # fmt: skip
    carried = escalate(alone, precision=1.7).by_day[0, IMPOSED]
    expected = credibility(np.array([margin, 0]), np.zeros(2), spread=1 / 1.7).probability
    assert carried == pytest.approx(expected, rel=1e-12)
    assert carried == pytest.approx(1 / (1 + np.exp(-1.7 * margin)), rel=1e-12)


@pytest.mark.parametrize(("cost", "audience", "chance"), [(0.6, 0.2, 0.6), (0.3, 0.5, 1)])
def test_a_threat_of_uniform_resolve(cost, audience, chance):
    """Backing down costs C and carrying out c less what it is worth, uniform: 1 − (c − C)."""
    uniform = Types((np.arange(1000) + 0.5) / 1000, np.full(1000, 1e-3))
    # holding would cost 9, so that who does not act puts off
    alone = Ladder(
        days=(0.0,), due=(True,), rungs=((0.0,), ()), flow=np.array([[[0.0, 0]], [[-cost, 0]]]),
        offers=np.zeros((0, 2)), audience=audience, resolve=(1.0, 0.0), waiting=9.0,
        impatience=(0.0, 0.0), last=1.0,
    )  # fmt: skip
    found = escalate(alone, (uniform, ONE_TYPE), np.inf).by_day[0]
    assert found[IMPOSED] == pytest.approx(chance, abs=1e-3)
    assert found[POSTPONED] == pytest.approx(1 - chance, abs=1e-3)


LONG = replace(
    random_ladder(4), days=(0.0, 0.3, 0.6), due=(True,) * 3, rungs=((0.3, 0.6), (0.3,)),
    flow=np.array([[[0, 0], [-0.4, -0.2]], [[0.3, -1], [-0.2, -1.2]], [[0.4, -2], [0.0, -2.2]]]),
    offers=np.array([[1.0, -0.8]]), agreed=np.zeros((1, 2)), answering=(0.2, 0.1), waiting=0.1,
    audience=0.3,
)  # fmt: skip


@pytest.mark.parametrize(("precision", "resolve"), [(1.0, 0.8), (3.0, 0.2), (0.0, 0.8), (1.0, 0.0)])
def test_refusals_tell_of_a_costly_concession_and_measures_of_resolve(precision, resolve):
    """Beliefs move at each of them while λσ is above zero, and not at all where it is zero."""
    found = escalate(replace(LONG, resolve=(resolve, resolve)), TYPES, precision)
    tree, states, belief = found.tree, found.states, found.response.belief
    mean = [one @ own.value for one, own in zip(belief, TYPES, strict=True)]
    moved = [[], []]
    for node, state in enumerate(states):
        below = np.flatnonzero(tree.parent == node)
        if state.step == "target":  # whether it holds out or strikes first
            refuses = [at for at in below if states[at].step == "sender"]
            after = np.average(mean[1][refuses], weights=found.reach[refuses])
            moved[1].append(after - mean[1][node])
        if state.step == "sender" and state.day == 2 and state.a == 0:
            acts = [at for at in below if states[at].a]
            after = np.average(mean[0][acts], weights=found.reach[acts])
            moved[0].append(after - mean[0][node])
    assert min(map(len, moved)) > 2
    for one in moved:
        if precision * resolve > 0:
            assert min(one) > 1e-4
        else:
            np.testing.assert_allclose(one, 0, atol=1e-12)


@pytest.mark.parametrize("most", [MOST_NODES, 0])
def test_the_mean_of_what_is_believed_after_each_day_is_the_prior(most):
    tree, states = grow(LONG, most)
    found = respond(tree, TYPES)
    for day in range(3):
        ends = [at for at, s in enumerate(states) if s.step == "over"
                and (s.day == day or (s.settled >= 0 and s.day < day))]  # fmt: skip
        assert found.reach[ends].sum() == pytest.approx(1, abs=1e-12)
        for side in (0, 1):
            mean = found.reach[ends] @ found.belief[side][ends]
            np.testing.assert_allclose(mean, TYPES[side].prior, atol=1e-8)


@pytest.mark.parametrize("horizon", [0.3, 0.6])
def test_a_rung_moved_past_a_horizon_is_not_used_by_it(horizon):
    later = replace(LONG, rungs=((horizon + 0.05, 0.9), (0.0,)), days=(0.0, 0.3, 0.6, 0.9),
                    due=(True,) * 4)  # fmt: skip
    found = escalate(later, TYPES).by_day
    by = [day <= horizon for day in later.days]
    assert (found[by][:, [IMPOSED, ANSWERED]] == 0).all()
    assert found[-1, [IMPOSED, ANSWERED]].sum() > 0.01


def test_days_on_which_nothing_is_due_change_nothing():
    for seed in range(30):
        ladder = random_ladder(seed)
        middle = [
            (one + other) / 2 for one, other in zip(ladder.days, ladder.days[1:], strict=False)
        ]
        days = tuple(sorted({*ladder.days, *middle, ladder.days[-1] + 0.1}))
        longer = replace(
            ladder, days=days, due=tuple(day in ladder.days for day in days), decisions=0.0,
            last=ladder.last - 0.1,
        )  # fmt: skip
        few, many = (escalate(one, precision=2.0).by_day for one in (ladder, longer))
        at = [days.index(day) for day in ladder.days]
        np.testing.assert_allclose(many[at], few, atol=1e-12)
        np.testing.assert_allclose(many[-1], few[-1], atol=1e-12)


PAYOFFS = ("flow", "offers", "agreed", "resolve", "waiting", "audience", "answering")


@pytest.mark.parametrize("scale", [0.01, 40.0])
def test_precision_and_payoffs_are_scaled_against_each_other(scale):
    for seed in range(6):
        ladder = random_ladder(seed)
        scaled = {name: np.array(getattr(ladder, name)) * scale for name in PAYOFFS}
        scaled |= {name: tuple(scaled[name]) for name in ("resolve", "answering")}
        one, other = escalate(ladder, TYPES), escalate(replace(ladder, **scaled), TYPES, 1 / scale)
        np.testing.assert_allclose(other.by_day, one.by_day, atol=1e-7)
        assert np.abs(one.by_day - escalate(ladder, TYPES, 2.0).by_day).max() > 1e-3


def test_the_order_of_packages_moves_no_chance():
    ladder = replace(random_ladder(3), offers=np.random.default_rng(0).normal(size=(3, 2)),
                     agreed=np.random.default_rng(1).normal(size=(3, 2)))  # fmt: skip
    order = [2, 0, 1]
    other = replace(ladder, offers=ladder.offers[order], agreed=ladder.agreed[order])
    one, other = escalate(ladder, TYPES), escalate(other, TYPES)
    np.testing.assert_allclose(other.by_day, one.by_day, atol=1e-8)
    np.testing.assert_allclose(other.settled_on, one.settled_on[:, order], atol=1e-8)
    assert np.ptp(one.settled_on[-1]) > 0.01


def test_the_unit_of_money_moves_no_chance():
    changes, income = np.array([-3.0, 0.2, 40.0]), np.array([2e4, 1e4, 3e3])
    np.testing.assert_allclose(political(1e6 * changes, 1e6 * income), political(changes, income),
                               rtol=1e-12)  # fmt: skip


# histories that lead to one state, merged


def merged(ladder, types=(ONE_TYPE, ONE_TYPE), precision=1.0, after=()):
    tree, states = grow(ladder, 0)
    return Escalation(ladder, tree, states, respond(tree, types, precision), types, after)


def test_merging_changes_nothing_where_nothing_is_private():
    sizes = []
    for seed in range(25):
        ladder = replace(random_ladder(seed, most=4), breakdown=0.3)
        for precision in (2.0, np.inf):
            one, other = escalate(ladder, precision=precision), merged(ladder, precision=precision)
            assert not one.merged
            assert other.merged
            assert other.tree.histories == len(one.tree.owner)
            sizes.append((len(other.states), len(one.states)))
            np.testing.assert_allclose(other.by_day, one.by_day, atol=1e-12)
            np.testing.assert_allclose(other.settled_on, one.settled_on, atol=1e-12)
            np.testing.assert_allclose(other.rung, one.rung, atol=1e-12)
    few, many = np.array(sizes).T
    assert (few <= many).all()
    assert few.sum() < many.sum() / 3


def test_merged_chances_are_near_with_private_types():
    off = []
    for seed in range(40):
        ladder = replace(random_ladder(seed, most=4), breakdown=0.3)
        off.append(np.abs(merged(ladder, TYPES).by_day - escalate(ladder, TYPES).by_day).max())
    assert np.median(off) < 1e-4
    assert max(off) < 0.003


def test_what_is_believed_at_a_merged_node_is_the_mean_by_how_likely_each_way_is():
    """A side of two types goes left or right to one node: what is believed there is the prior."""
    two = Types(np.array([-1.0, 1.0]), np.array([0.3, 0.7]))
    zero = np.zeros((4, 2))
    tilt = zero.copy()
    tilt[1, 0] = 2.0  # left is for the second type
    game = Tree(np.array([0, 1, END]), np.array([-1, 0, 0, 1]), np.ones(4), zero, tilt,
                np.array([0, 1, 1, 2]))  # fmt: skip
    found = respond(game, (two, ONE_TYPE))
    left = np.array([1 / (1 + np.exp(2)), 1 / (1 + np.exp(-2))])
    np.testing.assert_allclose(found.move[0][1], left, rtol=1e-12)
    np.testing.assert_allclose(
        found.belief[0][1], two.prior * left / (two.prior @ left), rtol=1e-12
    )
    np.testing.assert_allclose(found.belief[0][3], two.prior, rtol=1e-12)
    assert found.reach[1] == pytest.approx(two.prior @ left, rel=1e-12)
    assert found.reach[3] == pytest.approx(1, abs=1e-12)
    assert game.histories == 5  # the root, and two ways to each of the others


def test_merged_ladders_are_looked_at_from_where_they_were_seen_to_stand():
    ladder = replace(LONG, resolve=(0.0, 0.0))
    for after in [(Standing(0, 0, postponed=True),),
                  (Standing(0, 0, postponed=False), Standing(1, 1, postponed=False))]:  # fmt: skip
        one = escalate(ladder, after=after)
        other = merged(ladder, after=after)
        np.testing.assert_allclose(other.by_day, one.by_day, atol=1e-12)
        np.testing.assert_allclose(one.by_day.sum(axis=1), 1, atol=1e-12)
        last = len(after) - 1
        assert one.by_day[last, [POSTPONED, ANSWERED][last]] == pytest.approx(1)


def test_a_ladder_of_eight_days_three_rungs_a_side_and_six_packages_is_solved():
    days, rungs = tuple(np.arange(8) / 8), (0.0, 0.25, 0.5)
    down = -np.add.outer(np.arange(4.0), np.arange(4.0))
    big = Ladder(
        days=days, due=(True,) * 8, rungs=(rungs, rungs),
        flow=down[..., None] * [0.2, 0.3], offers=np.tile([0.8, -2.0], (6, 1)),
        agreed=np.linspace(0, 1, 12).reshape(6, 2), resolve=(0.7, 2.0), waiting=1.0, audience=1.0,
        answering=(-1.0,) * 3, breakdown=0.5,
    )  # fmt: skip
    found = escalate(big, TYPES)
    assert found.merged
    assert found.tree.histories > 1e7
    assert found.response.change <= 1e-8
    np.testing.assert_allclose(found.by_day.sum(axis=1), 1, atol=1e-12)
    assert (found.rung[-1] > 0).all()
