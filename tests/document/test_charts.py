"""Charts draw columns of their table, nothing else."""

import math

import pytest
import vl_convert
from made_up import column, empty, packages, path, tariffs, whole

from detente.document.blocks import Chart, Mark, Table, walk
from detente.document.charts import TEXT, figures, spec, svg
from detente.document.numbers import CHANGE, SHARE, text, units_of

CHARTS = [b for b in walk(whole().sections) if isinstance(b, Chart)]
WORDS = {"said", "series", "value", "column", "rank"}


@pytest.mark.parametrize("chart", CHARTS, ids=lambda c: f"{c.kind}-{c.table.key}")
def test_rows_of_a_chart_are_rows_of_its_table(chart):
    rows = spec(chart, whole().chooser)["data"]["values"]
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
        other = svg({**spec(chart, chooser), "params": [{"name": "option", "value": "tariffs"}]})
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
