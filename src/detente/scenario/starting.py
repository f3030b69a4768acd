"""A scenario to start from: one measure, said in a few words, as a file with comments that runs."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from detente.baseline.groups import SECTOR_GROUPS, plain, resolve_countries
from detente.baseline.store import available, load
from detente.document.language import noun
from detente.errors import InputError, Problem
from detente.ledger.days import KNOWN_TO
from detente.policy.products import is_products
from detente.scenario.load import check_against, load_scenario
from detente.scenario.starting_talks import Table, answers, noted, talks

if TYPE_CHECKING:
    from detente.baseline.calibration import Calibration

OF_2022 = "icio-2022"
"""The baseline that starts from the tariffs of the ledger's last day."""
EXAMPLE = "25% tariff on vehicles"
ANSWER = "answer"
"""Id of the measure of the other side."""


@dataclass(frozen=True)
class Form:
    """How a kind of measure is said and written.

    Attributes
    ----------
    words
        What people call it.
    share, money
        Keys that hold how much of it: per cent, million USD; empty where it has none.
    meaning
        What the number says.
    needed
        Whether it must be given.
    answered
        Whether the other side can answer in kind.
    keys
        Of ``on`` and ``sectors`` those that it has.
    covers
        Whether a part of trade can be named that it covers.
    """

    words: str
    share: str
    money: str
    meaning: str
    needed: bool = True
    answered: bool = True
    keys: tuple[str, ...] = ("on", "sectors")
    covers: bool = True


# fmt: off
FORMS = {
    "export-tax": Form("export tax(?:es)?", "add", "", "tax as a share of the price"),
    "export-ban": Form("(?:export )?ban", "coverage", "", "share that is stopped; all unless given",
                       needed=False, covers=False),
    "export-restraint": Form("(?:export )?restraints?", "scale", "limit_usd",
                             "the most that is sold: a share of today's, or million USD",
                             covers=False),
    "trade-cost": Form("trade costs?", "add", "", "cost added, as a share of the value"),
    "quota": Form("quotas?", "scale", "limit_usd",
                  "the most that comes in: a share of today's, or million USD", covers=False),
    "purchase-commitment": Form("purchase commitments?|purchases?", "", "add_usd",
                                "million USD a year above today's", answered=False, covers=False),
    "production-subsidy": Form("(?:production )?subsid(?:y|ies)", "add", "",
                               "share of the cost of production", answered=False,
                               keys=("sectors",), covers=False),
    "transfer": Form("transfers?|payments?|fines?", "", "value_usd", "million USD a year",
                     answered=False, keys=("on",), covers=False),
    "tariff": Form("tariffs?|dut(?:y|ies)", "add", "",
                   "points added to the rate: 25% is 25 points"),
}
# fmt: on
"""Kinds of measures; a tariff is meant where none is named."""

_AMOUNT = re.compile(
    r"(?<![\w.-])\$?(\d+(?:\.\d+)?)\s?(%|per ?cent\b|bn\b|m\b)?(?!\w)", re.IGNORECASE
)
_BETWEEN = re.compile(r"^(?:(?:on|of|to|for|in|from|by|with|a|an|the)\b|[\s,:])+", re.IGNORECASE)
_PLAIN = re.compile(r"[A-Za-z][\w.-]*(?: [\w.-]+)*", re.ASCII)
_ON_PRODUCTS = ("tariff", "trade-cost", "export-tax", "export-ban")
"""Kinds of measures that can name products."""
_GROUPS = {plain(name) for name in SECTOR_GROUPS}
_CODE = re.compile(r"\d{4}|\d{6}|\d{8}|\d{10}")
_ANSWER = "The other side may answer in kind, with the lines below and those at the end:"


@dataclass(frozen=True)
class Act:
    """One measure as a person says it.

    Attributes
    ----------
    said
        In the person's words.
    kind
        Of the measure, as files name it.
    amount
        How much, as files write it: ``25%``, or million USD; empty where none is given.
    key
        That holds the amount.
    sectors
        Names of sectors; empty where products are named.
    products
        Words for goods and HS codes.
    """

    said: str
    kind: str
    amount: str
    key: str
    sectors: tuple[str, ...]
    products: tuple[str, ...] = ()

    @property
    def form(self) -> Form:
        """How its kind is written."""
        return FORMS[self.kind]


