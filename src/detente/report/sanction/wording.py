"""What is said of firms cut off: sentences made from the numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

from detente.document.blocks import Sentence
from detente.document.language import capital, listed, noun, possessive
from detente.document.numbers import amount, costs, money_unit, share, spoken
from detente.report.columns import least
from detente.report.sanction.facts import FULL_OUTPUT, THIRD_MONTH
from detente.report.sure import ends

if TYPE_CHECKING:
    from detente.report.sanction.facts import BanFacts, Firm, Pair, Side, World

_COUNTS = {2: "both", 3: "all three", 4: "all four"}
DECIDES = 0.1
"""Share of the spread of runs that a figure explains before it is named."""
_VERBS = ("would cost", "would bring", "costs", "brings")


def money(value: float, stated: str) -> str:
    """Say an amount of money as people do, without its sign."""
    return spoken(value, money_unit(stated, "")) if abs(value) >= least(stated) else "nothing"


def cost(whom: Iterable[tuple[Side, float]], stated: str, *, would: bool = False) -> str:
    """Say what something costs some economies: ``costs China $12m and the United States $3m``."""
    said, last = [], ""
    for side, loss in whom:
        name, verb = noun(side.name), "would cost" if would else "costs"
        if math.isinf(loss) or abs(loss) < least(stated):
            text = f"{verb} {name} {'more than can be priced' if math.isinf(loss) else 'nothing'}"
        else:
            text = costs(-loss, money_unit(stated, ""), name, would=would)
        verb = next((one for one in _VERBS if text.startswith(one)), "")
        said.append(text.removeprefix(verb).lstrip() if verb == last else text)
        last = verb
    return listed(said)


def title(facts: BanFacts) -> str:
    """Say who is cut off, and which others with it."""
    if facts.firm is None:
        return f"{listed(list(facts.firms))} cut off together"
    first, *others = facts.firms
    return f"{first} cut off{f' together with {listed(others)}' if others else ''}"


def bans(facts: BanFacts) -> str:
    """Name what figures of economies are of: the ban, or several together."""
    count = len(facts.firms)
    return "the ban" if count == 1 else f"{_COUNTS.get(count, f'all {count}')} bans together"


def whose(facts: BanFacts) -> str:
    """Say whose figures these are, where several firms are cut off; or nothing."""
    if facts.alone:
        return ""
    if facts.firm is None:
        return f"Every figure on this page is of {bans(facts)}, and not of one firm."
    first, *others = facts.firms
    return (
        f"Figures of {first} alone, while {listed(others)} {'is' if len(others) == 1 else 'are'} "
        f"cut off too. What economies lose is of {bans(facts)} and stands apart, once: do not add "
        "it up over firms."
    )


def answer(facts: BanFacts) -> list[Sentence]:
    """Say at most three things: what it costs whom, how sure that is, what it hangs on."""
    firm, world, said = facts.firm, facts.world, []
    if firm:
        said.append(of_firm(facts, firm))
    if world:
        said += [of_pair(facts, world, pair) for pair in world.pairs]
    if firm:
        said += sure(facts, firm)
    elif world:
        said += [who_is_hit(facts, world), *drawn_losses(facts, world)]
    return said[:3]


def of_firm(facts: BanFacts, firm: Firm) -> Sentence:
    """Say what the firm fails to sell, and how far its output falls."""
    choices, output, days = facts.choices, firm.output, facts.choices.days
    if choices.ban_share == 0:
        text = f"A ban of 0% stops nothing: {possessive(firm.name)} output stays normal for "
        return Sentence(f"{text}all {days} days.", ("path",))
    part = "" if choices.ban_share == 1 else f" of {amount(100 * choices.ban_share)}%"
    stays = f"is lifted on day {choices.relief}" if choices.relief else "stays"
    text = f"A ban{part} by {noun(firm.sides[1].name)} that {stays} costs {firm.name} "
    lost, none = money(firm.lost, facts.unit), least(facts.unit)
    text += f"{lost} of sales" if firm.lost >= none else "no sales"
    text += f" in {days} days"
    if firm.many:
        low, high = firm.nine_of_ten("lost_sales")
        if high >= none:
            text += f" (between {money(low, facts.unit)} and {money(high, facts.unit)} in nine of "
            text += "ten runs)"
    if output.min() > FULL_OUTPUT:
        long = "outlast the ban" if choices.relief else "last that long"
        text += f": stocks and other suppliers {long}"
    else:
        text += f"; output falls to {share(output.min())} of normal on day {output.argmin() + 1}"
    return Sentence(f"{text}.", ("path",))


def of_pair(facts: BanFacts, world: World, pair: Pair) -> Sentence:
    """Say who loses and who gains what in the third month, and for good."""
    sides = (pair.target, pair.sanctioner)
    kept = facts.choices.relief is not None and facts.choices.relief < THIRD_MONTH
    what = "The ban" if facts.alone else f"Cutting off {listed(list(facts.firms))}"
    if kept:
        what += ", if it stayed,"
    month = cost(zip(sides, pair.third_month, strict=True), facts.unit, would=kept)
    for_good = world.countries[f"real_income_{world.horizons[-1]}"].to_dict()
    later = cost([(s, -for_good[s.code]) for s in sides], facts.unit, would=kept)
    return Sentence(
        f"{what} {month} of value added in its third month; for good, it {later} of real income "
        f"a year.{for_good_runs(facts, world, pair)}",
        ("countries",),
    )


def for_good_runs(facts: BanFacts, world: World, pair: Pair) -> str:
    """Say between which ends the long run of two economies is; nothing without draws."""
    found, interval = world.for_good, world.interval
    if found is None or interval is None:
        return ""
    unit, said = money_unit(facts.unit, "a year"), []
    for side in (pair.target, pair.sanctioner):
        at = found.codes.index(side.code)
        both = float(interval.low[at]), float(interval.high[at])
        said.append(f"{noun(side.name)} {ends(*both, unit, float(found.income[at]))}")
    # what is the same in all runs stands below the table of ends
    return f" With other trade elasticities {listed(said)}, in {interval.what}."


def sure(facts: BanFacts, firm: Firm) -> list[Sentence]:
    """Say in how many runs operations cease, and what the loss hangs on."""
    if not firm.many or facts.choices.ban_share == 0:
        return []
    down = float(firm.draws["shutdown_day"].notna().to_numpy().mean())
    every = {0.0: "no run", 1.0: "every run"}.get(down, f"{share(down)} of runs")
    text = f"It shuts down in {every} within {facts.choices.days} days"
    if firm.hangs_on and (first := firm.hangs_on[0])[1] >= DECIDES:
        text += f"; how much it loses hangs most on {first[0]} ({share(first[1])} of the spread)"
    return [Sentence(f"{text}.", ("hangs-on",) if firm.hangs_on else ())]


def assumed(firm: Firm) -> str:
    """Say how many of the figures of the card nobody published."""
    count = sum(row["source"] == "assumption" for row in firm.figures)
    return f"figures of {firm.card.year}, {count} of {len(firm.figures)} of them assumptions"


def shutdown(facts: BanFacts, firm: Firm) -> Sentence:
    """Say when operations cease at the central figures, and from when to when in runs."""
    from detente.sanction.backtest import SHUTDOWN_OUTPUT

    level, day = share(SHUTDOWN_OUTPUT), firm.shutdown_day
    text = f"It shuts down, which is output below {level} of normal, "
    if math.isnan(day):
        text = f"It does not shut down (output below {level} of normal) "
    text += "at the central figures" if math.isnan(day) else f"on day {day:.0f}"
    if firm.many and firm.draws["shutdown_day"].notna().to_numpy().any():
        low, high = firm.nine_of_ten("shutdown_day")
        text += f"; where it does, day {low:.0f} to {high:.0f} in nine of ten runs"
    return Sentence(f"{text}.", ("path",))


def why_it_gains(facts: BanFacts, pair: Pair) -> list[Sentence]:
    """Explain a target's gain: its firms live on stocks while others are paid for what replaces."""
    if pair.third_month[0] > -least(facts.unit):
        return []
    told = [
        f"{name} makes {share(third.output)} of normal, while others sell {share(third.others)} of "
        "what the ban stops"
        for name, third in pair.third
    ]
    used = money(sum(third.stocks_used for _, third in pair.third), facts.unit)
    text = (
        f"{capital(noun(pair.target.name))} gains because on day {THIRD_MONTH} of a ban that stays "
        f"{listed(told)}, its own makers among them; {used} of banned parts taken from stocks by "
        "then count as no loss of value added."
    )
    return [Sentence(text)]


