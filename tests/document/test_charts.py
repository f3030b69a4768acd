"""Charts draw columns of their table, nothing else."""

import math
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree

import pytest
import vl_convert
from made_up import ABOUT, column, empty, packages, path, tariffs, whole

from detente.document.blocks import Chart, Mark, Table, walk
from detente.document.charts import TEXT, figures, spec
from detente.document.numbers import CHANGE, SHARE, text, units_of
from detente.document.pictures import of, picture, svg

CHARTS = [b for b in walk(whole().sections) if isinstance(b, Chart)]
WORDS = {"said", "series", "value", "column", "rank"}


@pytest.mark.parametrize("chart", CHARTS, ids=lambda c: f"{c.kind}-{c.table.key}")
def test_rows_of_a_chart_are_rows_of_its_table(chart):
    rows = spec(chart, whole().chooser)["data"]["values"]
    rows = [row for row in rows if not row.get("beyond")]
    assert len(rows) == len(chart.table.rows)
    units = units_of(chart.table)
    for shown, raw in zip(rows, chart.table.rows, strict=True):
        for one in chart.table.columns:
            value = raw.get(one.key)
            if isinstance(value, float) and math.isfinite(value):
                unit = units[one.unit]
                scale = 100.0 if unit.kind == "share" else 1.0 / unit.divisor
                assert shown[one.key] == pytest.approx(scale * value, rel=1e-5)
                assert shown[one.key + TEXT] == text(value, unit)
            elif isinstance(value, float):
                assert shown[one.key] is None
                assert shown[one.key + TEXT] == "–"


def fields(node, found):
    if isinstance(node, dict):
        if isinstance(node.get("field"), str):
            found.add(node["field"])
        for value in node.values():
            fields(value, found)
    elif isinstance(node, list):
        for value in node:
            fields(value, found)
    return found


@pytest.mark.parametrize("chart", CHARTS, ids=lambda c: f"{c.kind}-{c.table.key}")
def test_what_is_drawn_are_columns_of_the_table(chart):
    drawn = spec(chart, whole().chooser)
    keys = {one.key for one in chart.table.columns}
    held = keys | {key + TEXT for key in keys} | WORDS
    assert fields({k: v for k, v in drawn.items() if k != "data"}, set()) <= held
    assert drawn["description"]


@pytest.mark.parametrize("chart", CHARTS, ids=lambda c: f"{c.kind}-{c.table.key}")
def test_the_library_draws_it_without_a_warning(chart, capfd):
    drawn = svg(spec(chart, whole().chooser))
    assert drawn.startswith("<svg")
    assert "WARN" not in capfd.readouterr().err
    for kind in ("bars", "grouped"):
        if chart.kind == kind and chart.table.key in ("both", "flows"):
            some = {"both": "+0.14", "flows": "90.1"}[chart.table.key]
            assert some in drawn


def test_of_variants_the_chosen_one_is_drawn():
    long, wide = (next(c for c in CHARTS if c.table.key == k) for k in ("gains", "both"))
    chooser = whole().chooser
    for chart, seen, unseen in ((long, "−0.62", "+0.31"), (wide, "−0.60", "+0.30")):
        drawn = svg(spec(chart, chooser))
        assert seen in drawn
        assert unseen not in drawn
        other = picture(chart, "svg", whole(), "tariffs").decode()
        assert unseen in other
        assert seen not in other


def test_nothing_is_drawn_of_no_numbers():
    (chart,) = [b for b in walk(empty().sections) if isinstance(b, Chart)]
    assert spec(chart) is None
    assert figures(chart)[0]["worth"] is None


def test_heat_keeps_the_text_of_the_table():
    chart = Chart(tariffs(), "heat", "good", ("before", "after"))
    assert "29.2" in svg(spec(chart))


def test_heat_maps_can_share_one_scale():
    own, shared = (
        Chart(tariffs(), "heat", "good", ("before", "after"), top=t) for t in (None, 90.0)
    )
    ends = [spec(c)["layer"][0]["encoding"]["color"]["scale"]["domain"] for c in (own, shared)]
    assert ends == [[0, 29.2], [0, 90.0]]


def test_heads_of_a_heat_map_are_broken_on_a_phone():
    rows = tuple({"a": "x", "on": on, "b": 1.0} for on in ("USA ← CHN", "CHN ← USA"))
    table = Table("t", "T", (column("a"), column("on"), column("b", SHARE)), rows)
    axis = spec(Chart(table, "heat", "a", ("b",), series="on"))["encoding"]["x"]["axis"]
    assert '"USA \\u2190", "CHN"' in axis["labelExpr"]


