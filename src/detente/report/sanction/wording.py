"""What is said of firms cut off: sentences made from the numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.document.blocks import Sentence
from detente.document.language import capital, listed, noun, possessive
from detente.document.numbers import NOTHING, amount, money_unit, share, spoken
from detente.report.sanction.facts import FULL_OUTPUT, THIRD_MONTH

if TYPE_CHECKING:
    from detente.report.sanction.facts import BanFacts, Firm, Pair, World

_COUNTS = {2: "both", 3: "all three", 4: "all four"}


def money(value: float, stated: str) -> str:
    """Say an amount of money as people do, without its sign; what is no currency as it stands."""
    unit = money_unit(stated, "")
    if unit.kind == "money":
        return spoken(value, unit)
    return f"{amount(value)} {stated}"


def loses(value: float, stated: str, *, would: bool = False) -> str:
    """Say a loss of money: ``loses $12m``, ``gains $12m`` below zero; ``would lose $12m``."""
    lost, gained = ("would lose", "would gain") if would else ("loses", "gains")
    if math.isinf(value):
        return f"{lost} without bound"
    if abs(value) < NOTHING:
        return f"{lost} nothing"
    return f"{lost if value > 0 else gained} {money(value, stated)}"


def title(facts: BanFacts) -> str:
    """Say who is cut off, and which others with it."""
    if facts.firm is None:
        return f"{listed(list(facts.firms))}: {bans(facts)}"
    first, *others = facts.firms
    return f"{first} cut off{f' together with {listed(others)}' if others else ''}"


def bans(facts: BanFacts) -> str:
    """Name what figures of economies are of: the ban, or several together."""
    count = len(facts.firms)
    return "the ban" if count == 1 else f"{_COUNTS.get(count, f'all {count}')} bans together"


def relief(facts: BanFacts) -> str:
    """Say whether the ban is lifted."""
    day = facts.choices.relief
    return f"ban lifted on day {day}" if day else "ban not lifted"


def summary(facts: BanFacts) -> str:
    """Say what a page is of."""
    firm = facts.firm
    if firm is None:
        return (
            f"Every figure on this page is of {bans(facts)}; each firm's own are on its own page. "
            "Those of one firm and these are not to be added up."
        )
    what = f"What a ban of {noun(firm.sides[1].name)} on sales to {firm.name} does to the firm, its"
    if facts.alone:
        return f"{what} suppliers and customers and both economies, day by day and in the long run."
    return f"{what} customers and suppliers, day by day and in the long run."


def whose(facts: BanFacts) -> str:
    """Say that a firm's figures are its own, where others are cut off with it; or nothing."""
    if facts.firm is None or facts.alone:
        return ""
    first, *others = facts.firms
    return (
        f"Figures of {first} alone, while {listed(others)} {'is' if len(others) == 1 else 'are'} "
        f"cut off too. What economies lose is of {bans(facts)} and stands apart, once: do not add "
        "it up over firms."
    )


def path(facts: BanFacts, firm: Firm) -> Sentence:
    """Say how far the firm's output falls, and what it fails to sell."""
    choices, output = facts.choices, firm.output
    name, days = f"{possessive(firm.name)} output", choices.days
    if choices.ban_share == 0:
        return Sentence(
            f"A ban of 0% stops nothing: {name} stays normal for all {days} days.", ("path",)
        )
    part = "" if choices.ban_share == 1 else f" of {amount(100 * choices.ban_share)}%"
    told = f"Under a ban{part} by {noun(firm.sides[1].name)}"
    told += f" that is lifted on day {choices.relief}" if choices.relief else " that stays"
    lost = (
        f"sales of {money(firm.lost, facts.unit)}" if firm.lost >= NOTHING else "hardly any sales"
    )
    drawn = _between(firm, facts.unit)
    if output.min() > FULL_OUTPUT:
        outlast = "ban, and over the path" if choices.relief else "path, in which"
        return Sentence(
            f"{told}, {name} stays normal for all {days} days at the central figures: stocks and "
            f"other suppliers outlast the {outlast} {lost} are lost{drawn}.",
            ("path",),
        )
    return Sentence(
        f"{told}, {name} falls to {share(output.min())} of normal on day {output.argmin() + 1}, "
        f"and {lost} are lost in {days} days{drawn}.",
        ("path",),
    )


def _between(firm: Firm, unit: str) -> str:
    if firm.lost_range is None:
        return ""
    low, high = (money(value, unit) for value in firm.lost_range)
    return f" ({low} to {high} in nine of ten draws)"


