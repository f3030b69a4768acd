"""`detente data`: from a template to an installed economy, and what there is."""

import json
from pathlib import Path

from detente.baseline.elasticities import SOURCES
from detente.baseline.store import load
from detente.policy.product_lists import names


def test_from_template_to_run(detente, user_data):
    assert detente("data", "template", "mine").status == 0
    checked = detente("data", "check", "mine")
    assert (checked.status, checked.err) == (0, "")
    assert "Nothing is wrong with it." in checked.out
    added = detente("data", "add", "mine", "--name", "my-economy")
    assert added.status == 0
    assert (user_data / "my-economy.npz").is_file()
    assert "my-economy" in detente("data", "list").out
    shown = detente("data", "show", "my-economy")
    assert "trade elasticity" in shown.out
    country = json.loads((user_data / "my-economy.json").read_text())["countries"]
    case = Path("case.yaml")
    case.write_text(
        "title: T\ndate: 2018-05-14\nbaseline: my-economy\nmeasures:\n"
        f"  - {{id: a, kind: tariff, by: '{country[0]['code']}', add: 0.1}}\n"
        "variants:\n  - {id: v, title: V, measures: [a]}\n"
    )
    assert detente("run", case, "--quiet").status == 0


def test_a_name_is_taken_once_unless_asked(detente):
    detente("data", "template", "mine")
    assert detente("data", "add", "mine").status == 0
    again = detente("data", "add", "mine")
    assert again.status == 2
    assert "--replace" in again.err
    assert detente("data", "add", "mine", "--replace").status == 0
    shipped = detente("data", "add", "mine", "--name", "wiod-2014", "--replace")
    assert shipped.status == 2


def test_a_template_never_overwrites(detente):
    Path("mine").mkdir()
    Path("mine/precious.txt").write_text("x")
    assert detente("data", "template", "mine").status == 2
    assert [p.name for p in Path("mine").iterdir()] == ["precious.txt"]


def test_show_tells_sources_and_adjustments(detente):
    shown = " ".join(detente("data", "show", "icio-2017").out.split())
    for words in ("OECD", "licence", "adjustment", "United States", "trade elasticity"):
        assert words in shown
    for item in load("icio-2017").card.adjustments:
        # a narrow terminal breaks lines between words, not numbers
        for text in (item.what, item.why, f"{item.size:.4g}"):
            assert set(text.split()) <= set(shown.split())


def test_show_and_check_list_the_highest_tariffs(detente):
    shown = detente("data", "show", "wiod-2014").out
    rows = shown[shown.index("highest tariffs") :].splitlines()[2:12]
    assert rows[1].split() == ["KOR", "AUS", "C10-C12", "39.0%", "1,458"]
    rates = [float(row.split()[3].rstrip("%")) for row in rows]
    assert rates == sorted(rates, reverse=True)
    detente("data", "template", "mine")
    checked = detente("data", "check", "mine").out
    assert ["STH", "NTH", "AGR", "15.0%", "8"] in [line.split() for line in checked.splitlines()]


def test_rates_that_another_source_has_otherwise_are_listed_with_the_reason(detente):
    assert "92 rates differ by more than 10 points" in detente("data", "show", "icio-2017").out
    lines = detente("data", "show", "icio-2017", "--differences").out.splitlines()
    rows = [line.split() for line in lines]
    assert ["USA", "EU27", "C10T12", "18,303", "1.9%", "91.1%", "Teti", "a"] in rows
    assert "  a  duties that US customs collected in the year, over imports" in lines
    detente("data", "template", "mine")
    none = detente("data", "show", "mine", "--differences")
    assert (none.status, none.out) == (0, "No rate on its card differs from another source.\n")


def test_lists_of_choices(detente):
    shown = detente("data", "elasticities").out
    assert all(name in shown for name in SOURCES)
    shown = detente("data", "lists").out
    assert all(name in shown for name in names())


def test_tables_that_do_not_close_are_settled_when_asked(detente):
    assert detente("data", "template", "mine").status == 0
    final = Path("mine/final_demand.csv")
    final.write_text(final.read_text().replace("925.55", "900.0"))
    refused = detente("data", "check", "mine")
    assert refused.status != 0
    assert "--balance" in refused.err
    checked = detente("data", "check", "mine", "--balance")
    assert checked.status == 0
    assert "largest change of final demand: NTH in MAN, +25.55 million USD" in checked.out
    assert "Nothing else is wrong with it." in checked.out
    assert detente("data", "add", "mine", "--balance", "--keep", "shares").status == 0
    moved = [a.what for a in load("my-economy").card.adjustments]
    assert "moved by settling: sales at home" in moved
    assert "--keep" in detente("data", "add", "mine", "--keep", "shares").err
    assert "shares" in detente("data", "check", "mine", "--balance", "--keep", "flow").err
