"""Tidy tables for programs that no reader is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from detente.document.blocks import Column

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Data:
    """A tidy table for programs that no reader is shown: its values and what its columns are.

    Raises
    ------
    ValueError
        A column of the frame is not described, or the other way round.
    """

    frame: pd.DataFrame
    columns: tuple[Column, ...]

    def __post_init__(self) -> None:
        """Refuse columns that nobody described."""
        if list(self.frame.columns) != [column.key for column in self.columns]:
            raise ValueError(f"{list(self.frame.columns)} are not the columns that are described")

    def titled(self, names: Mapping[str, Mapping[str, str]]) -> Data:
        """Put beside the ids of a column what each stands for: ``sector_title`` after ``sector``.

        Parameters
        ----------
        names
            Titles by id, by key of the column.
        """
        frame, columns = self.frame.copy(), []
        for column in self.columns:
            columns.append(column)
            if titles := names.get(column.key):
                about = f"title of {column.key}: {column.meaning}"
                columns.append(Column(f"{column.key}_title", column.title, about))
                titled = [titles.get(one, "") for one in frame[column.key].tolist()]
                frame.insert(len(columns) - 1, columns[-1].key, titled)
        return Data(frame, tuple(columns))
