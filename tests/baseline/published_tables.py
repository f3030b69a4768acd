"""One small world, made up in whole numbers, written in every published layout."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

ECONOMIES = ("AUT", "DEU", "ROW")
SECTORS = ("C20", "F")
# rows and columns: Austria's chemicals and building, Germany's, the rest's
USES = np.array(
    [
        [10, 5, 8, 2, 6, 1],
        [4, 20, 1, 2, 1, 3],
        [12, 6, 40, 15, 20, 8],
        [2, 3, 10, 60, 4, 5],
        [7, 4, 15, 9, 200, 50],
        [1, 2, 3, 6, 30, 300],
    ],
    dtype=float,
)
CONSUMPTION = np.array(
    [[14, 4, 10], [50, 2, 4], [9, 80, 40], [3, 150, 12], [6, 14, 400], [2, 5, 900]], dtype=float
)
STOCKS = np.array(
    [[-2, 0, 1], [0, 0, 0], [0, 3, -1], [0, 0, 0], [1, -4, 5], [0, 0, 0]], dtype=float
)
ABROAD = np.array([[1, 2, 0], [0, 0, 0], [0, 0, 0], [0, 0, 0], [0, 0, 0], [0, 0, 0]], dtype=float)
TAXES = np.array([1, 2, 3, 4, 5, 6], dtype=float)
TAXES_ON_FINAL = 7.0

# what follows from them, worked out by hand
FLOWS = np.array(
    [
        [[28, 27, 18], [16, 138, 34], [18, 67, 655]],
        [[74, 8, 5], [5, 220, 14], [8, 21, 1230]],
    ],
    dtype=float,
)
PURCHASES = np.array(
    [[[29, 15], [7, 25]], [[63, 26], [14, 68]], [[226, 59], [35, 308]]], dtype=float
)
FINAL = np.array([[29, 55], [99, 157], [455, 916]], dtype=float)
OUTPUT = np.array([[62, 87], [232, 249], [707, 1249]], dtype=float)
WORLD_FINAL, WORLD_VALUE_ADDED, WORLD_OUTPUT = 1711.0, 1711.0, 2586.0


class World:
    """The figures, to be changed before they are written."""

    def __init__(self) -> None:
        self.uses, self.consumption = USES.copy(), CONSUMPTION.copy()
        self.stocks, self.abroad, self.taxes = STOCKS.copy(), ABROAD.copy(), TAXES.copy()

    @property
    def output(self) -> np.ndarray:
        final = self.consumption + self.stocks + self.abroad
        return self.uses.sum(axis=1) + final.sum(axis=1)

    @property
    def value_added(self) -> np.ndarray:
        return self.output - self.uses.sum(axis=0) - self.taxes

    def final(self, codes: Sequence[str], stocks: str, abroad: str) -> np.ndarray:
        """``(row, economy, use)``; purchases abroad are consumption where there is no column."""
        columns = {code: np.zeros_like(self.stocks) for code in codes}
        columns[codes[0]] = self.consumption.copy()
        columns[stocks] += self.stocks
        columns[abroad or codes[0]] += self.abroad
        return np.stack(list(columns.values()), axis=2)


def write(file: Path, rows: Iterable[Sequence[object]]) -> Path:
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows(rows)
    return file


def lines(file: Path) -> list[str]:
    return file.read_text().splitlines()


ICIO_USES = ("HFCE", "NPISH", "GGFC", "GFCF", "INVNT", "DPABR")


def icio(folder: Path, world: World | None = None, *, edition: int = 2023) -> Path:
    """Of the edition of 2023 and later (``V1``, TLS, VA, OUT), or of 2021 (TAXSUB, VALU, …)."""
    w = world or World()
    old = edition == 2021
    sectors = ("20", "41T43") if old else SECTORS
    industries = [f"{c}_{s}" for c in ECONOMIES for s in sectors]
    uses = [f"{c}_{u}" for c in ECONOMIES for u in ICIO_USES]
    final = w.final(ICIO_USES, "INVNT", "DPABR").reshape(6, -1)
    none = [0.0] * (final.shape[1] + 1)
    on_final = [TAXES_ON_FINAL, *none[1:]]
    rows: list[list[object]] = [["V1", *industries, *uses, "TOTAL" if old else "OUT"]]
    for k, label in enumerate(industries):
        rows.append([label, *w.uses[k], *final[k], w.output[k]])
    if old:  # taxes by the economy that collects them
        rows[0][0] = ""
        rows.append(["AUT_TAXSUB", *(w.taxes / 4), *on_final])
        rows.append(["DEU_TAXSUB", *(3 * w.taxes / 4), *none])
    else:
        rows.append(["TLS", *w.taxes, *on_final])
    rows.append(["VALU" if old else "VA", *w.value_added, *none])
    rows.append(["OUTPUT" if old else "OUT", *w.output, *none])
    return write(folder / f"ICIO{edition}_2018.csv", rows)


def icio_split(folder: Path) -> Path:
    """With China in the place of Germany, its firms in CN1 (a quarter) and CN2."""
    w = World()
    labels = ["AUT_C20", "AUT_F", "CHN_C20", "CHN_F", "ROW_C20", "ROW_F"]
    labels += [f"{part}_{s}" for part in ("CN1", "CN2") for s in SECTORS]
    share = np.array([1, 1, 0, 0, 1, 1, 0.25, 0.25, 0.75, 0.75])
    of = [0, 1, 2, 3, 4, 5, 2, 3, 2, 3]
    uses = w.uses[of][:, of] * share[:, None] * share
    final = w.final(ICIO_USES, "INVNT", "DPABR").reshape(6, -1)[of] * share[:, None]
    names = [f"{c}_{u}" for c in ("AUT", "CHN", "ROW") for u in ICIO_USES]
    none = [0.0] * (final.shape[1] + 1)
    rows: list[list[object]] = [["V1", *labels, *names, "OUT"]]
    for k, label in enumerate(labels):
        rows.append([label, *uses[k], *final[k], (w.output[of] * share)[k]])
    rows.append(["TLS", *(w.taxes[of] * share), *none])
    rows.append(["VA", *(w.value_added[of] * share), *none])
    rows.append(["OUT", *(w.output[of] * share), *none])
    return write(folder / "2018.csv", rows)


FIGARO_AREAS = ("AT", "DE", "FIGW1")
FIGARO_USES = ("P3_S14", "P3_S13", "P3_S15", "P51G", "P5M")


def _figaro(w: World) -> tuple[list[str], list[str], np.ndarray]:
    industries = [f"{c}_{s}" for c in FIGARO_AREAS for s in SECTORS]
    columns = industries + [f"{c}_{u}" for c in FIGARO_AREAS for u in FIGARO_USES]
    final = w.final(FIGARO_USES, "P5M", "").reshape(6, -1)
    added = w.value_added
    none = np.zeros(final.shape[1])
    below = {
        "W2_D21X31": np.concatenate([w.taxes, [TAXES_ON_FINAL], none[1:]]),
        "W2_OP_RES": np.concatenate([np.zeros(6), [3.0], none[1:]]),
        "W2_OP_NRES": np.concatenate([np.zeros(6), [-3.0], none[1:]]),
        "W2_D1": np.concatenate([added / 2, none]),
        "W2_D29X39": np.concatenate([added / 8, none]),
        "W2_B2A3G": np.concatenate([3 * added / 8, none]),
    }
    table = np.vstack([np.hstack([w.uses, final]), *below.values()])
    return [*industries, *below], columns, table


def figaro(folder: Path, world: World | None = None) -> Path:
    rows, columns, table = _figaro(world or World())
    file = folder / "matrix_eu-ic-io_ind-by-ind_24ed_2018.csv"
    head: list[Sequence[object]] = [["rowLabels", *columns]]
    return write(file, [*head, *([r, *v] for r, v in zip(rows, table, strict=True))])


def figaro_flat(folder: Path, world: World | None = None) -> Path:
    rows, columns, table = _figaro(world or World())
    head = ["icioiRow", "icioiCol", "refArea", "rowIi", "counterpartArea", "colIi", "obsValue"]
    long = [
        [row, column, *row.split("_", 1), *column.split("_", 1), table[i, j]]
        for i, row in enumerate(rows)
        for j, column in enumerate(columns)
    ]
    return write(folder / "flatfile_eu-ic-io_ind-by-ind_24ed_2018.csv", [head, *long])


WIOD_USES = ("CONS_h", "CONS_np", "CONS_g", "GFCF", "INVEN")
WIOD_NUMBERS = (11, 27)


def _wiod(w: World) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    final = w.final(WIOD_USES, "INVEN", "").reshape(6, -1)
    none = np.zeros(final.shape[1])
    half = w.value_added / 2
    below = {
        "II_fob": np.concatenate([w.uses.sum(axis=0), final.sum(axis=0), [0]]),
        "TXSP": np.concatenate([w.taxes, [TAXES_ON_FINAL], none]),
        "EXP_adj": np.zeros(6 + len(none) + 1),
        "PURR": np.zeros(6 + len(none) + 1),
        "PURNR": np.zeros(6 + len(none) + 1),
        "VA": np.concatenate([half, none, [0]]),
        "IntTTM": np.concatenate([half, none, [0]]),
        "GO": np.concatenate([w.output, none, [0]]),
    }
    return np.hstack([w.uses, final, w.output[:, None]]), below


def wiod(folder: Path, world: World | None = None) -> Path:
    """As R writes the release's data frame to CSV."""
    table, below = _wiod(world or World())
    numbers = [f"{c}{k}" for c in ECONOMIES for k in WIOD_NUMBERS]
    uses = [f"{c}{57 + k}" for c in ECONOMIES for k in range(5)]
    words = ["", "IndustryCode", "IndustryDescription", "Country", "RNr", "Year"]
    rows: list[list[object]] = [[*words, *numbers, *uses, "TOT"]]
    labels = [(c, s, k) for c in ECONOMIES for s, k in zip(SECTORS, WIOD_NUMBERS, strict=True)]
    for (country, code, number), values in zip(labels, table, strict=True):
        rows.append([len(rows), code, "words", country, number, 2018, *values])
    for number, (code, values) in enumerate(below.items(), 65):
        rows.append([len(rows), code, "words", "TOT", number, 2018, *values])
    return write(folder / "WIOT2018_October16_ROW.csv", rows)


