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
from detente.document import numbers
from detente.document.html import page as page_of
from detente.document.html import script_json
from detente.errors import InputError
from detente.report import facts
from detente.report.describe import describe, write
from detente.report.run import background, wording
from detente.report.run.facts import facts_of
from detente.scenario.schema import Source

VOID = {"meta", "br", "link", "img", "input"}
ALL_CHARTS = {"variants", "real-income", "sectors", "trade"}


def pair_charts(a, b):
    return ALL_CHARTS | {f"{kind}_{code}" for kind in ("diversion", "tariffs") for code in (a, b)}


def report_html(result) -> str:
    return page_of(describe(result))


class Page(HTMLParser):
    """Elements as a browser would see them: ``(tag, attributes, text inside)``."""

    def __init__(self, html: str):
        super().__init__()
        self.elements: list[tuple[str, dict, list[str]]] = []
        self.open: list[tuple[str, dict, list[str]]] = []
        self.source = html
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
    assert bad in page.section("The case")
    assert len(page.all("script")) == len(Page(report_html(hostile)).all("script")) == 3
    allowed = {"class", "data-label", "data-variant", "data-chart", "href", "id", "scope", "role"}
    allowed |= {"aria-label", "aria-labelledby", "aria-live", "tabindex", "for", "autocomplete"}
    allowed |= {"value", "selected", "colspan", "rel", "title", "data-name", "style"}
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
    assert {row["variant"] for row in specs["variants"]["data"]["values"]} == {
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
            assert href in cited or f'id="{href[1:]}"' in page.source
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
    links = {a["href"]: (a["rel"], text) for a, text in page.all("a") if a["href"][0] != "#"}
    assert links == {
        source.url: ("noreferrer", f"{source.title} ({source.date})") for source in sources.values()
    }
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
    (among,) = page.all("section", id="by-variant")
    choices = {a["data-variant"] for a, _ in page.all("div", class_="chosen")}
    assert choices == set(titles)
    blocks, run = dict.fromkeys(titles, among[1]), facts_of(result)
    for variant, text in blocks.items():
        assert titles[variant] in text
        assert wording.effect(run, variant) in text
        assert wording.breadth(run, variant) in text
        assert wording.bilateral(run, variant) in text


def test_cards_show_the_numbers_with_their_tone(page, result):
    shown = [
        (text, a["class"]) for a, text in page.all("p") if a.get("class", "").startswith("big")
    ]
    tones = {"+": "big gain", numbers.MINUS: "big loss", "0": "big"}
    expected = []
    for name, solution in result.variants.items():
        values = [numbers.pct(solution.welfare[code]) for code in ("USA", "CHN")]
        expected += [(value, tones[value[0]]) for value in values]
        pair = solution.bilateral.eval("goods_musd + goods_change_musd")
        balance = pair.loc[("USA", "CHN")] - pair.loc[("CHN", "USA")]
        assert abs(balance) > 1, name  # a sign to be right about
        sign = numbers.MINUS if balance < 0 else "+"
        decimals = 0 if abs(balance) >= 9950 else 1
        expected.append((f"{sign}${abs(balance) / 1000:.{decimals}f}bn", "big"))
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
        assert all(a["href"][0] == "#" for a, _ in page.all("a"))
        assert "A notice (P)" in page.section("Measures")


@pytest.mark.parametrize(
    ("focus", "shown"),
    [
        (None, {"real-income"}),
        (("USA", "Atlantis"), {"variants", "real-income", "sectors"}),
        (("Atlantis", "Lemuria"), {"real-income"}),
        (("USA", "CHN"), pair_charts("USA", "CHN")),
        (("mexico", "eu27"), pair_charts("MEX", "EU27")),
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
    assert {a["value"] for a, _ in page.all("option")} == set(kept)
    assert len(page.all("caption")) >= len(shown)
    for key, spec in specs.items():
        assert spec["data"]["values"], key
        chosen = [one["value"] for one in spec.get("params", ()) if one["name"] == "variant"]
        assert chosen in ([], [list(kept)[-1]]), key


def test_charts_are_valid_and_hold_what_the_frames_hold(page, result):
    specs = charts(page)
    assert set(specs) == pair_charts("USA", "CHN")
    for key, spec in specs.items():
        assert vl_convert.vegalite_to_vega(spec)["marks"], key
        of_one = key not in ("variants", "trade")  # these show all variants at once
        chosen = [one for one in spec["params"] if one["name"] != "alone"]
        assert chosen == ([{"name": "variant", "value": "retaliation"}] if of_one else []), key
    names = facts.country_names(result.calibration)
    drawn = {row["economy"]: row for row in specs["real-income"]["data"]["values"]}
    for variant, solution in result.variants.items():
        for code, value in solution.welfare.items():
            assert drawn[names[code]][f"under_{variant}"] == pytest.approx(value, rel=1e-4)
    titles = facts.variant_titles(result)
    flows = {r["variant"]: r["change_USA"] for r in specs["trade"]["data"]["values"]}
    for variant, solution in result.variants.items():
        change = solution.bilateral.loc[("CHN", "USA"), "goods_pct"]
        assert flows[titles[variant]] == pytest.approx(change, rel=1e-4, abs=1e-9)


def test_the_page_opens_with_the_answer_and_one_picture(result):
    first = describe(result).sections[0]
    kinds = [type(block).__name__ for block in first.blocks]
    assert kinds == ["Sentence", "Sentence", "Sentence", "Chart"]


def test_writing_replaces_files_as_a_whole(result, html, tmp_path):
    folder = tmp_path / "new"
    folder.mkdir()
    (folder / "report.html").write_text("old" * 10**6)
    assert write(result, folder)[0] == folder / "report.html"
    assert (folder / "report.html").read_text("utf-8") == html


def test_a_folder_that_cannot_be_written_is_an_error_that_names_it(result, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(InputError, match="not a folder"):
        write(result, tmp_path / "file" / "out")
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_an_interrupted_write_leaves_the_old_files(result, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    (tmp_path / "report.html").write_text("old")
    monkeypatch.setattr("os.replace", full)
    with pytest.raises(InputError, match="No space left on device"):
        write(result, tmp_path)
    assert (tmp_path / "report.html").read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["report.html"]