def read_act(said: str) -> Act:
    """Read a measure in a person's words: ``25% tariff on vehicles``, ``export ban on C26``.

    Raises
    ------
    InputError
        It does not say how much, or in a unit that its kind does not have.
    """
    numbers = [one for one in _AMOUNT.finditer(said) if one[2] or not _CODE.fullmatch(one[1])]
    found = next((one for one in numbers if one[2]), numbers[0] if numbers else None)
    rest = said if found is None else f"{said[: found.start()]} {said[found.end() :]}"
    kind = next((k for k, form in FORMS.items() if _named(k, form).search(rest)), "tariff")
    rest = _BETWEEN.sub("", _named(kind, FORMS[kind]).sub(" ", rest.strip(), count=1)).strip()
    rest = re.sub(r"\s+(?:of|at|to)$", "", rest)  # what the amount stood behind
    key, amount = _how_much(kind, found, said)
    if kind in _ON_PRODUCTS and (products := _products(rest)):
        return Act(said, kind, amount, key, (), products)
    return Act(said, kind, amount, key, tuple(_parts(rest)) if rest else ("goods",))


def _products(said: str) -> tuple[str, ...]:
    """Return words for goods and HS codes; none where a part is neither."""
    parts = [part.strip() for part in re.split(r"[,;]|\band\b", said) if part.strip()]
    names = [re.sub(r"^HS ?(?=\d)", "", part, flags=re.IGNORECASE) for part in parts]
    known = (
        is_products(name)
        and plain(name) not in _GROUPS
        and (name != part or not name.isdigit() or _CODE.fullmatch(name) is not None)
        for part, name in zip(parts, names, strict=True)
    )
    return tuple(names) if all(known) else ()


def starting_text(
    by: str,
    on: str,
    act: Act,
    *,
    baseline: str,
    day: date,
    file: str = "FILE.yaml",
    with_talks: bool = False,
) -> str:
    """Return a commented scenario of one measure, checked against its economy.

    Parameters
    ----------
    by, on
        Who takes the measure, and on whom: codes, names or groups, several between commas.
    act
        The measure.
    baseline
        Name of the economy, or a folder of tables.
    day
        Day of the scenario.
    file
        What the file will be called, for its comments.
    with_talks
        Whether the measure is a threat in talks between both.

    Raises
    ------
    InputError
        What the economy does not know, by ``by``, ``on``, ``measure`` or ``baseline``; or where
        talks need what there is not.
    """
    if on and "on" not in act.form.keys:
        message = f"a {act.kind.replace('-', ' ')} is aimed at nobody"
        raise InputError(Problem(message, key="on", value=on))
    economy = load(baseline)
    if with_talks and (wrong := list(_no_talks(economy, by, on, act))):
        raise InputError(wrong)
    lines = _lines(economy, by, on, act, baseline, day, file, with_talks=with_talks)
    made = "\n".join(lines) + "\n"
    _check(made, economy)
    return made


def _no_talks(economy: Calibration, by: str, on: str, act: Act) -> Iterator[Problem]:
    """Yield what talks need and there is not: two economies, an answer in kind, dollars."""
    if not act.form.answered:
        kinds = ", ".join(kind.replace("-", " ") for kind, form in FORMS.items() if form.answered)
        message = "talks start from a threat that the other side can answer in kind"
        yield Problem(message, key="measure", value=act.said, allowed=kinds)
    sides = {"by": by} | ({"on": on} if "on" in act.form.keys else {})
    places = {key: _single(economy, name) for key, name in sides.items()}
    for key, place in places.items():
        if place is None and sides[key].strip():
            try:
                resolve_countries(economy, _economies(economy, sides[key]))
            except InputError as error:  # a name that nobody has: say that
                yield from (replace(p, key=key) for p in error.problems)
            else:
                message = "talks are between two economies, one on each side"
                yield Problem(message, key=key, value=sides[key], allowed="such as USA or EU27")
    if len(places) == 2 and None not in places.values() and places["by"] == places["on"]:
        yield Problem("talks are between two economies", key="on", value=on, allowed="another one")
    if economy.card.unit != "million USD":
        yield Problem("values of talks are million USD", key="baseline", value=economy.card.unit,
                      allowed="a baseline in million USD")  # fmt: skip


def million_usd(text: str, key: str) -> float:
    """Read an amount of money such as 200bn or $500m in million USD.

    Raises
    ------
    InputError
        It is none.
    """
    found = _AMOUNT.fullmatch(text.strip())
    factor = {"bn": 1000.0, "m": 1.0}.get((found[2] or "").lower()) if found else None
    if found is None or factor is None or float(found[1]) == 0:
        raise InputError(Problem("not an amount", None, None, key, text, "such as 200bn or 500m"))
    return float(found[1]) * factor


def _named(kind: str, form: Form) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{kind}s?|{form.words})\b", re.IGNORECASE)


