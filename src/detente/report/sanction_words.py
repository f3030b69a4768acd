"""A firm cut off, in sentences made from the numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from detente.report import facts, leverage, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detente.sanction.study import SanctionResult

_COUNTS = {2: "both", 3: "all three", 4: "all four"}
THIRD_MONTH = 90
"""Its last day."""
FEW_DRAWS = 20
"""Below so many draws nothing is said of intervals of them."""
FULL_OUTPUT = 0.999
"""Output above this share of normal is called full."""


def title(result: SanctionResult) -> str:
    """Say which firm is cut off, and which others with it."""
    beside = f" together with {words.listed(list(result.beside))}" if result.beside else ""
    return f"{result.card.name} cut off{beside}"


def bans(results: Sequence[SanctionResult]) -> str:
    """Name what figures of economies are of: the ban, or several together."""
    count = len(results)
    return "the ban" if count == 1 else f"{_COUNTS.get(count, f'all {count}')} bans together"


def pairs(results: Sequence[SanctionResult]) -> list[SanctionResult]:
    """Return one result for each pair of target and sanctioner."""
    return list({result.economies: result for result in reversed(results)}.values())[::-1]


def headline(result: SanctionResult) -> list[str]:
    """Say the main results in sentences, computed from the numbers.

    Of one of several firms: what is the firm's own. `together` has the rest.
    """
    economies = [] if result.beside else together([result])
    threatened = leverage.sentence(result.leverage, result.carved.calibration, threat(result))
    return [_path(result), shutdown(result), *economies, threatened]


def together(results: Sequence[SanctionResult]) -> list[str]:
    """Say what the ban, or all bans together, cost the economies."""
    found = []
    for result in pairs(results):
        found.append(_third_month(result, bans(results)))
        if float(result.costs.months["target"].iloc[2]) < -words.NOTHING:
            found.append(_why_it_gains(result, results))
    return found


def _why_it_gains(result: SanctionResult, results: Sequence[SanctionResult]) -> str:
    """Explain a target's gain: its firms live on stocks while others are paid for what replaces."""
    c, would = result.carved.calibration, lifted_before(result)
    name = words.noun(facts.country_names(c)[result.economies[0]])
    gains, still, others = (
        ("would gain", "would still make", "others would sell") if would
        else ("gains", "still makes", "others sell")
    )  # fmt: skip
    told, used = [], 0.0
    for one in results:
        if one.economies == result.economies:
            used += one.third_month.stocks_used
            made, moved = one.third_month.output, one.third_month.others
            told.append(
                f"{one.card.name} {still} {100 * made:.0f}% of normal, while {others} "
                f"{100 * moved:.0f}% of what the ban stops"
            )
    worth = f"{used:,.0f} {c.card.unit} of banned parts by then"
    return (
        f"{words.capital(name)} {gains} because on day {THIRD_MONTH} {words.listed(told)}, its own "
        f"makers among them; what the firm{'s take' if len(told) > 1 else ' takes'} from stocks, "
        f"{worth}, counts as no loss of value added."
    )


def lifted_before(result: SanctionResult) -> bool:
    """Whether the ban is lifted before its third month is over."""
    relief = result.choices.relief
    return relief is not None and relief < THIRD_MONTH


def whose(result: SanctionResult) -> str:
    """Say that a firm's figures are its own, where others are cut off with it; or nothing."""
    if not result.beside:
        return ""
    others, are = words.listed(list(result.beside)), "is" if len(result.beside) == 1 else "are"
    return (
        f"Figures of {result.card.name} alone, while {others} {are} cut off too. What economies "
        f"lose is of {_of_all(result)} and stands apart, once: do not add it up over firms."
    )


def _of_all(result: SanctionResult) -> str:
    return bans([result] * (1 + len(result.beside)))


def _path(result: SanctionResult) -> str:
    card, choices = result.card, result.choices
    names = facts.country_names(result.carved.calibration)
    unit = result.carved.calibration.card.unit
    path = result.path.output
    part = "" if choices.ban_share == 1 else f" of {100 * choices.ban_share:g}%"
    told = f"Under a ban{part} by {words.noun(names[result.economies[1]])}"
    told += f" that is lifted on day {choices.relief}" if choices.relief else " that stays"
    name = f"{words.possessive(card.name)} output"
    interval = lost_interval(result)
    draws = f" ({interval})" if interval else ""
    if choices.ban_share == 0:
        return f"A ban of 0% stops nothing: {name} stays normal for all {choices.days} days."
    if path.min() > FULL_OUTPUT:
        outlast = "ban, and over the path" if choices.relief else "path, in which"
        return (
            f"{told}, {name} stays normal for all {choices.days} days at the central figures: "
            f"stocks and other suppliers outlast the {outlast} sales of "
            f"{_lost(result):,.0f} {unit} are lost{draws}.{_beyond(result)}"
        )
    return (
        f"{told}, {name} falls to {100 * path.min():.0f}% of normal on day {path.argmin() + 1}. "
        f"Over {choices.days} days sales of {_lost(result):,.0f} {unit} are lost{draws}."
        f"{_lower(result)}"
    )


def many(result: SanctionResult) -> bool:
    """Whether there are draws enough to speak of intervals."""
    return len(result.draws) >= FEW_DRAWS


def lost_interval(result: SanctionResult) -> str:
    """Say between what lost sales are in 90% of draws; nothing of a few draws."""
    if not many(result):
        return ""
    low, high = np.quantile(result.draws["lost_sales"].to_numpy(), [0.05, 0.95])
    return f"90% of draws: {low:,.0f} to {high:,.0f}"


