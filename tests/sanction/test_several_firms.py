"""Several firms: folders that do not overwrite each other, each remedy against its own ban."""

import numpy as np
import pytest
from typer.testing import CliRunner

from detente.cli.commands import app
from detente.errors import InputError
from detente.sanction.calendar import DISCOUNT
from detente.sanction.course import follow
from detente.sanction.load import load_card
from detente.sanction.long_run import by_horizon, economy_after, solve_bans
from detente.sanction.network import NetworkParameters
from detente.sanction.setting import Choices, set_up
from detente.sanction.study import run_sanctions

FEW = {"draws": 1, "world_draws": 0}


def card_file(folder, name, code):
    path = folder / f"{name}-{code}.yaml"
    text = load_card(name).origin.path.read_text("utf-8")
    path.write_text(text.replace(f"code: {load_card(name).code}", f"code: {code}"), "utf-8")
    return path


@pytest.mark.parametrize(("code", "said"), [("together", "all firms"), ("Zte", "named twice")])
def test_folders_that_would_be_one_are_refused(tmp_path, code, said):
    other, out = card_file(tmp_path, "huawei", code), tmp_path / "out"
    run = CliRunner().invoke(app, ["sanction", "zte", str(other), "--out", str(out)])
    assert isinstance(run.exception, InputError), run.output
    (problem,) = run.exception.problems
    assert said in problem.message
    assert problem.value == code
    assert not out.exists()


def test_codes_count_alike_in_python_too(tmp_path):
    with pytest.raises(InputError, match="named twice"):
        run_sanctions(["zte", card_file(tmp_path, "huawei", "zte")], Choices(**FEW))


@pytest.mark.parametrize("relief", [None, 60])
def test_a_remedy_ends_the_ban_on_its_own_firm(relief):
    """What a remedy saves is what both bans cost less what the other one still does."""
    choices = Choices(relief=relief, **FEW)
    table = run_sanctions(["zte", "huawei"], choices)[0].remedies
    gains = table["target"] + table["pays"]
    setting = set_up(["zte", "huawei"], choices)
    carved, bans = setting.carved, setting.bans()
    home = carved.calibration.country_codes.index("CHN")
    both = follow(setting, relief, NetworkParameters())
    one = by_horizon(carved, carved.firms[0], "USA", solutions=solve_bans(carved, bans))
    months = 0 if relief is None else relief // 30
    for k, name in enumerate(("ZTE: monitor", "HUAWEI: licences")):
        other = solve_bans(carved, [bans[1 - k]])
        left = by_horizon(carved, carved.firms[0], "USA", solutions=other)
        saved = both.kept(home, one, "CHN") - _others(setting, relief, k, left, both, one)
        by_month = saved.reshape(-1, 30).sum(axis=1)[months:]
        weight = (1 + DISCOUNT) ** -((np.arange(len(by_month)) + 0.5) * 30 / 365)
        assert gains[name] == pytest.approx(by_month @ weight, rel=1e-6)
    ends = table.loc[["ZTE: monitor", "HUAWEI: licences"]]
    assert (ends["target"] < 0.7 * gains["all-together"]).all()


def _others(setting, relief, k, horizons, both, of_both):
    """Costs by day where the ban on firm k ends and the other stays, by a run of the world."""
    home = setting.carved.calibration.country_codes.index("CHN")
    keep, end = setting.central(both.days), setting.central(both.days, relief or 0)
    never = setting.central(both.days, 0)
    mixed, alone = (
        setting.world([a if j == k else b for j, (a, b) in enumerate(zip(one, keep, strict=True))],
                      NetworkParameters()).value_added[:, home]
        for one in (end, never)
    )  # fmt: skip
    stays = economy_after(alone[: both.joint], horizons, "CHN", both.days)
    if relief is None:
        return stays
    before = both.kept(home, of_both, "CHN")[:relief]
    return np.concatenate([before, stays[relief:] + (mixed - alone)[relief:]])


def test_one_remedy_stands_once():
    from detente.sanction.value import remedies

    saved = {"target": 5.0, "sanctioner": 7.0}
    card = load_card("huawei")
    assert len(card.remedies) == 1
    assert list(remedies(card, saved).index) == ["ban-stays", card.remedies[0].id]
    assert "all-together" in remedies([card, load_card("zte")], saved, [saved, saved]).index
