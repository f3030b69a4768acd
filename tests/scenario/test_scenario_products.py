"""Measures by product in scenario files: lists beside the file, exceptions, and what is refused."""

import pytest

from detente import load
from detente.cli.inputs import inputs
from detente.errors import InputError
from detente.report.run.background import what
from detente.scenario.load import check_against, load_scenario, scenario_hash

HEAD = "title: T\ndate: 2025-08-07\nbaseline: wiod-2014\nmeasures:\n"
TAIL = "variants:\n  - {id: v, title: V, measures: [a]}\n"


def case(folder, *measures, name="case.yaml"):
    lines = "".join(f"  - {{{text}}}\n" for text in measures)
    (folder / name).write_text(HEAD + lines + TAIL, encoding="utf-8")
    return folder / name


def refused(folder, *measures):
    with pytest.raises(InputError) as error:
        check_against(load_scenario(case(folder, *measures)), load("wiod-2014"))
    return str(error.value)


def test_a_list_lies_beside_the_file_and_is_part_of_what_it_says(tmp_path):
    (tmp_path / "lists").mkdir()
    own = tmp_path / "lists" / "own.csv"
    own.write_text("code,rate\n8703,0.25\n")
    path = case(tmp_path, "id: a, kind: tariff, by: EU27, on: USA, products: lists/own.csv")
    scenario = load_scenario(path)
    (entry,) = scenario.measures
    assert entry.instrument().products == str(own)
    assert entry.year == 2025
    before = scenario_hash(scenario)
    _, held = inputs({"scenario": str(path)})
    assert held["lists/own.csv"] == own.read_bytes()
    own.write_text("code,rate\n8703,0.5\n")
    assert scenario_hash(load_scenario(path)) != before


def test_a_list_is_found_where_another_measure_is_refused(tmp_path):
    (tmp_path / "own.csv").write_text("code,rate\n8703,0.25\n")
    said = refused(
        tmp_path,
        "id: a, kind: tariff, by: EU27, on: USA, products: own.csv",
        "id: b, kind: tariff, by: EU27, on: USA, add: nothing",
    )
    assert "measures[b].add" in said
    assert "own.csv" not in said


def test_what_a_measure_does_in_words(tmp_path):
    measures = (
        'id: a, kind: tariff, by: USA, on: EU27, products: ["8703", "8708"], set: 15%',
        'id: b, kind: tariff, by: USA, on: EU27, except: [steel, "8703"], floor: 0.15',
        "id: c, kind: tariff, by: EU27, on: world, products: sugar, "
        "duty: {eur_per_tonne: 339}, price: {eur_per_tonne: 520}",
        'id: d, kind: import-ban, by: EU27, on: RUS, products: ["2709"]',
        "id: e, kind: tariff, by: USA, on: MEX, add: 0.25, claims: 0.85, excludes: a",
    )
    scenario = load_scenario(case(tmp_path, *measures))
    check_against(scenario, load("wiod-2014"))
    assert [what(entry) for entry in scenario.measures] == [
        "tariff at 15% on 8703, 8708",
        "tariff of at least 15% on goods, but for steel, 8703",
        "tariff +65.2 points (EUR 339 per tonne, at a price of 520) on sugar",
        "import ban on 2709",
        "tariff +25.0 points on goods, not on the 85% of trade that claim a preference, "
        "in place of a",
    ]


TARIFF = "id: a, kind: tariff, by: USA, on: EU27"


@pytest.mark.parametrize(
    ("measure", "said"),
    [
        (f"{TARIFF}, products: 8703, add: 0.1", ("case.yaml:5", "products", "put it in quotes")),
        (f'{TARIFF}, products: ["8799"], add: 0.1', ("case.yaml:5", "products", "no such code")),
        (f"{TARIFF}, products: none.csv, add: 0.1", ("case.yaml:5", "file not found", "none.csv")),
        (f"{TARIFF}, products: bad.csv", ("bad.csv:2", "rate of 2500%")),
        (f"{TARIFF}, products: rated.csv, add: 0.1", ("has rates of its own",)),
        (f"{TARIFF}, rates: table.csv", ("table.csv:1", "XXX", "table.csv:2", "C77")),
        (f"{TARIFF}, add: 0.1, excludes: [b]", ("excludes", "no measure with this id")),
        (f"{TARIFF}, add: 0.1, excludes: a", ("excludes", "does not exclude itself")),
        (f"{TARIFF}, add: 0.1, except: [C99]", ("except", "C99")),
        (f"{TARIFF}, products: rated.csv, sectors: C24", ("products", "touches nothing")),
        (f"{TARIFF}, floor: 15", ("floor", "1500%", "did you mean 0.15")),
        (f"{TARIFF}, exempt: [steel], add: 0.1", ("exempt", "write except")),
    ],
)
def test_refused_with_file_line_and_key(tmp_path, measure, said):
    (tmp_path / "bad.csv").write_text("code,rate\n8703,25\n")
    (tmp_path / "rated.csv").write_text("code,rate\n8703,25%\n")
    (tmp_path / "table.csv").write_text("sector,XXX\nC77,0.1\n")
    text = refused(tmp_path, measure)
    for part in said:
        assert part in text


def test_only_tariffs_can_be_excluded(tmp_path):
    ban = "id: b, kind: import-ban, by: USA, on: EU27, sectors: C24"
    said = refused(tmp_path, f"{TARIFF}, add: 0.1, excludes: [b, c]", ban,
                   "id: c, kind: tariff, by: USA, on: EU27, add: 0.1")  # fmt: skip
    assert "case.yaml:5" in said
    assert "only tariffs can be excluded (got 'b'; allowed: c)" in said
