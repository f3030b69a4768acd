"""What a study of firms cut off rests on: choices, the carved economy, who bans whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from detente.baseline.calibration import Calibration
from detente.baseline.groups import resolve_countries
from detente.baseline.store import load
from detente.errors import InputError, Problem
from detente.policy.instruments import ExportBan
from detente.sanction.calendar import MONTH
from detente.sanction.card import FirmCard
from detente.sanction.carve import Carved, CarvedFirm, carve
from detente.sanction.draws import central
from detente.sanction.load import load_card, problem_at
from detente.sanction.long_run import ban_of
from detente.sanction.names import one_economy
from detente.sanction.network import Bought, NetworkParameters, NetworkPath, network_path
from detente.sanction.purchases import Days, bought, cuts
from detente.sanction.short_run import firm_path

LAST_DAY = 1825
LONGEST = 1080
"""Days in which the largest fall of a firm's output is looked for."""
SETTLED = 0.9
"""Share of its largest fall after which a firm's stocks count as gone: from there on the joint of
days and years may lie."""
SOONEST = 180
"""Days that are followed at least before they fade into equilibrium."""
MOST_DRAWN = 200_000_000
"""Most draws times days: their output takes 1.6 GB."""
FULL_OUTPUT = 0.999
"""Output above this share of normal is called full."""


@dataclass(frozen=True)
class Choices:
    """What is asked: days of the path, draws, first day of relief, how much is banned and by whom.

    ``relief`` is none where the ban stays; ``world_draws`` draws are followed through the world
    besides, and as many economies with other trade elasticities in equilibrium; 0 ``draws`` are
    none of either. ``by`` is the economy of the card's critical inputs unless given.
    """

    days: int = 180
    draws: int = 1000
    relief: int | None = None
    ban_share: float = 1.0
    by: str | None = None
    seed: int = 0
    world_draws: int = 100

    def __post_init__(self) -> None:
        checks = (
            ("days", self.days, 30, LAST_DAY),
            ("draws", self.draws, 0, 1_000_000),
            ("world_draws", self.world_draws, 0, 100_000),
            ("ban_share", self.ban_share, 0, 1),
            ("seed", self.seed, 0, 2**32 - 1),
        )
        problems = [
            Problem("out of bounds", key=key, value=value, allowed=f"{low:,} to {high:,}")
            for key, value, low, high in checks
            if not low <= value <= high
        ]
        if self.relief is not None and not 1 <= self.relief <= self.days:
            allowed = f"1 to {self.days}, the days of the path"
            problems.append(Problem("out of bounds", None, None, "relief", self.relief, allowed))
        if not problems and self.draws * self.days > MOST_DRAWN:
            message = f"{self.draws:,} draws of {self.days:,} days are too many to hold"
            allowed = f"at most {MOST_DRAWN // self.days:,} of {self.days:,} days"
            problems.append(Problem(message, None, None, "draws", self.draws, allowed))
        if problems:
            raise InputError(problems)


