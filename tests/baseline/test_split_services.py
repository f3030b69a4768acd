"""Services of one economy split as another's are, on a case made up by hand."""

import numpy as np
import pytest

from detente.axes import Country, Sector
from detente.baseline.calibration import Calibration
from economies import random_economy
from split_services import SERVICES, split_services

CODES = ("USA", "CHN", "VNM", "ROW")


@pytest.fixture(scope="module")
def economy() -> Calibration:
    """Two goods and all services of four economies; none has tariffs."""
    made = random_economy(1, countries=4, sectors=3, tariffs=False)
    return made.replace(
        countries=tuple(Country(code, code, (code,)) for code in CODES),
        sectors=(Sector("A", "Crops", ("01",)), Sector("C", "Cars", ("29",)),
                 Sector("SVC", "All services", ("35", "41", "45"), "services")),
    )  # fmt: skip


@pytest.fixture(scope="module")
def other() -> Calibration:
    """The same goods and ten services; Vietnam is in the rest of the world."""
    made = random_economy(2, countries=3, sectors=12, tariffs=False)
    first = {code: spans[0].split("-")[0] for code, (_, spans) in SERVICES.items()}
    return made.replace(
        countries=tuple(Country(code, code, (code,)) for code in ("USA", "CHN", "ROW")),
        sectors=(Sector("A", "Crops", ("01",)), Sector("C", "Cars", ("29",)),
                 *(Sector(code, code, (isic,), "services") for code, isic in first.items())),
    )  # fmt: skip


@pytest.fixture(scope="module")
def found(economy, other) -> Calibration:
    return split_services(economy, other)


def test_everything_adds_up_to_what_it_was(economy, found):
    assert found.sector_codes == ("A", "C", *SERVICES)
    assert (found.flows[:2] == economy.flows[:2]).all()
    np.testing.assert_allclose(found.flows[2:].sum(axis=0), economy.flows[2], rtol=1e-12)
    old, new = (c.input_share * c.output[:, None, :] for c in (economy, found))
    np.testing.assert_allclose(new[:, :2, :2], old[:, :2, :2], rtol=1e-12)
    np.testing.assert_allclose(new[:, 2:, :2].sum(axis=1), old[:, 2, :2], rtol=1e-11)
    np.testing.assert_allclose(new[:, :2, 2:].sum(axis=2), old[:, :2, 2], rtol=1e-11)
    np.testing.assert_allclose(new[:, 2:, 2:].sum(axis=(1, 2)), old[:, 2, 2], rtol=1e-11)
    final, before = found.final_demand, economy.final_demand
    np.testing.assert_allclose(final[:, 2:].sum(axis=1), before[:, 2], rtol=1e-11)
    np.testing.assert_allclose(found.value_added, economy.value_added, rtol=1e-11)


def test_trade_is_made_up_as_the_pair_s(economy, other, found):
    us, china, vietnam, rest = range(4)
    theirs = other.flows[2:]
    for n, i in ((us, china), (china, china)):
        np.testing.assert_allclose(
            found.flows[2:, n, i], economy.flows[2, n, i] * theirs[:, n, i] / theirs[:, n, i].sum()
        )
    # Vietnam sells at home, and to China, as the rest of the world does
    for n, m in ((vietnam, 2), (china, 1)):
        made_up = theirs[:, m, 2] / theirs[:, m, 2].sum()
        np.testing.assert_allclose(
            found.flows[2:, n, vietnam], economy.flows[2, n, vietnam] * made_up
        )
    # with the rest of the world as that sells to everybody else
    abroad = theirs[:, :2, 2].sum(axis=1)
    np.testing.assert_allclose(
        found.flows[2:, rest, vietnam], economy.flows[2, rest, vietnam] * abroad / abroad.sum()
    )


def test_who_buys_what_is_as_near_as_the_totals_let_it(economy, other, found):
    """A RAS keeps the cross ratios of its start."""
    use = found.input_share[0, 2:, :2] * found.output[0, None, :2]
    start = other.input_share[0, 2:, :2] * other.output[0, None, :2]
    ratio = (use[0, 0] * use[1, 1]) / (use[0, 1] * use[1, 0])
    assert ratio == pytest.approx(
        (start[0, 0] * start[1, 1]) / (start[0, 1] * start[1, 0]), rel=1e-9
    )


def test_every_step_is_on_the_card(economy, found):
    steps = found.card.adjustments[len(economy.card.adjustments) :]
    assert len(steps) == 4
    vietnam = found.output[2:, 2:].sum() / found.output[:, 2:].sum()
    # Vietnam, and the rest of the world itself is one of that economy
    assert steps[1].size == pytest.approx(
        found.output[2, 2:].sum() / found.output[:, 2:].sum(), rel=1e-5
    )
    assert vietnam > steps[1].size
    pair = economy.flows[2, [2, 3], [3, 2]].sum()
    home = np.einsum("nn->", economy.flows[2])
    assert steps[0].size == pytest.approx(pair / (economy.flows[2].sum() - home), rel=1e-5)


def test_the_same_composition_needs_no_balancing(other):
    """Split again, an economy with its services merged is itself."""
    from detente.baseline.aggregate import aggregate

    merged = aggregate(other, sectors={"SVC": list(SERVICES)})
    merged = aggregate(merged, sectors={"A": ["A"], "C": ["C"], "SVC": ["SVC"]})
    again = split_services(merged, other)
    np.testing.assert_allclose(again.flows, other.flows, rtol=1e-9)
    np.testing.assert_allclose(
        again.input_share[:, :2, 2:], other.input_share[:, :2, 2:], rtol=1e-8
    )
    np.testing.assert_allclose(again.final_demand, other.final_demand, rtol=1e-8)
