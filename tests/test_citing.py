"""How a result is cited: what its manifest rests on, and nothing else."""

import json
import re
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml

from detente.baseline.elasticities import SOURCES
from detente.baseline.store import load
from detente.citing import citations
from detente.errors import InputError
from detente.references import DATA, SOLUTIONS, Reference

ROOT = Path(__file__).parents[1]
ARTICLE = Reference(
    "one2001", ("One, A.", "Two, B. C.", "Three, D."), "Profits & losses: 100% of them", 2001,
    "Journal of Things", "12", "3", "45-67",
)  # fmt: skip
MANIFEST = {
    "format": 2,
    "kind": "talks",
    "title": "Two sides: the talks",
    "versions": {"detente": "0.0.9"},
    "scenario": {"date": "2020-02-03", "horizon": "year", "sha256": "ab" * 32},
    "baseline": {
        "name": "mine", "title": "My economy", "source": "My office, after Teti, F. A., 2019",
        "licence": "", "elasticities": "Shapiro (2016) [shapiro-2016]: goods", "sha256": "cd" * 32,
    },
    "choices": {"solution": "egalitarian"},
}  # fmt: skip


def written(folder, manifest) -> Path:
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def keys(cited):
    return [one.key for one in cited.references]


def test_an_article_as_text_and_as_bibtex():
    assert ARTICLE.text == (
        "One, A., Two, B. C. & Three, D. (2001). Profits & losses: 100% of them. "
        "Journal of Things 12(3), 45-67."
    )
    assert ARTICLE.bibtex == (
        "@article{one2001,\n"
        "  author = {One, A. and Two, B. C. and Three, D.},\n"
        "  title = {{Profits \\& losses: 100\\% of them}},\n"
        "  year = {2001},\n"
        "  journal = {Journal of Things},\n"
        "  volume = {12},\n"
        "  number = {3},\n"
        "  pages = {45--67},\n"
        "}"
    )


def test_what_is_no_article_as_text_and_as_bibtex():
    census = DATA["US Census Bureau"]
    assert census.text == (
        "US Census Bureau. US imports and calculated duties. US International Trade statistics."
    )
    assert "author = {{US Census Bureau}},\n" in census.bibtex
    assert census.bibtex.startswith("@misc{census-imports,\n")


def test_sources_of_elasticities_read_as_they_are_published():
    assert SOURCES["fontagne-2022"].reference.text == (
        "Fontagné, L., Guimbard, H. & Orefice, G. (2022). Tariff-based product-level trade "
        "elasticities. Journal of International Economics 137, 103593."
    )
    assert SOURCES["giri-yi-yilmazkuday-2021"].reference.text == (
        "Giri, R., Yi, K.-M. & Yilmazkuday, H. (2021). Gains from trade: Does sectoral "
        "heterogeneity matter? Journal of International Economics 129, 103429."
    )
    assert SOURCES["caliendo-parro-2015"].reference.text == (
        "Caliendo, L. & Parro, F. (2015). Estimates of the trade and welfare effects of NAFTA. "
        "Review of Economic Studies 82(1), 1-44."
    )
    assert len(SOURCES) == 7


def test_keys_are_one_to_a_work():
    works = [
        *DATA.values(), *SOLUTIONS.values(), *(source.reference for source in SOURCES.values()),
        *(one for cited in citations() for one in cited.references),
    ]  # fmt: skip
    found = {one.key: one for one in works}
    assert all(found[one.key] == one for one in works)
    assert all(re.fullmatch(r"[a-z0-9-]+", key) for key in found)


def test_a_result_is_cited_by_what_it_rests_on(tmp_path):
    program, model, data, elasticities, result = citations(written(tmp_path, MANIFEST))
    assert program.references[0].where == "Version 0.0.9"
    assert keys(model) == ["caliendo2015", "dekle2008", "binmore1986", "boehm2023", "kalai1977"]
    assert model.note == "horizon year"
    assert keys(data) == ["teti-gtd"]
    assert data.note == "My economy (mine). My office, after Teti, F. A., 2019."
    assert keys(elasticities) == ["shapiro2016"]
    assert result.note == (
        f"talks: Two sides: the talks; scenario of 2020-02-03, sha256 {'ab' * 32}; "
        f"baseline mine, sha256 {'cd' * 32}."
    )