def _how_much(kind: str, found: re.Match[str] | None, said: str) -> tuple[str, str]:
    """Return key and amount of a measure as its file writes them."""
    form = FORMS[kind]
    if found is None:
        if not form.needed:
            return "", ""
        raise _refused("does not say how much", kind, said)
    if (found[2] or "").lower() in ("bn", "m"):
        if not form.money:
            raise _refused("money is no measure of it", kind, said)
        return form.money, f"{million_usd(found[0], 'measure'):.12g}"
    if not form.share:
        raise _refused("is said in money", kind, said)
    return form.share, f"{found[1]}%" if found[2] else found[1]


def _refused(what: str, kind: str, said: str) -> InputError:
    form = FORMS[kind]
    example = " or ".join(["25%"] * bool(form.share) + ["10bn"] * bool(form.money))
    message = f"{kind.replace('-', ' ')}: {what}"
    return InputError(Problem(message, key="measure", value=said, allowed=f"such as {example}"))


def _lines(
    economy: Calibration,
    by: str,
    on: str,
    act: Act,
    baseline: str,
    day: date,
    file: str,
    *,
    with_talks: bool,
) -> Iterator[str]:
    """Yield the lines of a file, each with what it is for."""
    by, on = _coded(economy, by), _coded(economy, on)
    one, other = _single(economy, by), _single(economy, on) if "on" in act.form.keys else None
    pair = None if one is None or other is None or one == other else (_word(by), _word(on))
    title = _title(economy, by, on, act)
    answered = act.form.answered and pair is not None
    war = pair is not None and act.kind == "tariff"
    table = _table(economy, on, act, day) if with_talks else None
    yield from _head(" ".join(file.split()), war=war, talks=with_talks)
    yield f"title: {title}"
    yield noted(f"date: {day}", "the day it is seen from")
    yield "# summary: A paragraph for readers."
    yield noted(f"baseline: {_word(baseline)}", "the world economy: detente data list")
    if baseline == OF_2022:
        yield noted(f"in_force: {KNOWN_TO}", "the tariffs of that day; left out, those of 2022")
    yield noted("horizon: long-run", "time to adjust: month, year, two-years or long-run")
    if pair:
        yield noted(f"focus: [{pair[0]}, {pair[1]}]", "two whose trade the report shows")
        yield ""
        yield "parties:  # the sides of a war or of talks"
        yield f"  - {{id: a, country: {pair[0]}}}"
        yield f"  - {{id: b, country: {pair[1]}}}"
    yield ""
    yield "# sources:  # documents that measures cite"
    yield "#   - {id: notice, title: Title of a document, publisher: Who published it}"
    yield ""
    yield "measures:  # everything in play, in force or not"
    year = _year(economy, baseline, act, day)
    answer = _measure(economy, ANSWER, act, on, by, year) if answered else ()
    yield from _measure(economy, act.kind, act, by, on, year)
    if table is None:
        yield from _besides(act, "# ", day)
        yield from (f"# {line}" for line in ((_ANSWER, *answer) if answered else ()))
    else:
        yield from _besides(act, "", table.first)
        yield from answer
        yield from answers(table, _word(on), _word(by))
    yield ""
    yield from _variants(act, title, None if not answered else "" if table else "# ")
    if table:
        yield ""
        yield from talks(table)


def _besides(act: Act, off: str, start: date) -> Iterator[str]:
    """Yield what else a measure may say; ``off`` stands before what is not used yet."""
    yield noted(f"    {off}status: announced", "or applied, threatened, demanded, offered")
    yield noted(f"    {off}start: {start}", "first day in force, for detente run --at and --path")
    yield noted("    # source: notice", "id of a source")
    if act.form.covers and not act.products:  # products have shares of their own
        yield noted("    # coverage: 50%", "share of that trade that it covers; all unless given")


def _variants(act: Act, title: str, off: str | None) -> Iterator[str]:
    """Yield the measure alone, and with its answer where there is one."""
    yield "variants:  # measures in force together, each compared with the baseline"
    yield f"  - id: {act.kind}"
    yield f"    title: {title}"
    yield f"    measures: [{act.kind}]"
    if off is not None:
        yield f"{off}  - id: answered"
        yield f"{off}    title: The other side answers in kind"
        yield f"{off}    includes: [{act.kind}]"
        yield f"{off}    measures: [{ANSWER}]"