def test_lines_run_along_dates_and_steps_hold():
    dates = spec(Chart(path(), "lines", "day", ("usa", "chn")))
    assert dates["encoding"]["x"]["type"] == "temporal"
    assert dates["layer"][0]["mark"]["interpolate"] == "linear"
    held = spec(Chart(path(), "steps", "day", ("usa",)))
    assert held["layer"][0]["mark"]["interpolate"] == "step-after"


def test_tones_are_colours_of_series():
    drawn = spec(Chart(packages(), "plane", "name", ("x", "y"), series="here", joined="efficient"))
    scale = drawn["layer"][0]["encoding"]["color"]["scale"]
    assert dict(zip(scale["domain"], scale["range"], strict=True)) == {
        "somebody is worse off": "#8794a3",
        "nobody is worse off": "#11907f",
    }


def test_shares_are_drawn_in_per_cent():
    table = Table("t", "T", (column("a"), column("b", SHARE)), ({"a": "x", "b": 0.25},))
    row = figures(Chart(table, "bars", "a", ("b",)))[0]
    assert (row["b"], row["b" + TEXT]) == (25.0, "25%")


def test_a_series_column_groups_bars():
    columns = (column("who"), column("of"), column("v", CHANGE))
    rows = tuple({"who": w, "of": Mark(o), "v": v}
                 for w, o, v in (("A", "x", 1.0), ("A", "y", -2.0), ("B", "x", 3.0)))  # fmt: skip
    drawn = spec(Chart(Table("t", "T", columns, rows), "grouped", "who", ("v",), series="of"))
    assert drawn["layer"][0]["encoding"]["color"]["scale"]["domain"] == ["x", "y"]
    assert "−2.00" in svg(drawn)
    assert vl_convert.__version__


def test_the_last_step_goes_on_after_the_last_date_of_all():
    days = (date(2018, 1, 1), date(2020, 1, 1), date(2019, 1, 1))
    rows = tuple(
        {"variant": v, "day": day, "usa": 1.0 + k}
        for k, (v, day) in enumerate(zip("aab", days, strict=True))
    )
    table = Table("t", "t", (column("variant"), column("day"), column("usa", CHANGE)), rows)
    drawn = spec(Chart(table, "steps", "day", ("usa",), choice="variant"))
    *given, a, b = drawn["data"]["values"]
    assert len(given) == 3
    # two years and a twelfth of them
    assert (a["variant"], a["day"], a["usa"]) == ("a", "2020-03-01", 2.0)
    assert (b["variant"], b["day"], b["usa"]) == ("b", "2020-03-01", 3.0)
    assert drawn["layer"][1]["transform"] == [{"filter": "!datum.beyond"}]


def test_a_picture_says_what_unit_when_which_baseline_and_whose_data():
    document = replace(
        whole(), about={**ABOUT, "baseline": {**ABOUT["baseline"], "source": "WIOD."}}
    )
    chart = next(c for c in CHARTS if c.table.key == "flows")
    said = text_of(picture(chart, "svg", document))
    origin = "Baseline made-up, 2014. Source of data: WIOD. Calculated with detente"
    for words in ("Between the two", "In USD bn a year", "2018-05-15 · a made-up world", origin):
        assert words in said
    assert "Source of data" not in text_of(picture(chart))
    # in a page or a notebook, all of that stands around it
    assert "Between the two" not in text_of(svg(spec(chart)).encode())


def test_a_picture_names_the_option_that_it_shows():
    chart = next(c for c in CHARTS if c.table.key == "gains")
    titles = whole().chooser.titles
    for shown, other in (("tariffs", "deal"), ("deal", "tariffs")):
        said = text_of(picture(chart, "svg", whole(), shown))
        assert f"By economy {titles[shown]} Exact" in said
        assert f"{titles[other]} Exact" not in said


def test_all_pictures_of_a_document_are_those_of_its_charts():
    found = of(whole())
    assert {name.rpartition(".")[2] for name in found} == {"svg", "png"}
    assert {"flows.svg", "flows.png", "gains-deal.svg", "gains-tariffs.svg"} <= set(found)
    assert "gains.svg" not in found
    chart = next(c for c in CHARTS if c.table.key == "flows")
    assert chart.to_picture("png", whole()) == found["flows.png"]
    assert found["flows.png"][:8] == b"\x89PNG\r\n\x1a\n"
    # twice as many pixels as the width of the drawing and its borders
    assert int.from_bytes(found["flows.png"][16:20]) == pytest.approx(2 * 660, abs=2)
    assert of(empty()) == {}
    with pytest.raises(ValueError, match="no number to draw"):
        picture(next(b for b in walk(empty().sections) if isinstance(b, Chart)))


def text_of(drawn: bytes) -> str:
    """Text of a picture, a line each."""
    return " ".join("".join(e.itertext()) for e in ElementTree.fromstring(drawn).iter() if e.text)