def test_draws_of_elasticities_rest_on_all_published_sources(tmp_path):
    manifest = MANIFEST | {"choices": {"model_draws": 3, "solution": "utilitarian"}}
    _, model, _, elasticities, _ = citations(written(tmp_path, manifest))
    assert keys(model) == ["caliendo2015", "dekle2008", "binmore1986", "boehm2023"]
    assert keys(elasticities)[:2] == ["shapiro2016", "fontagne2022"]
    assert sorted(keys(elasticities)) == sorted(s.reference.key for s in SOURCES.values())


def test_ones_own_figures_have_no_work_to_cite(tmp_path):
    baseline = MANIFEST["baseline"] | {"source": "Mine", "elasticities": "4 in every sector"}
    manifest = {k: v for k, v in MANIFEST.items() if k != "scenario"} | {
        "kind": "run", "baseline": baseline, "choices": {}
    }  # fmt: skip
    _, model, data, elasticities, result = citations(written(tmp_path, manifest))
    assert keys(model) == ["caliendo2015", "dekle2008"]
    assert (keys(data), keys(elasticities)) == ([], [])
    assert elasticities.note == "4 in every sector."
    assert "scenario" not in result.note


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("wiod-2014", ["timmer2015", "census-imports", "trains", "teti-gtd"]),
        ("icio-2017", ["oecd-icio", "census-imports", "bown2019", "trains", "teti-gtd"]),
        (
            "icio-2022",
            ["timmer2015", "oecd-icio", "census-imports", "bown2019", "trains", "teti-gtd"],
        ),
    ],
)
def test_every_source_on_a_shipped_card_is_cited(tmp_path, name, expected):
    calibration = load(name)
    card = calibration.card.to_dict() | {"sha256": calibration.hash}
    _, _, data, elasticities, _ = citations(written(tmp_path, MANIFEST | {"baseline": card}))
    assert keys(data) == expected
    assert keys(elasticities) == ["fontagne2022"]


def test_without_a_result_it_is_what_a_plain_run_uses():
    program, model, data, elasticities = citations()
    assert program.references[0].where == f"Version {version('detente')}"
    assert keys(model) == ["caliendo2015", "dekle2008"]
    assert keys(data)[0] == "timmer2015"
    assert keys(elasticities) == ["fontagne2022"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "no folder of results"),
        ("{", "cannot be read"),
        ("[]", "no manifest of a result"),
        ('{"format": 1, "versions": {}}', "no manifest of a result"),
        (json.dumps(MANIFEST | {"baseline": {"name": "x", "sha256": "y"}}), "older version"),
    ],
)
def test_what_is_no_result_is_refused(tmp_path, text, said):
    if text is not None:
        (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(InputError, match=said):
        citations(tmp_path)
    with pytest.raises(InputError, match="no folder of results"):
        citations(tmp_path / "nowhere")


def test_the_citation_file_is_of_this_version():
    found = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    program, model, *_ = citations()
    assert found["version"] == version("detente")
    assert found["cff-version"] == "1.2.0"
    assert found["title"] == program.references[0].title
    assert found["license"] in (ROOT / "pyproject.toml").read_text()
    listed = [(one["title"], one["year"], one["journal"]) for one in found["references"]]
    assert listed == [(one.title, one.year, one.journal) for one in model.references]


def test_an_own_economy_has_its_year_and_no_heading_without_words(tmp_path):
    baseline = {**MANIFEST["baseline"], "year": 2022, "elasticities": ""}
    found = citations(written(tmp_path, {**MANIFEST, "baseline": baseline}))
    assert found[2].note.startswith("My economy (mine), 2022. ")
    assert found[3].note == "the economy's own; its card names no source."
    assert all(one.references or one.note for one in found)


@pytest.mark.parametrize(
    ("scenario", "baseline"), [({}, {"in_force": "2026-08-21"}), ({"ledger": True}, {})]
)
def test_tariffs_of_the_ledger_are_cited_where_they_are_used(tmp_path, scenario, baseline):
    found = {**MANIFEST, "kind": "run", "scenario": MANIFEST["scenario"] | scenario,
             "baseline": MANIFEST["baseline"] | baseline}  # fmt: skip
    cited = {one.part: one for one in citations(written(tmp_path, found))}
    assert keys(cited["Tariffs of the ledger"]) == ["census-imports", "bown2019"]
    assert "Yale Budget Lab" in cited["Tariffs of the ledger"].note
    plainly = citations(written(tmp_path, MANIFEST))
    assert "Tariffs of the ledger" not in [one.part for one in plainly]
