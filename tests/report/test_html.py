"""The report file: complete, inert where it must be, written whole or not at all."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from types import SimpleNamespace

import pytest
import vl_convert
from pydantic import ValidationError

from detente.axes import Country, Sector
from detente.baseline.card import Adjustment
from detente.document.html import script_json
from detente.errors import DataError
from detente.report import background, facts, words
from detente.report.html import report_html, write_report
from detente.scenario.schema import Source

VOID = {"meta", "br", "link", "img", "input"}
ALL_CHARTS = {
    "real-income", "focus", "flow-1", "flow-2", "sectors", "diversion-1", "diversion-2",
    "tariffs-1", "tariffs-2",
}  # fmt: skip


class Page(HTMLParser):
    """Elements as a browser would see them: ``(tag, attributes, text inside)``."""

    def __init__(self, html: str):
        super().__init__()
        self.elements: list[tuple[str, dict, list[str]]] = []
        self.open: list[tuple[str, dict, list[str]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        element = (tag, dict(attrs), [])
        assert len(element[1]) == len(attrs), f"an attribute of <{tag}> is there twice"
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag

    def handle_data(self, data):
        for element in self.open:
            element[2].append(data)

    def all(self, tag: str, **attributes: str) -> list[tuple[dict, str]]:
        wanted = {k.rstrip("_").replace("_", "-"): v for k, v in attributes.items()}.items()
        return [
            (a, "".join(t)) for name, a, t in self.elements if name == tag and wanted <= a.items()
        ]

    def text(self) -> str:
        (found,) = self.all("body")
        return found[1]

    def section(self, title: str) -> str:
        (found,) = [t for _, t in self.all("section") if t.startswith(title)]
        return found


@pytest.fixture(scope="module")
def html(result) -> str:
    return report_html(result)


@pytest.fixture(scope="module")
def page(html) -> Page:
    return Page(html)


@pytest.fixture(scope="module")
def hostile_everywhere(hostile):
    """Markup in every text that a scenario or a baseline brings along."""
    bad = hostile.scenario.title
    s, c = hostile.scenario, hostile.calibration
    scenario = s.model_copy(
        update={
            "sources": tuple(
                x.model_copy(update={"title": bad, "publisher": bad, "url": f"https://x.org/{bad}"})
                for x in s.sources
            ),
            "measures": tuple(
                m.model_copy(update={"note": bad, "product_list": bad, "sectors": (bad,)})
                for m in s.measures
            ),
            "variants": tuple(
                v.model_copy(update={"title": f"{bad} {v.id}", "note": bad}) for v in s.variants
            ),
        }
    )
    card = replace(
        c.card, title=bad, name=bad, unit=bad, source=bad, licence=bad, method=bad, notes=(bad,),
        elasticities=bad, adjustments=(Adjustment(bad, bad, -0.5, bad),),
    )  # fmt: skip
    countries = tuple(Country(x.code, f"{bad} {x.code}") for x in c.countries)
    sectors = tuple(Sector(x.code, f"{bad} {x.code}", kind=x.kind) for x in c.sectors)
    calibration = c.replace(card=card, countries=countries, sectors=sectors)
    return replace(hostile, scenario=scenario, calibration=calibration, scenario_hash=bad)


def policy(page: Page) -> dict[str, list[str]]:
    (found,) = page.all("meta", http_equiv="Content-Security-Policy")
    rules = (rule.split() for rule in found[0]["content"].split(";"))
    return {name: values for name, *values in rules}


def charts(page: Page) -> dict[str, dict]:
    (found,) = page.all("script", id="charts")
    return json.loads(found[1])


def test_the_same_result_makes_the_same_page(result, html):
    assert report_html(result) == html


def test_hostile_texts_stay_text(hostile, hostile_everywhere):
    bad = hostile.scenario.title
    html = report_html(hostile_everywhere)
    assert "<script>alert" not in html
    page = Page(html)  # raises where an element is left open or closed twice
    assert [text for _, text in page.all("h1")] == [bad]
    assert [text for _, text in page.all("title")] == [bad]
    assert [text for _, text in page.all("p", class_="summary")] == [bad]
    assert len(page.all("script")) == len(Page(report_html(hostile)).all("script")) == 3
    allowed = {"class", "data-label", "data-variant", "data-chart", "href", "id", "scope", "role"}
    allowed |= {"aria-label", "aria-labelledby", "aria-live", "tabindex", "for", "autocomplete"}
    allowed |= {"value", "selected", "colspan", "rel"}
    (main,) = [n for n, (tag, *_) in enumerate(page.elements) if tag == "main"]
    scripts = min(n for n, (tag, *_) in enumerate(page.elements) if tag == "script")
    for tag, attributes, _ in page.elements[main:scripts]:
        assert set(attributes) <= allowed, tag
    assert page.section("Data").count("<script>alert(1)</script>") >= 8
    assert page.section("Measures").count("<script>alert(1)</script>") >= 8


def test_the_data_of_charts_cannot_close_their_element(hostile_everywhere):
    html = report_html(hostile_everywhere)
    content = html.partition('id="charts">')[2].partition("</script>")[0]
    assert not set("<>&\u2028\u2029") & set(content)
    bad = hostile_everywhere.scenario.title
    specs = json.loads(content)
    assert {row["title"] for row in specs["focus"]["data"]["values"]} == {
        f"{bad} {variant}" for variant in hostile_everywhere.variants
    }


def test_script_json_refuses_what_is_no_json():
    assert script_json({"a": "</script>\u2028&"}) == ('{"a":"\\u003c/script\\u003e\\u2028\\u0026"}')
    with pytest.raises(ValueError, match="not JSON compliant"):
        script_json([float("nan")])


def test_the_policy_allows_the_scripts_of_the_page_and_nothing_else(page):
    rules = policy(page)
    run = [text for a, text in page.all("script") if a.get("type") != "application/json"]
    assert len(run) == 2
    hashes = [base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in run]
    assert rules["script-src"] == [f"'sha256-{digest}'" for digest in hashes]
    assert rules["default-src"] == ["'none'"]
    assert rules["base-uri"] == rules["form-action"] == ["'none'"]
    # no rule that gives the network back what default-src takes
    assert set(rules) == {
        "default-src", "script-src", "style-src", "img-src", "base-uri", "form-action",
    }  # fmt: skip
    sources = [value for name, values in rules.items() for value in values if name != "script-src"]
    assert set(sources) <= {"'none'", "'unsafe-inline'", "data:", "blob:"}
    assert rules["style-src"] == ["'unsafe-inline'"]


def test_nothing_is_asked_of_the_network(page, result):
    loading = {"src", "srcset", "data", "poster", "action", "background", "ping", "style"}
    cited = {source.url for source in result.scenario.sources}
    for tag, attributes, _ in page.elements:
        assert not loading & set(attributes), tag
        assert not any(name.startswith("on") for name in attributes), tag
        assert tag not in {"link", "img", "iframe", "object", "embed", "base", "form"}
        if href := attributes.get("href"):
            assert tag == "a"
            assert href == "#main" or href in cited
    (style,) = page.all("style")
    assert not re.search(r"url\(|@import|expression\(", style[1])


def test_everything_the_result_rests_on_is_there(page, result):
    measures = page.section("Measures")
    sources = {source.id: source for source in result.scenario.sources}
    for measure in result.scenario.measures:
        assert background.what(measure) in measures
        assert all(sources[s].title in measures for s in measure.source)
        assert measure.note is None or measure.note in measures
        assert measure.status in measures
    assert "from 2018-07-06" in measures
    links = {a["href"]: (a["rel"], text) for a, text in page.all("a") if a["href"] != "#main"}
    rel = "noopener noreferrer"
    assert links == {source.url: (rel, source.title) for source in sources.values()}
    data, solution = page.section("Data"), page.section("Solution")
    card = result.calibration.card
    for adjustment in card.adjustments:
        assert adjustment.what in data
        assert adjustment.why in data
        assert f"{adjustment.size:.4g} {adjustment.unit}" in data
    for shown in (card.title, card.name, card.method, str(card.year), card.source):
        assert shown in data
    for name, title in facts.variant_titles(result).items():
        solved = result.variants[name]
        assert f"{title}{solved.status}{solved.iterations}" in solution
        for residual in solved.residuals.values():
            assert f"{residual:.1e}" in solution
    assert result.calibration.hash in solution
    assert result.scenario_hash in solution


def test_each_variant_can_be_chosen_and_has_its_block(page, result):
    titles = facts.variant_titles(result)
    assert [(a["value"], text) for a, text in page.all("option")] == list(titles.items())
    assert [a["value"] for a, _ in page.all("option") if "selected" in a] == ["retaliation"]
    blocks = {a["data-variant"]: text for a, text in page.all("section", class_="of-variant")}
    assert list(blocks) == list(titles)
    for variant, text in blocks.items():
        assert titles[variant] in text
        assert words.headline(result, variant) in text
        assert words.breadth(result, variant) in text
        assert words.bilateral(result, variant) in text


def test_cards_show_the_numbers_with_their_tone(page, result):
    shown = [
        (text, a["class"]) for a, text in page.all("p") if a.get("class", "").startswith("big")
    ]
    tones = {"+": "big gain", words.MINUS: "big loss", "0": "big"}
    expected = []
    for name, solution in result.variants.items():
        values = [words.pct(solution.welfare[code]) for code in ("USA", "CHN")]
        expected += [(value, tones[value[0]]) for value in values]
        pair = solution.bilateral.eval("goods_musd + goods_change_musd")
        balance = pair.loc[("USA", "CHN")] - pair.loc[("CHN", "USA")]
        assert abs(balance) > 1, name  # a sign to be right about
        expected.append((words.money(balance, facts.money(result.calibration), sign=True), "big"))
    assert shown == expected


def test_only_web_addresses_become_links(result):
    address = "javascript:alert(1)"
    with pytest.raises(ValidationError):
        Source(id="ustr", title="A notice", url=address)
    for url in (
        address,
        "data:text/html,<script>alert(1)</script>",
        "file:///etc/passwd",
        "//x.org",
    ):
        source = SimpleNamespace(id="ustr", title="A notice", url=url, publisher="P", date=None)
        scenario = result.scenario.model_copy(update={"sources": (source,)})
        page = Page(report_html(replace(result, scenario=scenario)))
        assert [a["href"] for a, _ in page.all("a")] == ["#main"]
        assert "A notice (P)" in page.section("Measures")


@pytest.mark.parametrize(
    ("focus", "shown"),
    [
        (None, {"real-income"}),
        (("USA", "Atlantis"), {"real-income", "focus", "sectors"}),
        (("Atlantis", "Lemuria"), {"real-income"}),
        (("USA", "CHN"), ALL_CHARTS),
        (("mexico", "eu27"), ALL_CHARTS),
    ],
)
@pytest.mark.parametrize("variants", [None, ("today",), ("retaliation",)])
def test_any_focus_and_number_of_variants(result, focus, shown, variants):
    scenario = result.scenario.model_copy(update={"focus": focus})
    kept = {name: result.variants[name] for name in variants or result.variants}
    page = Page(report_html(replace(result, scenario=scenario, variants=kept)))
    specs = charts(page)
    assert set(specs) == shown
    assert {a["data-chart"] for a, _ in page.all("div", class_="chart")} == shown
    assert len(page.all("section", class_="of-variant")) == len(kept)
    assert len(page.all("caption")) >= len(shown)
    for key, spec in specs.items():
        assert spec["data"]["values"], key
        assert {row["variant"] for row in spec["data"]["values"]} - {facts.BEFORE} == set(kept)


def test_charts_are_valid_and_hold_what_the_frames_hold(page, result):
    specs = charts(page)
    assert set(specs) == ALL_CHARTS
    for key, spec in specs.items():
        assert vl_convert.vegalite_to_vega(spec)["marks"], key
        assert spec["params"][0] == {"name": "variant", "value": "retaliation"}
    names = facts.country_names(result.calibration)
    drawn = {
        (r["variant"], r["economy"]): r["value"] for r in specs["real-income"]["data"]["values"]
    }
    assert drawn == {
        (variant, names[code]): pytest.approx(value, rel=1e-4)
        for variant, solution in result.variants.items()
        for code, value in solution.welfare.items()
    }
    flows = {r["variant"]: r["change"] for r in specs["flow-1"]["data"]["values"]}
    for variant, solution in result.variants.items():
        change = solution.bilateral.loc[("CHN", "USA"), "goods_pct"]
        assert flows[variant] == pytest.approx(change, rel=1e-4, abs=1e-9)


def test_writing_replaces_the_file_as_a_whole(result, html, tmp_path):
    path = tmp_path / "new" / "report.html"
    assert write_report(result, path) == path
    path.write_text("old" * 10**6)
    write_report(result, str(path))
    assert path.read_text("utf-8") == html
    assert [p.name for p in path.parent.iterdir()] == ["report.html"]


def test_a_folder_that_cannot_be_written_is_an_error_that_names_it(result, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DataError, match=r"report\.html: cannot write"):
        write_report(result, tmp_path / "file" / "report.html")
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_an_interrupted_write_leaves_the_old_file(result, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    path = tmp_path / "report.html"
    path.write_text("old")
    monkeypatch.setattr("os.replace", full)
    with pytest.raises(DataError, match="No space left on device"):
        write_report(result, path)
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["report.html"]