def shutdown(facts: BanFacts, firm: Firm) -> Sentence:
    """Say when operations cease, and in how many draws."""
    from detente.sanction.backtest import SHUTDOWN_OUTPUT

    level, never = f"{share(SHUTDOWN_OUTPUT)} of normal", math.isnan(firm.shutdown_day)
    days, found = facts.choices.days, firm.shutdown_days[~np.isnan(firm.shutdown_days)]
    text = (
        f"No shutdown (output below {level}) within {days} days at the central figures"
        if never
        else f"Output falls below {level} on day {firm.shutdown_day:.0f} at the central figures"
    )
    return Sentence(f"{text}, {_drawn(firm, days, found, never)}.", ("path",))


def _drawn(firm: Firm, days: int, found: np.ndarray, never: bool) -> str:
    """Say in how many draws output falls so far."""
    joined, count = "but" if never else "and", len(firm.shutdown_days)
    if not len(found):
        return "nor in any draw" if never else "but in no draw"
    if not firm.many:
        return f"{joined} in " + (
            "the one draw" if count == 1 else f"{len(found)} of {count} draws"
        )
    low, high = np.quantile(found, (0.05, 0.95))
    when = f"day {low:.0f} to {high:.0f} in nine of ten of them"
    return f"{joined} in {share(len(found) / count)} of draws within {days} days ({when})"


def third_month(facts: BanFacts, pair: Pair) -> Sentence:
    """Say who loses and who gains what in the third month, of the ban or of all."""
    would = facts.lifted_before
    said = "a ban that stayed" if would and facts.alone else bans(facts)
    said += ", if they stayed," if would and not facts.alone else ""
    names = [noun(side.name) for side in (pair.target, pair.sanctioner)]
    if all(abs(value) < NOTHING for value in pair.third_month):
        lose = "would lose" if would else "lose"
        told = f"{listed(names)} {lose} nothing."
    else:
        each = zip(names, pair.third_month, strict=True)
        told = listed([f"{n} {loses(value, facts.unit, would=would)}" for n, value in each])
        told += " of value added."
    return Sentence(f"In the third month of {said} {told}")


def why_it_gains(facts: BanFacts, pair: Pair) -> list[Sentence]:
    """Explain a target's gain: its firms live on stocks while others are paid for what replaces."""
    if pair.third_month[0] > -NOTHING:
        return []
    gains, still, others = (
        ("would gain", "would still make", "others would sell")
        if facts.lifted_before
        else ("gains", "still makes", "others sell")
    )
    told = [
        f"{name} {still} {share(third.output)} of normal, while {others} {share(third.others)} of "
        "what the ban stops"
        for name, third in pair.third
    ]
    used = sum(third.stocks_used for _, third in pair.third)
    take = "the firms take" if len(told) > 1 else "the firm takes"
    text = (
        f"{capital(noun(pair.target.name))} {gains} because on day {THIRD_MONTH} {listed(told)}, "
        f"its own makers among them; what {take} from stocks, "
        f"{money(used, facts.unit)} of banned parts by then, counts as no loss of value added."
    )
    return [Sentence(text)]


def jobs(facts: BanFacts, firm: Firm) -> list[Sentence]:
    """Say how much work is idle."""
    idle, employed = (amount(n, 0) for n in (firm.idle_jobs, firm.card.employment.middle))
    told = f"{idle} person-years of the firm's {employed} employed are idle."
    found = [Sentence(told if idle != "0" else f"None of the firm's {employed} employed is idle.")]
    if firm.supplier_jobs is not None:
        low, middle, high = (amount(value, 0) for value in firm.supplier_jobs)
        text = (
            f"In {noun(firm.sides[1].name)} {middle} person-years of suppliers and theirs are "
            f"lost ({low} to {high}), on banned sales of {money(firm.banned, facts.unit)}."
        )
        found.append(Sentence(text))
    return found


def who_is_hit(facts: BanFacts, world: World) -> Sentence:
    """Say whose value added falls and rises most over the path."""
    change = world.countries["value_added"].to_dict()
    lowest, highest = (end(change, key=lambda code: change[code]) for end in (min, max))
    days, told = facts.choices.days, []
    if change[lowest] <= -NOTHING:
        told.append(f"{_name(facts, lowest)} loses most, {money(change[lowest], facts.unit)}")
    if change[highest] >= NOTHING:
        told.append(f"{_name(facts, highest)} gains most, {money(change[highest], facts.unit)}")
    said = f"Of value added {'; '.join(told)}, over {days} days."
    none = f"Over {days} days no economy's value added changes by {money(NOTHING, facts.unit)}."
    return Sentence(said if told else none, ("countries",))


def _name(facts: BanFacts, code: Any) -> str:
    return noun(facts.names[str(code)])


def drawn_losses(facts: BanFacts, world: World) -> list[Sentence]:
    """Say how much the loss of each target moves with the draws."""
    return [
        Sentence(
            f"In nine of ten of {count} draws {noun(name)} {_range(low, high, facts.unit)} of "
            "value added over the path."
        )
        for name, (count, low, high) in world.drawn.items()
    ]


