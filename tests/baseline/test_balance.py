"""GRAS: margins are met, signs and zeros stay, the impossible is refused by name."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.baseline.balance import gras, remove_negative_final_demand
from detente.errors import DataError


def _slow_ras(matrix, rows, columns, sweeps=5000):
    result = matrix.copy()
    for _ in range(sweeps):
        result *= (rows / result.sum(axis=1))[:, None]
        result *= (columns / result.sum(axis=0))[None, :]
    return result


def test_is_ras_without_negative_cells():
    rng = np.random.default_rng(1)
    matrix = rng.uniform(0.1, 2, (4, 5))
    target = rng.uniform(0.1, 2, (4, 5))
    rows, columns = target.sum(axis=1), target.sum(axis=0)
    balanced = gras(matrix, rows, columns)
    np.testing.assert_allclose(balanced.matrix, _slow_ras(matrix, rows, columns), rtol=1e-11)
    assert balanced.residual <= 1e-13
    assert balanced.absolute_change == pytest.approx(np.abs(balanced.matrix - matrix).sum())


def test_solves_a_two_by_two_case_by_hand():
    # scaling by x and 1/x on the diagonals: 4 cells, odds ratio 1 kept, margins 3:1
    balanced = gras(np.ones((2, 2)), np.array([3.0, 1.0]), np.array([3.0, 1.0]))
    np.testing.assert_allclose(balanced.matrix, [[2.25, 0.75], [0.75, 0.25]], rtol=1e-12)


def test_meets_the_first_order_conditions_of_least_information():
    table = np.array([[7, 3, 5, -3], [2, 9, 8, 1], [-2, 0, 2, 1.0]])
    rows, columns = np.array([15, 26, -1.0]), np.array([9, 16, 17, -2.0])
    balanced = gras(table, rows, columns)
    np.testing.assert_allclose(balanced.matrix.sum(axis=1), rows, rtol=1e-12)
    np.testing.assert_allclose(balanced.matrix.sum(axis=0), columns, rtol=1e-12)
    # first-order condition: log multipliers of positive and negative cells are r+s and -(r+s)
    cells = np.argwhere(table != 0)
    design = np.zeros((len(cells), 7))
    log_change = np.empty(len(cells))
    for k, (i, j) in enumerate(cells):
        sign = np.sign(table[i, j])
        design[k, i] = design[k, 3 + j] = sign
        log_change[k] = np.log(balanced.matrix[i, j] / table[i, j])
    fit = design @ np.linalg.lstsq(design, log_change, rcond=None)[0]
    np.testing.assert_allclose(fit, log_change, atol=1e-10)


@given(st.integers(0, 2**32 - 1), st.integers(2, 6), st.integers(2, 6))
def test_meets_margins_and_keeps_signs_and_zeros(seed, n, m):
    rng = np.random.default_rng(seed)
    matrix = rng.uniform(0.5, 2, (n, m)) * rng.choice([1, 1, 1, -0.2, 0], (n, m))
    matrix[:, 0] = matrix[0] = 1.0  # connected, so that every margin can be reached
    target = matrix * rng.uniform(0.5, 2, (n, m))
    balanced = gras(matrix, target.sum(axis=1), target.sum(axis=0))
    scale = np.abs(target).sum()
    np.testing.assert_allclose(balanced.matrix.sum(1), target.sum(1), atol=1e-12 * scale)
    np.testing.assert_allclose(balanced.matrix.sum(0), target.sum(0), atol=1e-12 * scale)
    assert (np.sign(balanced.matrix) == np.sign(matrix)).all()


def test_leaves_a_balanced_table_untouched():
    table = np.array([[1.0, -2.0], [3.0, 4.0]])
    balanced = gras(table, table.sum(axis=1), table.sum(axis=0))
    assert balanced.iterations == 0
    assert (balanced.matrix == table).all()


def test_rows_of_zeros_and_rows_that_must_vanish():
    table = np.array([[1.0, 2.0], [0.0, 0.0], [1.0, 1.0]])
    balanced = gras(table, np.array([3.0, 0.0, 0.0]), np.array([1.0, 2.0]))
    np.testing.assert_allclose(balanced.matrix, [[1, 2], [0, 0], [0, 0]], atol=1e-12)


def test_rows_of_negative_cells_only():
    table = np.array([[-1.0, -2.0], [4.0, 6.0]])
    balanced = gras(table, np.array([-2.0, 12.0]), np.array([4.0, 6.0]))
    np.testing.assert_allclose(balanced.matrix.sum(axis=1), [-2, 12], rtol=1e-12)
    np.testing.assert_allclose(balanced.matrix.sum(axis=0), [4, 6], rtol=1e-12)


def test_lists_every_total_out_of_reach():
    table = np.array([[0.0, 0.0], [1.0, 2.0]])
    with pytest.raises(DataError) as error:
        gras(table, np.array([1.0, 3.0]), np.array([6.0, -2.0]), subject="use of USA")
    text = str(error.value)
    assert "row 0" in text
    assert "column 1" in text
    assert "use of USA" in text


@pytest.mark.parametrize(
    ("rows", "columns", "word"),
    [
        ([1.0, 2.0], [1.0, 1.0], "different sums"),
        ([1.0], [1.0], "wrong shape"),
        ([np.nan, 1.0], [1.0, 1.0], "not finite"),
    ],
)
def test_refuses_unusable_totals(rows, columns, word):
    with pytest.raises(DataError, match=word):
        gras(np.ones((2, 2)), np.array(rows), np.array(columns))


def test_says_when_no_table_has_the_totals():
    # row 0 lives in column 0 alone, whose total is smaller: no such table exists
    with pytest.raises(DataError, match="not balanced after 50 sweeps"):
        gras(
            np.array([[1.0, 0.0], [1.0, 1.0]]),
            np.array([3.0, 1.0]),
            np.array([2.0, 2.0]),
            max_iterations=50,
        )


def test_negative_final_demand_goes_and_totals_stay():
    rng = np.random.default_rng(3)
    intermediate = rng.uniform(0.5, 1.5, (2, 3, 3))
    final = rng.uniform(1, 2, (2, 3))
    final[1, 2] = -0.4
    use = remove_negative_final_demand(intermediate, final, ("AAA", "BBB"))
    assert use.countries == (1,)
    assert use.negative == pytest.approx(0.4)
    assert (use.final_demand >= 0).all()
    assert use.final_demand[1, 2] == 0
    assert (use.intermediate[0] == intermediate[0]).all()
    assert (use.final_demand[0] == final[0]).all()
    spending = intermediate.sum(axis=2) + final
    np.testing.assert_allclose(use.intermediate.sum(2) + use.final_demand, spending, rtol=1e-12)
    np.testing.assert_allclose(use.intermediate.sum(1), intermediate.sum(1), rtol=1e-12)
    np.testing.assert_allclose(use.final_demand.sum(1), final.sum(1), rtol=1e-12)
    assert use.final_change == pytest.approx(np.abs(use.final_demand - final).sum())
    assert use.intermediate_change > 0