@dataclass(frozen=True, eq=False)
class Setting:
    """Firms carved out of an economy, and who bans each.

    ``economies`` has codes of the target's and the sanctioner's economy, a pair a firm; ``sides``
    positions of the sanctioners; ``cuts`` ``(input,)`` a firm the share of each critical input that
    is stopped.
    """

    carved: Carved
    economies: tuple[tuple[str, str], ...]
    sides: tuple[int, ...]
    ban_share: float
    cuts: tuple[np.ndarray, ...]

    def bans(self) -> list[ExportBan]:
        """Return the measures."""
        pairs = zip(self.carved.firms, self.economies, strict=True)
        return [ban_of(one, self.carved, by, ban_share=self.ban_share) for one, (_, by) in pairs]

    def central(self, days: int, relief: int | None = None, *, replaced: bool = True) -> list[Days]:
        """Follow the firms at the central figures of their cards; or with nobody to replace any."""
        found = []
        for firm, cut in zip(self.carved.firms, self.cuts, strict=True):
            parameters = central(firm.card, ban_share=cut)
            if not replaced:
                parameters = parameters._replace(replaceable=np.zeros_like(parameters.replaceable))
            path = firm_path(parameters, days, relief=relief)
            found.append(Days(parameters, path, days if relief is None else relief))
        return found

    def around(
        self, days: Sequence[Days], parameters: NetworkParameters
    ) -> tuple[np.ndarray, Bought]:
        """Return what the world needs to know of firms: output, and what they buy."""
        output = np.stack([one.path.output for one in days], axis=-1)
        bans = (self.sides, self.ban_share, parameters.substitution)
        return output, bought(self.carved, days, *bans)

    def world(self, days: Sequence[Days], parameters: NetworkParameters) -> NetworkPath:
        """Follow the world around firms, at one path of each or at draws."""
        output, buys = self.around(days, parameters)
        firms = self.carved.firms
        return network_path(self.carved, firms, output, buys, self.sides, parameters)

    def reach(self) -> int:
        """Days until a ban that stays has done most to every firm (`SETTLED`), `SOONEST` or more.

        A path that ends while a firm lives on its stocks says nothing of what comes after. Whole
        months, whatever is shown: costs must not hang on that.
        """
        last = SOONEST
        for one in self.central(LONGEST):
            fall = 1 - one.path.output
            if fall.max() > 1 - FULL_OUTPUT:
                settled = int((fall >= SETTLED * fall.max()).argmax()) + 1
                last = max(last, MONTH * -(-settled // MONTH))
        return last


def set_up(
    cards: Sequence[str | Path | FirmCard],
    choices: Choices,
    *,
    baseline: str | Path | Calibration | None = None,
    by: Mapping[str, str] | None = None,
) -> Setting:
    """Carve firms out and find who bans each.

    Raises
    ------
    InputError
        A card cannot be used, a firm is named twice, or nothing says who bans.
    """
    read = [load_card(card) if isinstance(card, str | Path) else card for card in cards]
    for k, card in enumerate(read):
        # letters count alike: codes become sectors of the economy, and folders
        if card.code.lower() in [other.code.lower() for other in read[:k]]:
            raise InputError(Problem("this firm is named twice", key="firm", value=card.code))
    world = baseline if isinstance(baseline, Calibration) else load(baseline or read[0].baseline)
    carved = carve(world, *read)
    sides = tuple(
        _sanctioner(carved, one, choices.by or (by or {}).get(one.code)) for one in carved.firms
    )
    codes = carved.calibration.country_codes
    pairs = tuple(
        (codes[one.accounts.economy], codes[side])
        for one, side in zip(carved.firms, sides, strict=True)
    )
    found = tuple(
        cuts(carved, one, side, choices.ban_share)
        for one, side in zip(carved.firms, sides, strict=True)
    )
    return Setting(carved, pairs, sides, choices.ban_share, found)


def _sanctioner(carved: Carved, firm: CarvedFirm, by: str | None) -> int:
    """Find who bans: the economy that critical inputs come from, unless given."""
    c, card = carved.calibration, firm.card
    if not card.critical_inputs:
        message = "the card has no critical inputs: nothing says what a ban would stop"
        raise InputError(problem_at(card, ("critical_inputs",), message, None, ""))
    names = list(dict.fromkeys(item.from_ for item in card.critical_inputs))
    if by is not None:
        side, allowed = one_economy(c, "by", by), ", ".join(names)
        if side != firm.accounts.economy:
            return side
        message = f"{card.name} is at home there: an economy does not ban its own firm"
        raise InputError(Problem(message, None, None, "by", by, allowed))
    found = {k for name in names for k in resolve_countries(c, name)}
    if len(found) != 1:
        message = "the card's critical inputs come from several economies: say which one bans"
        allowed = ", ".join(c.country_codes[k] for k in sorted(found))
        raise InputError(Problem(message, None, None, "by", None, allowed))
    (side,) = found
    if side == firm.accounts.economy:
        message = "critical inputs come from the firm's own economy, which does not ban it"
        at = ("critical_inputs", 0, "from")
        raise InputError(problem_at(card, at, message, names[0], "an economy abroad"))
    return side
