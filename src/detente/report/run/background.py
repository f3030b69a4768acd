"""What results rest on: measures, assumptions, data, how they were solved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from detente.document.blocks import Column, Link, Mark, Note, Section, Sentence, Table, Word
from detente.document.language import listed, long_day
from detente.document.numbers import CHANGE, MINUS, POINTS, money_unit, signed, spoken, told
from detente.errors import InputError
from detente.ledger.authorities import TITLES
from detente.policy.touched import touched
from detente.report import amounts, facts, structure
from detente.report.run import firms
from detente.report.run.tables import SHOWN
from detente.report.run.tables import pairs as pairs_of
from detente.scenario.variants import measure_ids

if TYPE_CHECKING:
    from datetime import date

    from detente.policy.amounts import Amount
    from detente.scenario.schema import Scenario
    from detente.simulate import ScenarioResult


_MEASURES = (
    Column("id", "", "its name in the scenario"),
    Column("whom", "By → on", "who imposes the measure, and on whom"),
    Column("what", "What", "what it does, on how much trade, from which mean rate to which"),
    Column("status", "Status", "what was known of it at the scenario's date"),
    Column("dates", "In force", "from when to when, and how it comes"),
    Column("within", "In variants", "variants that it is in"),
    Column("source", "Source", "where it is from"),
)


def case(scenario: Scenario) -> Section:
    """Say what the scenario says of itself."""
    said = (Sentence(scenario.summary),) if scenario.summary else ()
    return Section("case", "The case", said, more=True)


def measures(result: ScenarioResult) -> Section:
    """List every measure: what it was taken to mean, its status, source and variants."""
    sources = {source.id: source for source in result.scenario.sources}
    members = {name: measure_ids(result.scenario, name) for name in result.variants}
    titles, unit = facts.variant_titles(result), result.calibration.card.unit
    used = amounts.found(result.scenario, result.calibration)
    rows = tuple(
        {
            "id": one.id,
            "whom": _whom(one),
            "what": (said(one, used, unit.removeprefix("million ")), *_small(_size(result, one)),
                     *_small(one.note)),
            "status": Mark(one.status, "quiet") if one.status else "–",
            "dates": (_dates(one), *_small(_ramp(one.phase_in)), *_small(_on_day(one, result.at))),
            "within": tuple(titles[name] for name, ids in members.items() if one.id in ids) or "–",
            "source": tuple(_source(sources[s]) if s in sources else str(s) for s in one.source)
            or "–",
        }
        for one in result.scenario.measures
    )  # fmt: skip
    shown = Table("measures", "Measures", _MEASURES, rows, look="stack")
    return Section("measures-in-force", "Measures", (shown,), more=True)


def _size(result: ScenarioResult, measure: Any) -> str:
    """Say what a measure was taken to mean: a slip of a rate or a name shows here."""
    try:
        on = touched(result.calibration, measure.instrument())
    except InputError:
        return ""  # of a variant that this economy does not carry
    if on is None:
        return ""
    if not on.covered:
        return "it touches nothing"
    unit = money_unit(result.calibration.card.unit)
    text = f"on {told(on.covered, unit)}"
    if on.covered < 0.9995 * on.named:
        text += f", {spoken(100 * on.covered / on.named, CHANGE)} of {spoken(on.named, unit)}"
    if on.before is not None and on.after is not None:
        if on.after < 0 <= on.before:  # it takes back what another measure adds
            less = spoken(100 * (on.before - on.after), POINTS)
            return f"{text}; {less} less than the rate that other measures set"
        before, after = (f"{100 * r:.1f}%".replace("-", MINUS) for r in (on.before, on.after))
        lower = " (lower)" if on.after < on.before - 5e-5 else ""
        text += f"; mean rate from {before} to {after}{lower}"
    return text


def _small(text: str | None) -> tuple[Mark, ...]:
    return (Mark(text, "quiet"),) if text else ()


def _whom(measure: Any) -> str:
    by, on = ", ".join(measure.by), ", ".join(getattr(measure, "on", ()))
    return f"{by} → {on}" if on else by


def said(measure: Any, used: Mapping[str, Amount], currency: str = "USD") -> str:
    """Say what a measure does, and what became of the amount that it names."""
    amount = used.get(measure.id)
    return what(measure, currency) + (f" ({amounts.sentence(amount)})" if amount else "")


def what(measure: Any, currency: str = "USD") -> str:
    """Say what a measure does: rate, sectors, covered trade."""
    if hasattr(measure, "of") or measure.kind == "tariff-quota":
        return _what_limit(measure, currency)
    given = {k: getattr(measure, k, None) for k in ("add", "set", "scale", "align")}
    kind = measure.kind.replace("-", " ")
    if measure.kind in _IN_WORDS:
        return _IN_WORDS[measure.kind](measure, currency)
    if rate := _own_rate(measure):
        text_ = f"{kind} {rate}"
    elif given["add"] is not None:
        points = "points" if measure.kind == "tariff" else "%"
        text_ = f"{kind} {signed(100 * given['add'], 1)} {points}"
    elif given["set"] is not None:
        text_ = f"{kind} at {100 * given['set']:g}%"
    elif given["scale"] is not None:
        text_ = f"{kind} × {given['scale']:g}"
    elif given["align"] is not None:
        whose = "the partner's" if given["align"] == "partner" else f"those of {given['align']}"
        text_ = f"{kind}: higher rates down to {whose}"
    else:
        text_ = kind
    firm = getattr(measure, "firm", None)
    text_ += f" on sales to {firm}" if firm else f" on {_goods(measure)}"
    if leak := getattr(measure, "leakage", None):
        text_ += f", {100 * leak:g}% of it by way of others"
    if (share := getattr(measure, "coverage", None)) is not None:
        text_ += f", covering {100 * share:g}% of trade"
    if (value := getattr(measure, "value_usd", None)) is not None:
        text_ += f", covering {amounts.money(value, currency, 4)} of trade"
    if name := getattr(measure, "product_list", None):
        text_ += f", product list {name}"
    return text_ + _beside_others(measure)


def _what_ledger(measure: Any, _: str) -> str:
    """Say whose day, or which law, the ledger's tariffs are of."""
    names = [str(TITLES.get(one, one)) for one in measure.without]
    left = listed(names) if names else ""
    day = f"tariffs of {long_day(measure.at)}" if measure.at else "tariffs"
    goods = "" if tuple(measure.sectors) == ("goods",) else f" on {', '.join(measure.sectors)}"
    return day + (f" without {left}" if left else "") + goods