def jobs(facts: BanFacts, firm: Firm) -> list[Sentence]:
    """Say how much work is idle."""
    idle, employed = (amount(n, 0) for n in (firm.idle_jobs, firm.card.employment.middle))
    told = f"{idle} person-years of the firm's {employed} employed are idle."
    found = [Sentence(told if idle != "0" else f"None of the firm's {employed} employed is idle.")]
    if firm.supplier_jobs:
        low, middle, high = (amount(value, 0) for value in firm.supplier_jobs)
        text = (
            f"In {noun(firm.sides[1].name)} suppliers and theirs lose {middle} person-years of "
            f"work ({low} to {high}), on banned sales of {money(firm.banned, facts.unit)}."
        )
        found.append(Sentence(text))
    return found


def who_is_hit(facts: BanFacts, world: World) -> Sentence:
    """Say whose value added falls and rises most over the path."""
    change = world.countries["value_added"].to_dict()
    lowest, highest = (end(change, key=lambda code: change[code]) for end in (min, max))
    told = [
        f"{noun(facts.names[str(code)])} {verb} most ({money(size, facts.unit)})"
        for verb, code, size in (
            ("loses", lowest, -change[lowest]),
            ("gains", highest, change[highest]),
        )
        if size >= least(facts.unit)
    ]
    said = f"Of value added, over {facts.choices.days} days, "
    said += listed(told) if told else "no economy loses or gains anything"
    return Sentence(f"{said}.", ("countries",))