def wiod_excel(folder: Path, world: World | None = None) -> Path:
    """As the sheet of the release's workbook is saved as CSV."""
    table, below = _wiod(world or World())
    codes = [*SECTORS * 3, *WIOD_USES * 3, "GO"]
    economies = [c for c in ECONOMIES for _ in SECTORS]
    economies += [c for c in ECONOMIES for _ in WIOD_USES]
    numbers = [f"c{k}" for k in (*WIOD_NUMBERS * 3, *(57, 58, 59, 60, 61) * 3, 62)]
    blank = [""] * 4
    rows: list[list[object]] = [
        ["Intercountry Input-Output Table", *[""] * (len(codes) + 3)],
        ["(industry-by-industry)", *[""] * (len(codes) + 3)],
        [*blank, *codes],
        [*blank, *("words" for _ in codes)],
        [*blank, *economies, "TOT"],
        [*blank, *numbers],
    ]
    labels = [(c, s, k) for c in ECONOMIES for s, k in zip(SECTORS, WIOD_NUMBERS, strict=True)]
    for (country, code, number), values in zip(labels, table, strict=True):
        rows.append([code, "words", country, f"c{number}", *values])
    for code, values in below.items():
        rows.append([code, "words", "TOT", "c65", *values])
    return write(folder / "WIOT2018_Nov16_ROW.csv", rows)