def _what_transfer(measure: Any, currency: str) -> str:
    return f"payment of {amounts.money(measure.value_usd, currency, 4)} a year"


_IN_WORDS = {"ledger": _what_ledger, "transfer": _what_transfer}


def _goods(measure: Any) -> str:
    """Name the products or sectors that a measure is on, and those that it leaves out."""
    sectors = ", ".join(measure.sectors)
    said_ = ", ".join(getattr(measure, "products", None) or ()) or sectors
    if said_ != sectors and tuple(measure.sectors) != ("goods",):
        said_ += f" in {sectors}"
    left_out = getattr(measure, "except_", None)
    return said_ + (f", but for {', '.join(left_out)}" if left_out else "")


def _beside_others(measure: Any) -> str:
    """Say which trade does not pay a tariff, and which tariffs it takes the place of."""
    text_ = ""
    if (claims := getattr(measure, "claims", None)) is not None:
        text_ += f", not on the {100 * claims:g}% of trade that claim a preference"
    if getattr(measure, "stacks", None) is False:
        text_ += ", in place of every other tariff"
    if others := getattr(measure, "excludes", None):
        text_ += f", in place of {', '.join(others)}"
    return text_


def _own_rate(measure: Any) -> str:
    """Say what a tariff does by bounds, by weight or by a file; nothing where it does not."""
    floor, ceiling = (getattr(measure, key, None) for key in ("floor", "ceiling"))
    if floor is not None:
        return f"of at least {100 * floor:g}%"
    if ceiling is not None:
        return f"of at most {100 * ceiling:g}%"
    if duty := getattr(measure, "duty", None):
        ((unit, amount),) = duty.items()
        currency, _, per = unit.partition("_per_")
        money = f"{currency.upper()} {amount:g} per {per}"
        price = next(iter(measure.price.values()))
        points = signed(100 * measure.instrument().added, 1)
        more = f"{100 * measure.add:g}% and " if measure.add else ""
        return f"{points} points ({more}{money}, at a price of {price:g})"
    if rates := getattr(measure, "rates", None):
        return f"at the rates of {rates}" if measure.rates_as == "set" else f"+ rates of {rates}"
    given = ("add", "set", "scale", "align")
    if measure.kind == "tariff" and all(getattr(measure, key) is None for key in given):
        return "at rates of the list"
    return ""


def _what_limit(measure: Any, currency: str) -> str:
    """Say what a quota, a tariff quota or a purchase commitment limits."""
    if measure.kind == "tariff-quota":
        return (
            f"tariff quota of {amounts.money(measure.quota_usd, currency, 4)} a year on "
            f"{_goods(measure)}: {100 * measure.within:g}% within and {100 * measure.beyond:g}% "
            f"beyond; exporters get {100 * measure.rents:g}% of what licences earn"
        )
    floor = measure.kind == "purchase-commitment"
    bounds = {"add_usd": "more than in the baseline", "total_usd": "in all", "limit_usd": "in all"}
    size = f"{measure.scale:g} times the baseline's" if measure.scale is not None else ""
    for key, meaning in bounds.items():
        if (amount := getattr(measure, key, None)) is not None:
            size = f"{amounts.money(amount, currency, 4)} a year {meaning}"
    text_ = f"{measure.kind.replace('-', ' ')}: {'at least' if floor else 'at most'} {size}"
    text_ += f", in {measure.of}, of {', '.join(measure.sectors)}"
    return text_ if floor else f"{text_}; exporters get {100 * measure.rents:g}% of the rents"