def _staying(result: SanctionResult) -> np.ndarray:
    """Return the firm's output by day under a ban that stays, until it has done its worst."""
    return result.joined.loc[result.joined["part"] == "days", "output"].to_numpy()


def _beyond(result: SanctionResult) -> str:
    """Say what happens after a path on which nothing did, if the ban stays."""
    output = _staying(result)
    if output.min() > FULL_OUTPUT:
        return ""
    first = int((output < FULL_OUTPUT).argmax()) + 1
    lowest = f"{100 * output[-1]:.0f}% of normal on day {len(output)}"
    return f" If the ban stays, output falls from day {first} on, to {lowest}."


def _lower(result: SanctionResult) -> str:
    """Say that a ban that stays does worse after the path than in it, where it does."""
    output, choices = _staying(result), result.choices
    if (
        choices.relief
        or len(output) <= choices.days
        or output[-1] > result.path.output.min() - 0.005
    ):
        return ""
    return f" It goes on falling after that, to {100 * output[-1]:.0f}% on day {len(output)}."


def _lost(result: SanctionResult) -> float:
    return float((1 - result.path.output).sum() / 365 * result.firm.accounts.revenue)


def _third_month(result: SanctionResult, what: str) -> str:
    """Say who loses and who gains what in the third month, of the ban or of all."""
    names = facts.country_names(result.carved.calibration)
    unit = result.carved.calibration.card.unit
    month = result.costs.months.iloc[2]
    would = lifted_before(result)
    sides = list(zip(result.economies, ("target", "sanctioner"), strict=True))
    said = "a ban that stayed" if would and what == "the ban" else what
    said += ", if they stayed," if would and what != "the ban" else ""
    if all(abs(float(month[side])) < words.NOTHING for _, side in sides):
        both = words.listed([words.noun(names[code]) for code, _ in sides])
        return f"In the third month of {said} {both} {'would lose' if would else 'lose'} nothing."
    told = [
        f"{words.noun(names[code])} {words.loses(float(month[side]), would=would)}"
        for code, side in sides
    ]
    return f"In the third month of {said} {words.listed(told)} {unit} of value added a month."


def threat(result: SanctionResult) -> str:
    """Name the ban as a threat: leverage is of a complete one, whatever share is asked for."""
    what = "The ban" if result.choices.ban_share == 1 else "A complete ban"
    return f"{what} on {result.card.name}"


def bracket_note(results: Sequence[SanctionResult]) -> str:
    """Say what the best and the worst hold, and where the worst's daily loss is largest."""
    found, unit = results[0].bracket, results[0].carved.calibration.card.unit
    days = found.path.to_dict("index")
    day = max(days, key=lambda one: days[one]["world"])
    own = "the firms themselves miss" if len(results) > 1 else "the firm itself misses"
    least, most = (float(found.table[key].to_numpy().sum()) for key in ("best", "worst"))
    return (
        "Best: goods go where they serve most final purchases, with all spare capacity. Worst: "
        "nobody changes supplier, replaces banned parts or makes more than before, every input "
        "stops its user, services too, and what is made is rationed in proportion to orders. "
        f"Final purchases of {abs(least):,.0f} to {abs(most):,.0f} {unit} go unserved in "
        f"{results[0].choices.days} days; the worst loses most on day {day}, "
        f"{days[day]['world']:,.1f} {unit} of output a day, where {own} {days[day]['firm']:,.1f}."
    )


def joint_note(results: Sequence[SanctionResult]) -> str:
    """Say how costs by month go from days to years, and how far the two are apart."""
    rows = {
        code: row
        for result in results
        for code, row in zip(result.economies, result.costs.joint.to_dict("records"), strict=True)
    }
    said = [
        f"{code}: {row['by_day']:,.0f} by day; in equilibrium {row['value_added']:,.0f} of value "
        f"added at unchanged prices, {row['real_income']:,.0f} of real income"
        for code, row in rows.items()
    ]
    of = "" if len(results) == 1 else f" of {bans(results)}"
    return (
        f"Costs by month{of} are lost value added while the daily path lasts; its last day then "
        "fades into the loss of real income in equilibrium, at the rate at which trade "
        f"elasticities go to their long run. At the joint, day {joint_day(results[0])}, a month: "
        f"{'; '.join(said)}."
    ).replace(" -", f" {words.MINUS}")


def joint_day(result: SanctionResult) -> int:
    """Return the day on which costs by month pass from days to years."""
    from detente.sanction.value import MONTH

    return MONTH * list(result.costs.months["part"]).count("days")


def shutdown(result: SanctionResult) -> str:
    """Say when operations cease, and in how many draws."""
    from detente.sanction.backtest import SHUTDOWN_OUTPUT, days_to_shutdown

    day = float(days_to_shutdown(result.path.output))
    days, span = result.draws["shutdown_day"], result.choices.days
    share = 100 * float(days.notna().to_numpy().mean())
    level = f"{100 * SHUTDOWN_OUTPUT:.0f}% of normal"
    if math.isnan(day):
        text = f"No shutdown (output below {level}) within {span} days at the central figures, "
    else:
        text = f"Output falls below {level} on day {day:.0f} at the central figures, "
    if share == 0:
        return f"{text}nor in any draw." if math.isnan(day) else f"{text}but in no draw."
    if not many(result):
        count = int(days.notna().to_numpy().sum())
        text += f"{'but' if math.isnan(day) else 'and'} in {count} of {len(days)} draws."
        return text.replace("1 of 1 draws", "the one draw")
    text += f"{'but' if math.isnan(day) else 'and'} in {share:.0f}% of draws within {span} days"
    low, high = (days.quantile(q) for q in (0.05, 0.95))
    return f"{text} (on day {low:.0f} to {high:.0f} in 90% of them)."
