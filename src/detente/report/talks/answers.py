"""What answers packages that leave measures of one side in force, in words."""

from __future__ import annotations

from collections.abc import Mapping

from detente.document.language import capital, listed, noun
from detente.report.talks.names import Answers
from detente.talks.answers import answers
from detente.talks.case import Case
from detente.talks.valuation import MeasureSet
from detente.talks.worth import Worth


def answers_of(case: Case, worth: Mapping[MeasureSet, Worth], names: Mapping[str, str]) -> Answers:
    """Return what answers the packages of a table, with the names of its sides."""
    replies = case.replies
    if replies is None:
        return Answers()
    leaving = frozenset(
        (issue.id, option.id)
        for issue in case.trade_issues
        for option in issue.options
        if replies.measures & set(option.measures)
    )
    who = capital(noun(names[replies.by]))
    said = {
        part: f"{who} answers with {listed(list(replies.titles[:rungs]))}" if rungs else ""
        for part, rungs in answers(case, worth).items()
    }
    return Answers(tuple(issue.id for issue in case.trade_issues), leaving, said)