def assumptions(result: ScenarioResult, more: Sequence[tuple[str, str]] = ()) -> Section:
    """State the model, its closure and what is not known; ``more`` terms with their meaning."""
    card = result.calibration.card
    stated = amounts.lines(result.scenario, result.calibration)
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
            f"{card.unit} of {card.year}, measured against the numeraire: world value added, held "
            "at its baseline level.",
        ),
        *([("Amounts", " ".join(stated))] if stated else []),
        (
            "Real income",
            "Exact: income over the consumer price index, worth its change times baseline income. "
            "First-order: its approximation by terms and volume of trade; another number.",
        ),
        (
            "How sure",
            "No ranges: these are the results of one model with one set of elasticities. Run again "
            "with another source (--elasticities) to see how much they matter.",
        ),
    ]
    return Section(
        "assumptions", "Assumptions", (pairs_of("assumed", "Assumptions", pairs),), more=True
    )


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


_ADJUSTMENTS = (
    Column("what", "Adjustment", "what was changed"),
    Column("why", "Why", "why it was"),
    Column("size", "Size", "how large it is, with its unit"),
)


def data_card(result: ScenarioResult) -> Section:
    """Show where the figures come from and every change made to them."""
    c = result.calibration
    card = c.card
    pairs = [
        ("Baseline", f"{card.title} ({card.name}), {card.year}"),
        ("Source", card.source),
        ("Licence", card.licence),
        ("Size", f"{len(c.countries)} economies, {len(c.sectors)} sectors; {card.unit}"),
        ("Method", card.method),
    ]
    blocks: list[Any] = [pairs_of("data-card", "Data", [pair for pair in pairs if pair[1]])]
    if card.adjustments:
        rows = tuple(
            {"what": a.what, "why": a.why,
             "size": f"{a.size:.4g} {a.unit}".replace("-", MINUS, a.size < 0)}
            for a in card.adjustments
        )  # fmt: skip
        blocks.append(
            Table("adjustments", "Adjustments", _ADJUSTMENTS, rows, on=SHOWN, look="stack")
        )
    return Section("data", "Data", (*blocks, *map(Note, card.notes)), more=True)


def solver(result: ScenarioResult, solved: Table) -> Section:
    """Show how each variant was solved, and the identities of what went in."""
    pairs = [
        ("Baseline", result.calibration.hash),
        ("Scenario", result.scenario_hash),
        ("Made with", f"detente {version('detente')}"),
    ]
    shown = (solved, pairs_of("identities", "Identities", pairs))
    return Section("solved", "Solution", shown, more=True)


def _dates(measure: Any) -> str:
    if measure.start is None and measure.end is None:
        return "" if measure.phase_in else "–"
    start = f"from {measure.start}" if measure.start else ""
    return f"{start} to {measure.end}".strip() if measure.end else start


def _on_day(measure: Any, day: date | None) -> str:
    """Say how much of a measure is in force on the day that is solved."""
    if day is None:
        return ""
    share = measure.schedule().share(day)
    part = "in full" if share == 1 else f"at {100 * share:.3g}%"
    how = f"counted {part}" if share else "not counted"
    return f"{how} on {day}"


def _ramp(ramp: Any) -> str:
    """Say how a measure is phased in."""
    if ramp is None:
        return ""
    if isinstance(ramp, tuple):
        return "in steps: " + ", ".join(f"{100 * s.share:.3g}% on {s.date}" for s in ramp)
    return f"rising in a straight line until {ramp.until}"


def _source(source: Any) -> Word:
    where = ", ".join(str(p) for p in (source.publisher, source.date) if p)
    title = f"{source.title} ({where})" if where else source.title
    # only web addresses become links: anything else could run a script when followed
    if source.url and source.url.startswith(("https://", "http://")):
        return Link(title, source.url)
    return title


def size(result: ScenarioResult) -> str:
    """Say how large the economy is that was solved, and at which horizon."""
    c = result.calibration
    day = f" · against the tariffs of {c.card.in_force}" if c.card.in_force else ""
    return (
        f"{c.name}: {len(c.countries)} economies, {len(c.sectors)} sectors{day} · "
        f"{result.scenario.horizon}"
    )


def status(result: ScenarioResult) -> str:
    """Say how the variants were solved."""
    return " or ".join(dict.fromkeys(str(one.status) for one in result.variants.values()))


def hints(result: ScenarioResult) -> tuple[str, ...]:
    """Say which variant is shown first, what was left out and how to get it."""
    titles, scenario = facts.variant_titles(result), result.scenario
    said = [one] if (one := firms.hint(scenario)) else []
    if len(titles) > 1 and scenario.headline != result.headline and not result.comparison:
        said.append(
            f"Shown first: “{titles[result.headline]}”, the last variant (`headline` in the file "
            "names another)."
        )
    return tuple(said)
