"""Two sides of whom either may be obstinate (Abreu and Gul 2000), by the game in short turns.

The conditions of the equilibrium are written down here turn by turn and solved by Newton's method,
the precision raised step by step; where sweeps settle they must find the same. (At a precision of
30 and more they do not: each move backward answers the next one, and what is off grows turn by
turn.) As turns get short and moves exact, hazards and the mass that concedes at once go to the
closed form.
"""

import numpy as np
import pytest
from scipy.linalg import solve_banded
from scipy.special import expit, log_expit

from detente.disputes.tree import END, ONE_TYPE, Tree, Types, _forward, respond

SHARES, RATES, OBSTINATE = (0.7, 0.6), (0.1, 0.2), (0.05, 0.2)
HAZARDS, MASS, END_OF_BOTH = (0.2, 0.4 / 3), 0.44098, 12.071
WORTH = 0.4, MASS * 0.6 + (1 - MASS) * 0.3
STEPS = 0.5, 0.25, 0.125
LONG = 13.5
"""Time after which nobody concedes any more: by then all who would have done so."""
EACH = 1e3
"""What conceding costs who is obstinate."""
BAND = 5


def paid(step):
    """Return by turn what conceding brings who moves, and what that brings the other."""
    turn = np.arange(round(2 * LONG / step))
    side, time = turn % 2, step * (turn // 2)
    shares, rates = np.array(SHARES), np.array(RATES)
    return (np.exp(-rates[side] * time) * (1 - shares[1 - side]),
            np.exp(-rates[1 - side] * time) * shares[1 - side])  # fmt: skip


def unmet(known, precision, step):
    """Return how far the conditions are from holding.

    ``known`` is by turn the log odds of conceding of who moves and is not obstinate, and those of
    its being obstinate. What holding brings is what conceding does less their difference / λ.
    """
    odds, doubt = known[::2], known[1::2]
    give, get = paid(step)
    mean = expit(-doubt) * expit(odds)
    held = give - odds / precision
    own = np.append(give - expit(-odds) * odds / precision, 0.0)  # of the own turn
    found = np.empty_like(known)
    found[0:-2:2] = held[:-1] - mean[1:] * get[1:] - (1 - mean[1:]) * own[2:]
    found[-2] = held[-1]
    found[1:4:2] = doubt[:2] - np.log(np.array(OBSTINATE) / (1 - np.array(OBSTINATE)))
    found[5::2] = doubt[2:] - doubt[:-2] + log_expit(-odds[:-2])  # Bayes' rule: who held
    return found


def newton(known, precision, step):
    """Return a root, or nothing where it is not reached; the Jacobian is a band."""
    size, width = len(known), 2 * BAND + 1
    row = np.arange(size)
    for _ in range(40):
        here = unmet(known, precision, step)
        if np.abs(here).max() < 1e-12:
            return known
        band = np.zeros((width, size))
        for first in range(width):
            moved = np.zeros(size)
            moved[first::width] = 1e-6
            ends = [unmet(known + sign * moved, precision, step) for sign in (1, -1)]
            slope = (ends[0] - ends[1]) / 2e-6
            near = first + width * np.round((row - first) / width).astype(int)
            kept = (near >= 0) & (near < size)
            band[BAND + row[kept] - near[kept], near[kept]] = slope[kept]
        ahead = solve_banded((BAND, BAND), band, -here)
        for _ in range(10):
            if np.linalg.norm(unmet(known + ahead, precision, step)) < np.linalg.norm(here):
                break
            ahead = ahead / 2
        known = known + ahead
    return known if np.abs(here).max() < 1e-9 else None


def path(step, precisions):
    """Return roots at rising precisions, each found from the one before."""
    turns, found = len(paid(step)[0]), []
    known, here, factor = np.tile([-1.0, 0.0], turns), None, 1.5
    for precision in precisions:
        while here is None or here < precision:
            wanted = min(precision, here * factor if here else precisions[0])
            root = newton(known, wanted, step)
            if root is None:
                factor **= 0.5
                assert factor > 1.001
            else:
                known, here, factor = root, wanted, min(factor**1.3, 3.0)
        found.append(known)
    return found


def game(step):
    turns, (give, get) = len(paid(step)[0]), paid(step)
    owner, parent = [0], [-1]
    payoff, tilt = [(0.0, 0.0)], [(0.0, 0.0)]
    for turn in range(turns):
        side = turn % 2
        both = (give[turn], get[turn]) if side == 0 else (get[turn], give[turn])
        owner += [END, 1 - side if turn + 1 < turns else END]
        parent += [2 * turn] * 2
        payoff += [both, (0.0, 0.0)]
        tilt += [tuple(-EACH * (np.arange(2) == side)), (0.0, 0.0)]
    return Tree(np.array(owner), np.array(parent), np.ones(len(owner)), np.array(payoff),
                np.array(tilt))  # fmt: skip


TYPES = [Types(np.array([0.0, 1.0]), np.array([1 - z, z])) for z in OBSTINATE]


def moves_of(known, tree):
    """Return the moves of a root in the game."""
    odds, found = known[::2], [np.ones((len(tree.parent), 2)) for _ in (0, 1)]
    for turn, one in enumerate(odds):
        found[turn % 2][1 + 2 * turn] = expit(one), 0
        found[turn % 2][2 + 2 * turn] = expit(-one), 1
    return found[0], found[1]


def conceding(known):
    """Return by turn the chance that who moves concedes, as the other sees it."""
    return expit(-known[1::2]) * expit(known[::2])


@pytest.fixture(scope="module")
def exact():
    """Return roots at a high precision for turns of each side a half, a quarter... apart."""
    return [path(step, (3.0, 3e4))[-1] for step in STEPS]


def test_sweeps_find_the_equilibrium_where_they_settle():
    for known, precision in zip(path(1.0, (3.0, 10.0, 25.0)), (3.0, 10.0, 25.0), strict=True):
        found = respond(game(1.0), TYPES, precision)
        for side, wanted in enumerate(moves_of(known, game(1.0))):
            np.testing.assert_allclose(found.move[side][:, 0], wanted[:, 0], atol=1e-6)


def test_hazards_go_to_the_closed_form(exact):
    """Who is not obstinate concedes at r_j (1 − α_i)/(α_1 + α_2 − 1), as the other sees it."""
    middle = []
    for step, known in zip(STEPS, exact, strict=True):
        each = [-np.log(1 - conceding(known)[side::2])[round(1 / step) : round(10 / step)] / step
                for side in (0, 1)]  # fmt: skip
        for one, hazard in zip(each, HAZARDS, strict=True):
            assert np.abs(one - hazard).max() < 0.06 * step
            assert np.ptp(one) < 0.002
        middle.append([np.median(one) for one in each])
    # what is left falls with the length of turns, in proportion
    np.testing.assert_allclose(2 * np.array(middle[2]) - middle[1], HAZARDS, atol=1e-3)


def test_the_side_that_would_be_known_as_obstinate_later_concedes_at_once(exact):
    first = np.array([conceding(known)[0] for known in exact])
    off = MASS - first
    assert (off > 0).all()
    assert (off < 0.51 * np.array(STEPS)).all()
    assert 2 * first[2] - first[1] == pytest.approx(MASS, abs=0.007)
    # the other side concedes by its hazard from its first turn on
    np.testing.assert_allclose([conceding(known)[1] for known in exact],
                               HAZARDS[1] * np.array(STEPS), rtol=0.1)  # fmt: skip


def test_both_are_known_as_obstinate_at_one_time(exact):
    for step, known in zip(STEPS, exact, strict=True):
        for side in (0, 1):
            sure = np.flatnonzero(expit(known[1::2][side::2]) > 0.999)[0] * step
            assert END_OF_BOTH < sure < END_OF_BOTH + 2 * step


def test_no_time_to_concede_is_better_than_another(exact):
    """What conceding in a turn brings, by the game's own beliefs and chances of its nodes."""
    found = []
    for step, known in zip(STEPS, exact, strict=True):
        tree, turns = game(step), range(0, round(11 / step), round(2 / step))
        found.append([[worth(tree, known, side, 2 * at + side) for at in turns] for side in (0, 1)])
        assert np.ptp(found[-1], axis=1).max() < 3e-4
    means = np.mean(found, axis=2)
    np.testing.assert_allclose(means[:, 0], WORTH[0], atol=2e-4)
    assert (np.abs(means[:, 1] - WORTH[1]) < 0.16 * np.array(STEPS)).all()


def worth(tree, known, side, turn):
    """Return what conceding in one turn brings a side, of which all know that it may."""
    plan = np.ones((len(tree.parent), 1))
    plan[1 + 2 * side :: 4], plan[1 + 2 * turn], plan[2 + 2 * turn] = 0, 1, 0
    types, way = list(TYPES), list(moves_of(known, tree))
    types[side], way[side] = ONE_TYPE, plan
    return _forward(tree, types, (way[0], way[1]))[2] @ tree.payoff[:, side]
