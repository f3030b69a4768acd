"""`detente run`: what it prints, what it writes, what it leaves alone."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from detente.simulate import run_scenario
from folders import held

TABLES = (
    "countries", "sectors", "flows", "variants", "real-income", "trade", "balance", "paid_C0",
    "paid_C1", "diversion_C0", "diversion_C1", "tariffs_C0", "tariffs_C1", "measures",
)  # fmt: skip
FILES = {"report.html", "manifest.json", "inputs/case.yaml"}
DRAWN = ("draws", "how-sure", "headlines_one-strikes", "headlines_two-strikes-back")
FILES |= {f"{t}.{k}" for t in (*TABLES, *DRAWN) for k in ("csv", "parquet")}


def test_it_prints_tables_and_writes_report_and_data(detente, case):
    done = detente("run", case)
    assert done.status == 0, done.err
    assert set(held("detente-out/case")) == FILES
    for words in ("Cars and corn", "One strikes", "Real income", "converged", "Report:"):
        assert words in done.out
    assert done.err == ""


def test_out_and_quiet(detente, case):
    done = detente("run", case, "--out", "a/b", "--quiet")
    assert done.status == 0
    assert (done.out, done.err) == ("", "")
    assert set(held("a/b")) == FILES
    assert not Path("detente-out").exists()


def test_json_alone_and_equal_to_the_python_api(detente, case):
    done = detente("run", case, "--json")
    assert done.status == 0
    found = json.loads(done.out)
    assert {p.name for p in Path().iterdir()} == {"case.yaml"}
    result = run_scenario("case.yaml")
    for name, solution in result.variants.items():
        variant = found["variants"][name]
        assert variant["status"] == solution.status
        for code, change in solution.welfare.items():
            assert variant["countries"][code]["real_income_pct"] == pytest.approx(change, abs=1e-9)
    assert found["scenario"]["sha256"] == result.scenario_hash
    assert found["baseline"]["sha256"] == result.calibration.hash


def test_json_with_out_writes_too(detente, case):
    done = detente("run", case, "--json", "--out", "here")
    json.loads(done.out)
    assert set(held("here")) == FILES


def test_the_same_run_writes_the_same_bytes_over_the_old_ones(detente, case):
    detente("run", case, "--quiet")
    folder = Path("detente-out/case")
    (folder / "notes.txt").write_text("mine")
    before = held(folder)
    (folder / "flows.csv").write_text("damaged")
    detente("run", case, "--quiet")
    assert held(folder) == before


def test_another_baseline_and_other_elasticities(detente, case):
    plain = json.loads(detente("run", case, "--json").out)
    other = json.loads(detente("run", case, "--json", "--elasticities", "9").out)
    assert "9" in other["baseline"]["elasticities"]
    assert plain["baseline"]["sha256"] != other["baseline"]["sha256"]
    shipped = detente("run", "may-2018", "--baseline", "icio-2017", "--json")
    assert json.loads(shipped.out)["baseline"]["sectors"] == 23


def test_data_frames_of_the_files_are_those_of_the_result(detente, case):
    detente("run", case, "--quiet")
    result = run_scenario("case.yaml")
    folder = Path("detente-out/case")
    for read, kind in ((pd.read_csv, "csv"), (pd.read_parquet, "parquet")):
        countries = read(folder / f"countries.{kind}").set_index(["variant", "country"])
        assert set(countries.pop("variant_title")) == {"One strikes", "Two strikes back"}
        assert list(countries.pop("country_title"))[:2] == ["Country 0", "Country 1"]
        drawn = ("real_income", "exports", "imports")
        both = {of: [f"{of}_low_pct", f"{of}_high_pct"] for of in drawn}
        ends = {of: countries[columns].copy() for of, columns in both.items()}
        countries = countries.drop(columns=[key for keys in both.values() for key in keys])
        for name, solution in result.variants.items():
            for of in drawn:
                interval = result.interval(name, of=of)
                np.testing.assert_allclose(
                    ends[of].loc[name].T, [interval.low, interval.high], atol=1e-9
                )
            pd.testing.assert_frame_equal(
                # CSV writes a column of zeros as whole numbers
                countries.loc[name].astype(float),
                solution.countries,
                check_exact=False,
                rtol=1e-9,
                atol=1e-6,
            )


def test_may_2018_from_another_process_uses_no_display_and_no_traceback():
    command = [sys.executable, "-c", "from detente.cli import main; main()", "run", "may-2018"]
    done = subprocess.run([*command, "--out", "o"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "All threats carried out" in done.stdout
    manifest = json.loads(Path("o/manifest.json").read_text(encoding="utf-8"))
    for variant in manifest["solver"]["variants"].values():
        assert variant["status"] == "converged"
        assert max(variant["residuals"].values()) < 1e-10


@pytest.mark.parametrize("words", [(), ("--help",), ("run", "--help"), ("data", "--help")])
def test_help_needs_no_numerical_library(words):
    code = (
        "import sys; sys.argv = ['detente', *sys.argv[1:]]\n"
        "from detente.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "slow = {'jax', 'pandas', 'xarray', 'scipy', 'vl_convert'} & set(sys.modules)\n"
        "assert not slow, slow"
    )
    command = [sys.executable, "-c", code, *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Usage" in done.stdout + done.stderr


def test_scenarios_and_schema(detente):
    assert "may-2018" in detente("scenarios").out
    text = detente("scenarios", "show", "may-2018").out
    Path("copy.yaml").write_text(text, encoding="utf-8")
    assert detente("run", "copy.yaml", "--quiet").status == 0
    schema = json.loads(detente("schema").out)
    assert "measures" in schema["properties"]
    assert detente("--version").out.startswith("detente 0.")


def test_elasticities_of_the_scenario_are_used_unless_others_are_given(detente, case):
    case.write_text(
        case.read_text().replace("baseline: random", "baseline: random\nelasticities: '9'")
    )
    own = json.loads(detente("run", case, "--json").out)
    assert "9" in own["baseline"]["elasticities"]
    other = json.loads(detente("run", case, "--json", "--elasticities", "5").out)
    assert "5" in other["baseline"]["elasticities"]
    world = run_scenario("case.yaml").calibration
    assert (world.trade_elasticity == 9).all()
    assert (
        run_scenario("case.yaml", baseline=world, elasticities=4).calibration.trade_elasticity == 4
    ).all()


def test_a_variant_may_be_called_before(detente, case):
    plain = detente("run", case).out
    case.write_text(
        case.read_text().replace("one-strikes", "before").replace("two-strikes-back", "flow")
    )
    assert detente("run", case).out == plain


def test_narrow_terminals_lose_no_digit(detente, case, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    wide = detente("run", case).out
    monkeypatch.setenv("COLUMNS", "30")
    assert detente("run", case).out == wide


def test_every_kind_of_measure_runs_from_a_file(detente, case):
    text = case.read_text()
    more = """
  - {id: tax, kind: export-tax, by: C0, on: C1, sectors: S0, add: 0.1}
  - {id: ban, kind: export-ban, by: C1, on: C0, sectors: S1, coverage: 0.5, leakage: 0.1}
  - {id: aid, kind: production-subsidy, by: C1, sectors: S2, add: 0.05}
  - {id: fine, kind: transfer, by: C1, on: C0, value_usd: 0.1, year: 2000}
  - {id: ceiling, kind: quota, by: C0, on: C1, sectors: S0, scale: 0.1, rents: 0.5}
  - {id: restraint, kind: export-restraint, by: C0, on: C1, sectors: S1, scale: 0.9}
  - {id: pledge, kind: purchase-commitment, by: C1, on: C0, sectors: S0, scale: 1.3}
