"""Results of talks as files and as plain data."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.files import check_writable, write_whole
from detente.report import amounts, imbalances
from detente.report.store import FORMAT
from detente.report.talks import facts as said
from detente.report.talks import wording as talks
from detente.talks.study import TalksStudy

if TYPE_CHECKING:
    import pandas as pd

    from detente.talks.uncertainty import Uncertainty

__all__ = ["check_writable", "columns_of", "plain_talks", "tables", "write_talks"]

_MEANING = {
    "package": "number of the package",
    "beyond": "how many packages they prefer to a standstill too",
    "keeps": "whether it would keep the package predicted at central figures",
    "credible": "whether the threat would be carried out",
    "zone": "whether all sides prefer it to no deal; in draws, how many packages they prefer",
    "passing": "whether it passes at home too; in draws, how many do",
    "efficient": "whether no other package of the zone is as good for all and better for one",
    "passes": "chance that it passes at home",
    "value": "equivalent variation from the baseline, million USD a year",
    "gain": "value less no deal's, million USD a year",
    "no_deal": "value of no deal, million USD a year",
    "central_gain": "gain from the package predicted at central figures, million USD a year",
    "central_accepted": "whether no side refuses that package",
    "central_passes": "its chance at home",
    "fixed_passes": "its chance at home",
    "fixed_gain": "gain from the package predicted where options are fixed, million USD a year",
    "fixed_accepted": "whether no side refuses that package",
    "economy": "number of the economy drawn",
    "cost": "what the giver loses, million USD a year",
    "worth": "what the receiver gains, million USD a year",
    "closed": "share of the gap that the step closes, in the receiver's welfare",
    "left": "what of the gap is left, million USD a year",
}


def tables(study: TalksStudy) -> dict[str, pd.DataFrame]:
    """Return ``packages``, ``no_deals``, ``concessions`` and, with draws, ``draws`` and others.

    ``packages`` holds the zone, or all packages where it is empty: an issue a column, then values.
    """
    import pandas as pd

    found = {"packages": _packages(study), "no_deals": _no_deals(study)}
    rows = [
        {"giver": giver, "receiver": receiver, "step": number, "issue": s.issue,
         "before": s.before, "after": s.after, "cost": s.cost, "worth": s.worth,
         "closed": s.closed, "left": s.left}
        for (giver, receiver), steps in study.questions.ladders.items()
        for number, s in enumerate(steps, 1)
    ]  # fmt: skip
    found["concessions"] = pd.DataFrame(rows)
    if study.uncertainty is not None:
        drawn = study.uncertainty
        found["draws"] = drawn.draws
        found["importance"] = drawn.importance.rename_axis("figure").reset_index()
    return found


def _packages(study: TalksStudy) -> pd.DataFrame:
    import pandas as pd

    outlook, packages = study.outlook, study.packages
    kept = np.flatnonzero(outlook.zone if outlook.zone.any() else packages.feasible)
    places = np.unravel_index(kept, packages.table.shape)
    columns: dict[str, Any] = {"package": kept}
    for issue, place in zip(packages.table.issues, places, strict=True):
        columns[issue_column(issue.id)] = np.array(issue.options)[place]
    for k, party in enumerate(study.case.parties):
        columns[f"value_{party}"] = packages.utility[kept, k]
        columns[f"gain_{party}"] = packages.utility[kept, k] - outlook.no_deal.values[k]
    columns |= {"efficient": outlook.efficient[kept], "passing": outlook.passing[kept]}
    of = [vote.party for vote in study.votes]
    for number, vote in enumerate(study.votes, 1):
        several = f"_{number}" if of.count(vote.party) > 1 else ""
        columns[f"passes_{vote.party}{several}"] = vote.passes[kept]
    return pd.DataFrame(columns)


def issue_column(name: str) -> str:
    """Return the column of an issue: its id, unless another column may have that name."""
    taken = {*_MEANING, "solution", "proved", "short"}
    starts = ("value_", "gain_", "passes_")
    return f"issue {name}" if name in taken or name.startswith(starts) else name


def _no_deals(study: TalksStudy) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame([
        {"no_deal": name, "title": said.no_deal_title(study, name), "kind": point.kind,
         **{f"value_{p}": v for p, v in zip(study.case.parties, point.values, strict=True)},
         "zone": int(study.outlooks[name].zone.sum()),
         "passing": int(study.outlooks[name].passing.sum())}
        for name, point in study.no_deals.items()
    ])  # fmt: skip


def plain_talks(study: TalksStudy) -> dict[str, Any]:
    """Return a study as plain data for JSON."""
    from detente.scenario.load import scenario_hash

    c, drawn = study.calibration, study.uncertainty
    plain: dict[str, Any] = {
        "format": FORMAT,
        "detente": version("detente"),
        "scenario": {"title": study.scenario.title, "date": str(study.scenario.date),
                     "horizon": study.scenario.horizon, "sha256": scenario_hash(study.scenario)},
        "baseline": {"name": c.name, "year": c.card.year, "unit": c.card.unit, "sha256": c.hash},
        **imbalances.plain(study.removal),
        "unit": "million USD a year, equivalent variation from the baseline",
        "parties": said.party_names(study),
        "no_deal": study.headline,
        "solution": study.choices.solution,
        "amounts": amounts.plain(study.scenario, study.calibration),
        "power": dict(zip(study.case.parties, study.power.tolist(), strict=True)),
        "packages": study.packages.table.size,
        "positions": {p: study.packages.choices(n) for p, n in study.positions.items()},
        "no_deals": _records(_no_deals(study)),
        "predictions": {name: {k: _agreement(study, a) for k, a in outlook.agreements.items()}
                        for name, outlook in study.outlooks.items()},
        "sentences": talks.sentences(study),
        "concessions": _records(tables(study)["concessions"]),
        "threats": [
            {"no_deal": t.no_deal, "by": t.by, "target": t.target,
             "credible": t.credibility.credible, "own_cost": t.credibility.own_cost,
             "target_cost": t.credibility.target_cost}
            for t in study.questions.threats
        ],
        "lasting": [
            {"party": k.party, "choices": dict(k.choices), "tempted": k.tempted,
             "most_impatient": k.most_impatient, "impatience": k.impatience, "keeps": k.keeps}
            for k in study.questions.lasting
        ],
    }  # fmt: skip
    if study.fixed is not None:
        plain["what_if"] = {
            "options": dict(study.choices.what_if or {}),
            "predictions": {k: _agreement(study, a) for k, a in study.fixed.agreements.items()},
        }
        if drawn is not None and study.fixed.agreements[study.choices.solution] is not None:
            plain["what_if"]["gains"] = {p: drawn.interval(f"fixed_gain_{p}")
                                         for p in study.case.parties}  # fmt: skip
    if drawn is not None:
        plain["uncertainty"] = _uncertain(study, drawn)
    return _clean(plain)


def _uncertain(study: TalksStudy, drawn: Uncertainty) -> dict[str, Any]:
    return {
        "draws": len(drawn.draws), "economies": drawn.economies, "failed": drawn.failed,
        "zone": drawn.zone, "beyond_standstill": drawn.beyond,
        "deal": drawn.deal, "deal_with_private_reservation":
        drawn.secret_deal, "central_accepted": drawn.chance("central_accepted"),
        "central_deal": drawn.blind,
        "gains": {p: drawn.interval(f"gain_{p}") for p in study.case.parties},
        "gains_of_central": {p: drawn.interval(f"central_gain_{p}")
                             for p in study.case.parties},
        "options": [{"issue": i, "option": o, "share": v}
                    for (i, o), v in said.option_shares(study).items()],
        "importance": _records(tables(study)["importance"]),
    }  # fmt: skip


def _agreement(study: TalksStudy, found: Any) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "choices": study.packages.choices(found.package),
        "value": dict(zip(study.case.parties, found.utility.tolist(), strict=True)),
        "gain": dict(zip(study.case.parties, found.gain.tolist(), strict=True)),
    }


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return frame.to_dict(orient="records")  # pyright: ignore[reportReturnType]


def _clean(value: Any) -> Any:
    """Return plain values of Python, ``None`` for what is no finite number."""
    if isinstance(value, dict):
        return {str(key): _clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def write_talks(study: TalksStudy, folder: str | Path) -> list[Path]:
    """Write report, tables and manifest into a folder: all of them or none.

    Raises
    ------
    InputError
        The folder cannot be written.
    """
    from detente.report.talks.page import talks_html

    def write(staging: Path) -> list[str]:
        files: dict[str, dict[str, Any]] = {"report.html": {}}
        (staging / "report.html").write_text(talks_html(study), encoding="utf-8")
        for name, frame in tables(study).items():
            columns = columns_of(frame, _MEANING)
            frame.to_parquet(staging / f"{name}.parquet", index=False)
            frame.to_csv(staging / f"{name}.csv", index=False, lineterminator="\n")
            files |= {f"{name}.{k}": {"rows": len(frame), "columns": columns}
                      for k in ("parquet", "csv")}  # fmt: skip
        for name, entry in files.items():
            content = (staging / name).read_bytes()
            entry |= {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        text = json.dumps(plain_talks(study) | {"files": files}, ensure_ascii=False,
                          allow_nan=False, indent=1)  # fmt: skip
        (staging / "manifest.json").write_text(text + "\n", encoding="utf-8")
        return [*files, "manifest.json"]

    return write_whole(folder, write)


def columns_of(frame: pd.DataFrame, meanings: Mapping[str, str]) -> dict[str, str]:
    """Return what each column of a table holds, by what its name starts with."""
    return {str(column): _meaning(str(column), meanings) for column in frame.columns}


def _meaning(column: str, meanings: Mapping[str, str]) -> str:
    for stem in sorted(meanings, key=len, reverse=True):
        if column == stem or column.startswith(f"{stem}_"):
            who = column.removeprefix(stem).removeprefix("_")
            return meanings[stem] + (f"; of {who}" if who else "")
    return "an issue of the table, or the name of a figure or side"