def drawn_losses(facts: BanFacts, world: World) -> list[Sentence]:
    """Say how much the loss of each target moves with the draws."""
    return [
        Sentence(f"In nine of ten runs {noun(name)} {_range(*ends, facts.unit)} of value added.")
        for name, ends in world.drawn.items()
    ]


def _range(low: float, high: float, unit: str) -> str:
    """Say between what a loss lies; below zero it is a gain."""
    least, most = money(low, unit), money(high, unit)
    if low < 0 < high:
        return f"ends between a gain of {least} and a loss of {most}"
    least, most = (least, most) if low >= 0 else (most, least)
    return f"{'loses' if low >= 0 else 'gains'} between {least} and {most}"


def trade(facts: BanFacts, firm: Firm) -> Sentence:
    """Say what the firm does not deliver, to whom most, and what is not sold to it."""
    missed = firm.countries["missed"].to_dict()
    total, most = sum(missed.values()), max(missed, key=lambda code: missed[code])
    told = "it delivers everything"
    if total >= least(facts.unit):
        told = f"it fails to deliver {money(total, facts.unit)}, most of it in "
        told += f"{noun(facts.names[str(most)])} ({money(missed[most], facts.unit)})"
    banned = money(firm.banned, facts.unit)
    text = f"Over {facts.choices.days} days {told}; the ban stops sales of {banned} to it."
    return Sentence(text, ("countries",))


def bracket(facts: BanFacts, world: World) -> str:
    """Say what the best and the worst hold, and where the worst's daily loss is largest."""
    day = world.worst.loc[world.worst["world"].idxmax()].to_dict()
    own = "the firm itself misses" if facts.alone else "the firms themselves miss"
    least, most = (-float(world.countries[k].to_numpy().sum()) for k in ("best", "worst"))
    unit = facts.unit
    return (
        "Best: goods go where they serve most final purchases, with all spare capacity. Worst: "
        "nobody changes supplier, replaces banned parts or makes more than before, every input "
        "stops its user, services too, and what is made is rationed in proportion to orders. "
        f"Final purchases of {money(least, unit)} to {money(most, unit)} go unserved in "
        f"{facts.choices.days} days; the worst loses most on day {day['day']:.0f}, "
        f"{money(day['world'], unit)} of output, where {own} {money(day['firms'], unit)}."
    )


def if_it_stays(facts: BanFacts, firm: Firm) -> Sentence:
    """Say where a ban that stays leads."""
    later = firm.horizons["output_pct"].iloc[-1]
    output = firm.joined.loc[firm.joined["part"] == "days", "output"].to_numpy()
    first = int((output < FULL_OUTPUT).argmax()) + 1
    told = f"{firm.name} makes {share(output[-1])} of normal on day {len(output)}"
    if output.min() > FULL_OUTPUT:
        told = f"{possessive(firm.name)} output stays normal for all {len(output)} days"
    elif firm.output.min() > FULL_OUTPUT:
        told = f"{possessive(firm.name)} output falls from day {first} on, to "
        told += f"{share(output[-1])} of normal on day {len(output)}"
    stay = "the ban stays" if facts.alone else "the bans stay"
    text = f"If {stay}, {told}; in the long run, when trade has found other ways, it makes "
    return Sentence(f"{text}{share(1 + later / 100)} of normal.", ("horizons",))


def remedy(facts: BanFacts, pair: Pair) -> list[Sentence]:
    """Say what relief is worth to both under the remedy that asks most."""
    if len(pair.remedies) < 2:
        return []
    key, row = pair.remedies.index[-1], pair.remedies.iloc[-1]
    what = "all remedies together" if key == "all-together" else f"“{pair.titles[key]}”"
    both = [(pair.target, -float(row["target"])), (pair.sanctioner, -float(row["sanctioner"]))]
    text = f"Lifting {bans(facts)} in return for {what} {cost(both, facts.unit)}, in present value "
    return [Sentence(f"{text}over the rest of seven years.")]


def threat(facts: BanFacts, firm: Firm) -> str:
    """Name the ban as a threat: leverage is of a complete one, whatever share is asked for."""
    what = "The ban" if facts.choices.ban_share == 1 else "A complete ban"
    return f"{what} on {firm.name}"