# usa and a rest that trades with itself; chemicals, and transport that carries them
GTAP: dict[str, dict[tuple[str, ...], float]] = {
    "VDFB": {
        ("chm", "chm", "usa"): 50, ("chm", "otp", "usa"): 20, ("otp", "chm", "usa"): 30,
        ("otp", "otp", "usa"): 40, ("chm", "chm", "xrw"): 300, ("chm", "otp", "xrw"): 100,
        ("otp", "chm", "xrw"): 150, ("otp", "otp", "xrw"): 400,
    },
    "VMFB": {
        ("chm", "chm", "usa"): 30, ("chm", "otp", "usa"): 8, ("otp", "chm", "usa"): 1,
        ("otp", "otp", "usa"): 2, ("chm", "chm", "xrw"): 80, ("chm", "otp", "xrw"): 20,
        ("otp", "chm", "xrw"): 2, ("otp", "otp", "xrw"): 3,
    },
    "VDPB": {("chm", "usa"): 70, ("otp", "usa"): 200, ("chm", "xrw"): 500, ("otp", "xrw"): 900},
    "VMPB": {("chm", "usa"): 25, ("otp", "usa"): 2, ("chm", "xrw"): 50.2, ("otp", "xrw"): 3},
    "VDGB": {("chm", "usa"): 5, ("otp", "usa"): 30, ("chm", "xrw"): 20, ("otp", "xrw"): 100},
    "VMGB": {("chm", "usa"): 2, ("chm", "xrw"): 4},
    "VDIB": {("chm", "usa"): 10, ("chm", "xrw"): 60, ("otp", "xrw"): 10},
    "VMIB": {("chm", "usa"): 3, ("chm", "xrw"): 2},
    "VFOB": {
        ("chm", "usa", "xrw"): 40, ("chm", "xrw", "usa"): 60, ("chm", "xrw", "xrw"): 100,
        ("otp", "usa", "xrw"): 8, ("otp", "xrw", "usa"): 5,
    },
    "VCIF": {
        ("chm", "usa", "xrw"): 42, ("chm", "xrw", "usa"): 65, ("chm", "xrw", "xrw"): 104,
        ("otp", "usa", "xrw"): 8, ("otp", "xrw", "usa"): 5,
    },
    "VMSB": {
        ("chm", "usa", "xrw"): 46.2, ("chm", "xrw", "usa"): 68, ("chm", "xrw", "xrw"): 110,
        ("otp", "usa", "xrw"): 8, ("otp", "xrw", "usa"): 5,
    },
    "VST": {("otp", "usa"): 3, ("otp", "xrw"): 8},
}  # fmt: skip
GTAP_SETS = {3: ("COMM", "REG", "REG"), 2: ("COMM", "REG")}


def gtap(folder: Path) -> Path:
    """One CSV file a header, rows of zero left out."""
    folder = folder / "gtap-2017"
    folder.mkdir()
    for name, table in GTAP.items():
        sets = GTAP_SETS[len(next(iter(table)))]
        sets = {"VDFB": ("COMM", "ACTS", "REG"), "VMFB": ("COMM", "ACTS", "REG"),
                "VST": ("MARG", "REG")}.get(name, sets)  # fmt: skip
        write(folder / f"{name}.csv", [[*sets, "Value"], *([*k, v] for k, v in table.items())])
    return folder
