"""The game of carrying out what was announced or doing nothing, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detente.report import words

if TYPE_CHECKING:
    from detente.wars.run import WarResult


def caption(result: WarResult) -> str:
    """Say what the numbers of the matrix are."""
    assert result.matrix is not None
    without = " (without the variant that is in force)" if result.setting.variant else ""
    return ("If each only carries out what was announced in its name, or does nothing"
            f"{without}: real income of {words.listed(list(result.matrix.players))}, % from the "
            "baseline")  # fmt: skip


def sentence(result: WarResult, names: dict[str, str]) -> str:
    """Name the game of announced measures or none, and where it ends."""
    matrix = result.matrix
    assert matrix is not None
    kind, ends = matrix.kind(), matrix.equilibria()
    names = {k: words.noun(v) for k, v in names.items()}
    said_ = "If each could only carry out what was announced in its name or do nothing, "
    said_ += f"the game would be a {kind}; " if kind else ""
    for player, what in matrix.dominant().items():
        said_ += (
            f"{names.get(player, player)} would be best off with {what}, whatever the other does; "
        )
    if not ends:
        return said_ + "no combination would last (no equilibrium in pure strategies)."
    sides = [names.get(player, player) for player in matrix.players]
    where = [", ".join(f"{p}: {s}" for p, s in zip(sides, e, strict=True)) for e in ends]
    return said_ + f"it would end at {words.listed([f'({w})' for w in where])}."