def _range(low: float, high: float, unit: str) -> str:
    """Say between what a loss lies; below zero it is a gain."""
    least, most = money(low, unit), money(high, unit)
    if low < 0 < high:
        return f"ends between a gain of {least} and a loss of {most}"
    return f"loses {least} to {most}" if low >= 0 else f"gains {most} to {least}"


def trade(facts: BanFacts, firm: Firm) -> Sentence:
    """Say what the firm does not deliver, to whom most, and what is not sold to it."""
    missed = firm.countries["missed"].to_dict()
    total, most = sum(missed.values()), max(missed, key=lambda code: missed[code])
    told = "no deliveries are missed"
    if total >= NOTHING:
        told = f"deliveries of {money(total, facts.unit)} are missed, most of them in "
        told += f"{noun(facts.names[str(most)])} ({money(missed[most], facts.unit)})"
    banned = money(firm.banned, facts.unit)
    return Sentence(
        f"Over {facts.choices.days} days {told}, and sales of {banned} to {firm.name} are stopped.",
        ("countries",),
    )


def card(firm: Firm) -> Sentence:
    """Say on how many figures it rests, and how many of them nobody published."""
    assumed = sum(row["source"] == "assumption" for row in firm.figures)
    return Sentence(
        f"All this rests on {len(firm.figures)} figures of a card; {assumed} of them "
        "are assumptions.",
        ("assumptions",),
    )


def bracket(facts: BanFacts, world: World) -> str:
    """Say what the best and the worst hold, and where the worst's daily loss is largest."""
    days = world.worst.to_dict("index")
    day = max(days, key=lambda one: days[one]["world"])
    own = "the firm itself misses" if facts.alone else "the firms themselves miss"
    least, most = (-float(world.countries[k].to_numpy().sum()) for k in ("best", "worst"))
    unit = facts.unit
    return (
        "Best: goods go where they serve most final purchases, with all spare capacity. Worst: "
        "nobody changes supplier, replaces banned parts or makes more than before, every input "
        "stops its user, services too, and what is made is rationed in proportion to orders. "
        f"Final purchases of {money(least, unit)} to {money(most, unit)} go unserved in "
        f"{facts.choices.days} days; the worst loses most on day {day}, "
        f"{money(days[day]['world'], unit)} of output a day, where {own} "
        f"{money(days[day]['firm'], unit)}."
    )


def if_it_stays(facts: BanFacts, firm: Firm) -> Sentence:
    """Say where a ban that stays leads."""
    later, output = firm.horizons["output_pct"].iloc[-1], firm.staying
    first = int((output < FULL_OUTPUT).argmax()) + 1
    lowest = f"{share(output[-1])} of normal on day {len(output)}"
    told = f"{possessive(firm.name)} output"
    if output.min() > FULL_OUTPUT:
        told += f" stays normal for all {len(output)} days"
    elif firm.output.min() > FULL_OUTPUT:
        told += f" falls from day {first} on, to {lowest}"
    else:
        told += f" is {lowest}"
    stay = "the ban stays" if facts.alone else "the bans stay"
    return Sentence(
        f"If {stay}, {told}; in the long run, when trade has found other ways, it is "
        f"{share(1 + later / 100)} of normal.",
        ("horizons",),
    )


def incomes(facts: BanFacts, world: World, pair: Pair) -> Sentence:
    """Say what economies lose in the long run."""
    told = [
        f"{noun(side.name)} {loses(-world.long_run(side.code), facts.unit)}"
        for side in (pair.target, pair.sanctioner)
    ]
    return Sentence(
        f"For good, {bans(facts)} cost{'s' if facts.alone else ''} real income: "
        f"{listed(told)} a year.",
        ("real-income",),
    )


def remedy(facts: BanFacts, pair: Pair) -> list[Sentence]:
    """Say what relief is worth to both under the remedy that asks most."""
    if len(pair.remedies) < 2:
        return []
    key, row = pair.remedies.index[-1], pair.remedies.iloc[-1]
    every = key == "all-together"
    instead = "all remedies replace" if every else f"“{pair.titles[key]}” replaces"
    told = [
        f"{noun(side.name)} {loses(-float(row[who]), facts.unit)}"
        for side, who in ((pair.target, "target"), (pair.sanctioner, "sanctioner"))
    ]
    return [
        Sentence(
            f"If {instead} {bans(facts)}, {listed(told)} over the rest of seven "
            "years, in present value."
        )
    ]


def remedies_of_several(facts: BanFacts) -> str:
    """Say what losses and remedies are of, where several firms are cut off."""
    return (
        f"Losses are of {bans(facts)}. A remedy ends the ban on its own firm, while the others "
        "stay; all of these end all."
    )


def threat(facts: BanFacts, firm: Firm) -> str:
    """Name the ban as a threat: leverage is of a complete one, whatever share is asked for."""
    what = "The ban" if facts.choices.ban_share == 1 else "A complete ban"
    return f"{what} on {firm.name}"