variants:
  - id: all
    title: All of it
    measures: [cars, corn, queues, tax, ban, aid, fine, ceiling, restraint, pledge]"""
    case.write_text(text.replace("\nvariants:", more, 1))
    done = detente("run", case, "--full")
    assert done.status == 0, done.err
    found = json.loads(Path("detente-out/case/manifest.json").read_text())
    assert found["solver"]["variants"]["all"]["measures"][3:7] == ["tax", "ban", "aid", "fine"]
    assert "at most, quantity" in done.out
    countries = pd.read_csv("detente-out/case/countries.csv").set_index(["variant", "country"])
    all_of_it = countries.loc["all"]
    assert all_of_it["export_tax_revenue_musd"]["C0"] > 0
    assert all_of_it["subsidy_cost_musd"]["C1"] > 0
    # the first-order formula knows tariffs and trade costs only
    assert all_of_it["first_order_pct"].isna().all()
    page = Path("detente-out/case/report.html").read_text()
    assert "payment of $0.1m a year" in page
    assert "quota: at most 0.1 times the baseline" in page
    shown = json.loads(detente("run", case, "--json").out)["variants"]["all"]["limits"]
    assert shown["ceiling"]["binding"]
    assert shown["pledge"]["after_musd"] == pytest.approx(shown["pledge"]["bound_musd"])


def test_each_measure_is_said_as_it_was_taken(detente, case):
    detente("run", case, "--variant", "one-strikes", "--quiet")
    rows = pd.read_csv("detente-out/case/measures.csv").set_index("id")
    assert rows.loc["cars", "whom"] == "C0 → C1"
    assert rows.loc["cars", "what"].startswith("tariff +25.0 points on S0; on ")
    assert "; mean rate from " in rows.loc["cars", "what"]
    assert rows.loc["cars", "within"] == "One strikes"


def test_draws_have_a_seed_and_a_prior_and_may_be_left_out(detente, case):
    plain = detente("run", case, "--json", "--draws", "30").out
    assert detente("run", case, "--json", "--draws", "30", "--seed", "0").out == plain
    other = json.loads(detente("run", case, "--json", "--draws", "30", "--seed", "1").out)
    low = [list(one["variants"].values())[-1]["countries"]["C0"]["real_income_low_pct"]
           for one in (json.loads(plain), other)]  # fmt: skip
    assert low[0] != low[1]
    none = json.loads(detente("run", case, "--json", "--draws", "0").out)
    assert "draws" not in none
    Path("mine.yaml").write_text(
        "title: Mine\ncite: Me\ntrade_elasticities:\n  all: {common: 0.2}\n", encoding="utf-8"
    )
    done = detente("run", case, "--draws", "30", "--prior", "mine.yaml", "--out", "mine")
    assert done.status == 0, done.err
    assert "as mine.yaml says" in " ".join(done.out.split())
    assert Path("mine/inputs/mine.yaml").is_file()


def test_draws_and_priors_that_cannot_be_are_refused(detente, case):
    for given, said in (
        (("--draws", "1"), "not a number of draws"),
        (("--seed", "-1"), "not a seed"),
        (("--prior", "none.yaml"), "no such file"),
        (("--path", "--draws", "10"), "no intervals"),
    ):
        done = detente("run", case, *given)
        assert done.status == 2
        assert said in done.err
