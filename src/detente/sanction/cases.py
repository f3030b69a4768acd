"""What a person means by the names given to `detente sanction`: cards, or a scenario with firms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from detente.errors import InputError, Problem
from detente.sanction.card import FirmCard
from detente.sanction.in_scenario import load_cards
from detente.sanction.load import load_card, problem_at, shipped_cards
from detente.scenario.against import placed
from detente.scenario.load import load_scenario, shipped_scenarios
from detente.scenario.schema import Scenario
from detente.scenario.variants import firms_of
from detente.scenario.yaml_lines import parse, read_text

if TYPE_CHECKING:
    from detente.baseline.calibration import Calibration
    from detente.scenario.measures import ExportBanEntry


@dataclass(frozen=True, eq=False)
class SanctionCase:
    """Firms to cut off, and what a scenario says of their bans.

    Attributes
    ----------
    cards
        The firms.
    scenario
        That names them; none where they are named by their cards.
    by
        Who bans, by the code of the firm, where the scenario has such a measure.
    ban_share
        Share of sales that is stopped; none where nothing says so.
    relief_days
        Days from the first of the ban to the first without it, where both are dated.
    """

    cards: tuple[FirmCard, ...]
    scenario: Scenario | None = None
    by: dict[str, str] = field(default_factory=dict)
    ban_share: float | None = None
    relief_days: int | None = None

    def economy(self, baseline: str | Path | None = None) -> Calibration:
        """Load the economy: the given one, the scenario's, or the first card's.

        Raises
        ------
        InputError
            It cannot be loaded; with the line of the scenario that names it.
        """
        from detente.baseline.elasticities import with_elasticities
        from detente.baseline.store import load
        from detente.scenario.against import economy_of, of_key

        if self.scenario is None:
            return load(baseline) if baseline else _of_card(self.cards[0])
        found = economy_of(self.scenario, baseline or None)
        if self.scenario.elasticities is None:
            return found
        with of_key(self.scenario, "elasticities", used=True):
            return with_elasticities(found, self.scenario.elasticities)


def _of_card(card: FirmCard) -> Calibration:
    """Load the economy that a card names; what is wrong is said at the card's line."""
    from detente.baseline.store import load

    try:
        return load(card.baseline)
    except InputError as error:
        raise InputError([
            problem_at(card, ("baseline",), p.message, p.value, p.allowed or "")
            for p in error.problems
        ]) from error  # fmt: skip


def sanction_case(names: str | Path | Sequence[str | Path]) -> SanctionCase:
    """Find the firms that are meant.

    Parameters
    ----------
    names
        Cards (names of shipped ones, or files), one or several; or one scenario (a shipped name, or
        a file), whose firms are then cut off as its measures say.

    Raises
    ------
    InputError
        A name is neither, a card or scenario cannot be used, or it names no firm.
    """
    given = [names] if isinstance(names, str | Path) else list(names)
    scenarios = [name for name in given if is_scenario(name)]
    if scenarios and len(given) > 1:
        message = "a scenario stands alone: its own firms are cut off"
        raise InputError(Problem(message, key="firm", value=str(scenarios[0])))
    if scenarios:
        return _of_scenario(load_scenario(scenarios[0]))
    if not given:
        raise InputError(Problem("name a firm", key="firm", allowed=", ".join(shipped_cards())))
    return SanctionCase(tuple(load_card(name) for name in given))


def is_scenario(name: str | Path) -> bool:
    """Whether a name is that of a scenario: a shipped one, or a file with variants."""
    if isinstance(name, str) and Path(name).name == name:
        if name in shipped_cards():
            return False
        if name in shipped_scenarios():
            return True
    try:
        if not Path(name).is_file():
            return False
    except (OSError, ValueError):
        return False  # no name that a file can have
    text = read_text(Path(name))
    if isinstance(text, Problem):
        return False
    plain = parse(text).value
    return isinstance(plain, dict) and "variants" in plain


def _of_scenario(scenario: Scenario) -> SanctionCase:
    names = [name for variant in scenario.variants for name in firms_of(scenario, variant.id)]
    if not names:
        message = "this scenario has no firms to cut off"
        allowed = "firms: [zte], for all variants or for one; or name a card"
        raise InputError(Problem(message, scenario.path, None, "firms", None, allowed))
    cards = load_cards(scenario, list(dict.fromkeys(names)))
    bans = {card.code: _ban_on(scenario, card.code) for card in cards}
    found = {code: ban for code, ban in bans.items() if ban is not None}
    shares = {1.0 if ban.coverage is None else ban.coverage for ban in found.values()}
    days = {_days_of(ban) for ban in found.values()}
    if len(shares) > 1 or len(days) > 1:
        message = "bans of different shares or dates cannot be followed at once: name one card"
        raise InputError(placed(scenario, ("measures",), Problem(message)))
    return SanctionCase(
        cards, scenario, {code: ban.by[0] for code, ban in found.items()},
        shares.pop() if shares else None, days.pop() if days else None,
    )  # fmt: skip


def _ban_on(scenario: Scenario, code: str) -> ExportBanEntry | None:
    for k, entry in enumerate(scenario.measures):
        if entry.kind != "export-ban" or (entry.firm or "").lower() != code.lower():
            continue
        if len(entry.by) > 1:
            message = "several economies ban the firm: say which is meant, with its card and --by"
            raise InputError(placed(scenario, ("measures", k, "by"), Problem(message)))
        return entry
    return None


def _days_of(ban: ExportBanEntry) -> int | None:
    if ban.start is None or ban.end is None:
        return None
    return (ban.end - ban.start).days + 1
