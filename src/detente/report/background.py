"""The sections of the HTML report on what the results rest on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from detente.report import amounts, facts, firms, structure, words
from detente.report.markup import definitions, scroll, table, tag, text
from detente.scenario.variants import measure_ids

if TYPE_CHECKING:
    from datetime import date

    from detente.policy.amounts import Amount
    from detente.simulate import ScenarioResult


def measures(result: ScenarioResult) -> str:
    """List every measure with its status, source and the variants it is in."""
    sources = {source.id: source for source in result.scenario.sources}
    members = {name: measure_ids(result.scenario, name) for name in result.variants}
    titles = facts.variant_titles(result)
    currency = result.calibration.card.unit.removeprefix("million ")
    rows, used = [], amounts.found(result.scenario, result.calibration)
    for measure in result.scenario.measures:
        within = [escape(titles[name]) for name, ids in members.items() if measure.id in ids]
        cited = [_source(sources[s]) if s in sources else escape(s) for s in measure.source]
        note = text("div", measure.note, class_="note") if measure.note else ""
        cells = [
            text("th", _whom(measure), scope="row"),
            *(
                tag("td", tag("div", *content), data_label=head)
                for head, content in (
                    ("What", [escape(said(measure, used, currency)), note]),
                    ("Status", [_status(measure)]),
                    (
                        "In force",
                        [
                            escape(_dates(measure)),
                            _ramp(measure.phase_in),
                            _on_day(measure, result.at),
                        ],
                    ),
                    ("In variants", _lines(within)),
                    ("Source", _lines(cited)),
                )
            ),
        ]
        rows.append(tag("tr", *cells))
    heads = ("By → on", "What", "Status", "In force", "In variants", "Source")
    head = tag("tr", *(text("th", h, scope="col") for h in heads))
    shown = scroll(
        tag("table", tag("thead", head), tag("tbody", *rows)), "Measures", "scroll plain measures"
    )
    hint = firms.hint(result.scenario)
    left = text("p", hint, class_="note") if hint else ""
    return tag("section", text("h2", "Measures"), shown, left)


def _whom(measure: Any) -> str:
    by, on = ", ".join(measure.by), ", ".join(getattr(measure, "on", ()))
    return f"{by} → {on}" if on else by


def said(measure: Any, used: Mapping[str, Amount], currency: str = "USD") -> str:
    """Say what a measure does, and what became of the amount that it names."""
    amount = used.get(measure.id)
    return what(measure, currency) + (f" ({amounts.sentence(amount)})" if amount else "")


def what(measure: Any, currency: str = "USD") -> str:
    """Say what a measure does: rate, sectors, covered trade."""
    if hasattr(measure, "of"):
        return _what_limit(measure, currency)
    given = {k: getattr(measure, k, None) for k in ("add", "set", "scale", "align")}
    kind = measure.kind.replace("-", " ")
    if given["add"] is not None:
        points = "points" if measure.kind == "tariff" else "%"
        text_ = f"{kind} {words.signed(100 * given['add'], 1)} {points}"
    elif given["set"] is not None:
        text_ = f"{kind} at {100 * given['set']:g}%"
    elif given["scale"] is not None:
        text_ = f"{kind} × {given['scale']:g}"
    elif given["align"] is not None:
        whose = "the partner's" if given["align"] == "partner" else f"those of {given['align']}"
        text_ = f"{kind}: higher rates down to {whose}"
    else:
        text_ = kind
    if measure.kind == "transfer":
        return f"payment of {currency} {measure.value_usd / 1e3:,.4g} bn a year"
    firm = getattr(measure, "firm", None)
    text_ += f" on sales to {firm}" if firm else f" on {', '.join(measure.sectors)}"
    if leak := getattr(measure, "leakage", None):
        text_ += f", {100 * leak:g}% of it by way of others"
    if (share := getattr(measure, "coverage", None)) is not None:
        text_ += f", covering {100 * share:g}% of trade"
    if (value := getattr(measure, "value_usd", None)) is not None:
        text_ += f", covering {currency} {value / 1e3:,.4g} bn of trade"
    if name := getattr(measure, "product_list", None):
        text_ += f", product list {name}"
    return text_


def _what_limit(measure: Any, currency: str) -> str:
    """Say what a quota or a purchase commitment limits."""
    floor = measure.kind == "purchase-commitment"
    bounds = {"add_usd": "more than in the baseline", "total_usd": "in all", "limit_usd": "in all"}
    size = f"{measure.scale:g} times the baseline's" if measure.scale is not None else ""
    for key, meaning in bounds.items():
        if (amount := getattr(measure, key, None)) is not None:
            size = f"{currency} {amount / 1e3:,.4g} bn a year {meaning}"
    text_ = f"{measure.kind.replace('-', ' ')}: {'at least' if floor else 'at most'} {size}"
    text_ += f", in {measure.of}, of {', '.join(measure.sectors)}"
    return text_ if floor else f"{text_}; exporters get {100 * measure.rents:g}% of the rents"


def assumptions(result: ScenarioResult, more: Sequence[tuple[str, str]] = ()) -> str:
    """State the model, its closure and what is not known; ``more`` terms with their meaning."""
    card = result.calibration.card
    unit = facts.money(result.calibration).label
    pairs = [
        (
            "Model",
            "World general equilibrium with input-output links and trade by comparative advantage "
            f"(Caliendo and Parro 2015), in changes from the baseline: {structure.market(result)}, "
            "labour that does not move between economies, tariff revenue spent at home.",
        ),
        ("Horizon", horizon(result)),
        *structure.assumed(result),
        *more,
        (
            "Trade balances",
            f"The overall balance of every economy is an input, not a result ("
            f"{facts.deficit_rule(result)}). Bilateral balances are results.",
        ),
        ("Trade elasticities", elasticities(result)),
        (
            "Values",
            f"{unit} of {card.year}, measured against the numeraire: world value added, held at "
            "its baseline level.",
        ),
        (
            "Real income",
            "Exact: income over the consumer price index, worth its change times baseline income. "
            "First-order: its approximation by terms and volume of trade; another number.",
        ),
        (
            "How sure",
            "Intervals are not computed yet: these are the results of one model with one set of "
            "elasticities. Run again with another source of elasticities to see how much they "
            "matter.",
        ),
    ]
    shown = definitions((term, escape(meaning)) for term, meaning in pairs)
    return tag("section", text("h2", "Assumptions"), shown)


def horizon(result: ScenarioResult) -> str:
    """Say what the horizon means for trade, workers and inputs."""
    from detente.model.horizons import find_horizon

    chosen = find_horizon(result.scenario.horizon)
    if result.scenario.structure is not None:
        return structure.of_horizon(chosen)
    if chosen.elasticity_scale == 1:
        return f"{chosen.name}: {chosen.meaning}; workers move between sectors for one wage."
    s = chosen.structure
    return (
        f"{chosen.name}: {chosen.meaning}. Trade elasticities are {chosen.elasticity_scale:.2f} of "
        "those of the long run (Boehm, Levchenko and Pandalai-Nayar 2023). Assumed: mobility of "
        f"workers κ = {s.labour_mobility:g} (1: effective labour of sectors is given), "
        "substitution between "
        f"materials {s.input_elasticity:g}, between them and value added "
        f"{s.value_added_elasticity:g}, between sectors of final demand {s.final_elasticity:g}. "
        "Quantities move less than in the long run, and wages part between sectors; “What the "
        "horizon changes” above compares the two. First-order measures are not shown: "
        "their formula assumes one wage."
    )


def elasticities(result: ScenarioResult) -> str:
    """Say where trade elasticities come from and how they range."""
    theta = result.calibration.trade_elasticity[result.calibration.goods]
    source = result.calibration.card.elasticities or "the baseline's own"
    if not theta.size:
        return f"{source}."
    return f"{source}; from {theta.min():.3g} to {theta.max():.3g} across goods sectors."


def data_card(result: ScenarioResult) -> str:
    """Show where the figures come from and every change made to them."""
    card = result.calibration.card
    pairs = [
        ("Baseline", f"{card.title} ({card.name}), {card.year}"),
        ("Source", card.source),
        ("Licence", card.licence),
        ("Size", f"{len(result.calibration.countries)} economies, "
                 f"{len(result.calibration.sectors)} sectors; {card.unit}"),
        ("Method", card.method),
    ]  # fmt: skip
    shown = definitions((term, escape(meaning)) for term, meaning in pairs if meaning)
    if card.adjustments:
        rows = [
            [a.what, a.why, f"{a.size:.4g} {a.unit}".replace("-", words.MINUS, a.size < 0)]
            for a in card.adjustments
        ]
        shown += scroll(
            _words_table(("Adjustment", "Why", "Size"), rows), "Adjustments", "scroll plain words"
        )
    if card.notes:
        shown += tag("ul", *(text("li", note, class_="note") for note in card.notes))
    return tag("section", text("h2", "Data"), shown)


def solver(result: ScenarioResult) -> str:
    """Show how each variant was solved, and the identities of what went in."""
    equations = sorted({k for s in result.variants.values() for k in s.residuals})
    rows = [
        [
            title,
            str(result.variants[name].status),
            str(result.variants[name].iterations),
            *(f"{result.variants[name].residuals.get(k, 0.0):.1e}" for k in equations),
        ]
        for name, title in facts.variant_titles(result).items()
    ]
    heads = ["", "status", "iterations", *(f"residual, {k}" for k in equations)]
    shown = table(heads, rows, caption="Largest relative gap of each equation")
    pairs = [
        ("Baseline", tag("code", escape(result.calibration.hash))),
        ("Scenario", tag("code", escape(result.scenario_hash))),
        ("Made with", escape(f"detente {version('detente')}")),
    ]
    return tag(
        "section",
        text("h2", "Solution"),
        scroll(shown, "Solver status", "scroll plain"),
        definitions(pairs),
    )


def _words_table(heads: tuple[str, ...], rows: list[list[str]]) -> str:
    head = tag("tr", *(text("th", h, scope="col") for h in heads))
    body = (tag("tr", *(text("td", cell) for cell in row)) for row in rows)
    return tag("table", tag("thead", head), tag("tbody", *body))


def _status(measure: Any) -> str:
    return text("span", measure.status, class_="tag") if measure.status else "–"


def _lines(items: list[str]) -> list[str]:
    return [tag("div", item) for item in items] or ["–"]


def _dates(measure: Any) -> str:
    if measure.start is None and measure.end is None:
        return "" if measure.phase_in else "–"
    start = f"from {measure.start}" if measure.start else ""
    return f"{start} to {measure.end}".strip() if measure.end else start


def _on_day(measure: Any, day: date | None) -> str:
    """Say how much of a measure is in force on the day that is solved, in small print."""
    if day is None:
        return ""
    share = measure.schedule().share(day)
    part = "in full" if share == 1 else f"at {100 * share:.3g}%"
    how = f"counted {part}" if share else "not counted"
    return _dated_note(f"{how} on ", day)


def _ramp(ramp: Any) -> str:
    """Say how a measure is phased in, in small print."""
    if ramp is None:
        return ""
    if isinstance(ramp, tuple):
        said = "in steps: " + ", ".join(f"{100 * s.share:.3g}% on {s.date}" for s in ramp)
    else:
        return _dated_note("rising in a straight line until ", ramp.until)
    return text("div", said, class_="note")


def _dated_note(said: str, day: date) -> str:
    return tag("div", escape(said), text("span", str(day), class_="day"), class_="note")


def _source(source: Any) -> str:
    parts = [source.publisher, str(source.date) if source.date else None]
    where = ", ".join(p for p in parts if p)
    tail = escape(f" ({where})") if where else ""
    # only web addresses become links: anything else could run a script when followed
    if source.url and source.url.startswith(("https://", "http://")):
        return text("a", source.title, href=source.url, rel="noopener noreferrer") + tail
    return escape(source.title) + tail