def _table(economy: Calibration, on: str, act: Act, day: date) -> Table:
    """Return what talks on a measure are about."""
    partner = economy.countries[resolve_countries(economy, _coded(economy, on))[0]].name
    sectors = tuple(map(_word, act.sectors or ("goods",)))
    title = json.dumps(f"Tariffs of {noun(partner)}", ensure_ascii=False)
    what = json.dumps(" ".join(act.said.split()), ensure_ascii=False)
    return Table(act.kind, ANSWER, what, sectors, title, day)


def _head(file: str, *, war: bool, talks: bool) -> Iterator[str]:
    yield "# Made with `detente new`. Change what you like. What stands behind a # is not read; to"
    yield "# use a line that starts with one, take away the # and the space after it."
    if talks:
        yield f"#   detente talks {file}"
    yield f"#   detente run {file}"
    if war:
        yield f"#   detente nash {file}  (the war that the two could end in)"
    yield "# All keys: docs/scenarios.md. What words mean: detente explain."
    yield "# Checks while you type: detente schema > detente.schema.json"
    yield ""


def _measure(
    economy: Calibration, name: str, act: Act, by: str, on: str, year: int | None
) -> Iterator[str]:
    form = act.form
    yield noted(f"  - id: {name}", "what variants call it")
    yield noted(f"    kind: {act.kind}", "other kinds: docs/policy.md")
    yield noted(
        f"    by: {_names(_economies(economy, by))}", "who takes it: codes, names or groups"
    )
    if "on" in form.keys:
        yield noted(f"    on: {_names(_economies(economy, on))}", "whom it is aimed at")
    if act.products:
        note = "words for goods, or HS codes in quotes: docs/policy.md"
        yield noted(f"    products: [{', '.join(map(_word, act.products))}]", note)
    elif "sectors" in form.keys:
        groups = "codes, names or groups: goods, machinery"
        yield noted(f"    sectors: {_names(act.sectors)}", groups)
    if act.amount:
        yield noted(f"    {act.key}: {act.amount}", form.meaning)
    if year is not None:
        yield noted(f"    year: {year}", "that the amount is stated in")


def _year(economy: Calibration, baseline: str, act: Act, day: date) -> int | None:
    """Return the year of an amount: of an economy of one's own no trade by year is known."""
    if not act.amount or act.key != act.form.money:
        return None
    shipped = any(one.name == baseline and one.kind == "shipped" for one in available())
    return day.year if shipped else economy.card.year


def _economies(economy: Calibration, names: str) -> list[str]:
    """Return what stands between commas; a name that has one itself stays whole."""
    return [names.strip()] if _single(economy, names) is not None else _parts(names)


def _coded(economy: Calibration, names: str) -> str:
    """Write short names such as US and EU as codes of the economy; full names and codes stay."""

    def code(name: str) -> str:
        if (place := _single(economy, name)) is None:
            return name
        found = economy.countries[place]
        return name if name in (found.code, found.name) else found.code

    return ", ".join(map(code, _economies(economy, names))) if names.strip() else names


def _parts(names: str) -> list[str]:
    return [part.strip() for part in re.split("[,;]", names) if part.strip()] or [names]


def _single(economy: Calibration, name: str) -> int | None:
    """Return the one economy that a name means; none where it is several, or unknown."""
    try:
        found = resolve_countries(economy, name)
    except InputError:
        return None
    return found[0] if len(found) == 1 else None


def _title(economy: Calibration, by: str, on: str, act: Act) -> str:
    """Return a title in the person's own words."""

    def called(name: str) -> str:
        place = _single(economy, name)
        return name if place is None else economy.countries[place].name

    aimed = f", aimed at {noun(called(on))}" if "on" in act.form.keys else ""
    title = f"{called(by)}: {act.said}{aimed}"
    return json.dumps(" ".join(title.split()), ensure_ascii=False)


def _names(words: tuple[str, ...] | list[str]) -> str:
    said = [_word(word) for word in words]
    return said[0] if len(said) == 1 else f"[{', '.join(said)}]"


def _word(text: str) -> str:
    """Write a word as YAML reads it back."""
    text = text.strip()
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def _check(text: str, economy: Calibration) -> None:
    """Refuse a file that would be refused, in terms of what was asked for."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scenario.yaml"
        path.write_text(text, encoding="utf-8")
        try:
            check_against(load_scenario(path), economy)
        except InputError as error:
            found = [replace(p, file=None, line=None, key=_asked(p.key)) for p in error.problems]
            raise InputError({str(problem): problem for problem in found}.values()) from error


def _asked(key: str | None) -> str:
    """Return what was asked for that became a key of the file."""
    last = (key or "").rpartition(".")[2]
    return last if last in ("by", "on", "baseline") else "measure"
