"""What has happened already cannot be refused any more: it is kept, and held for a person.

A device that was out of reach tells later what was done meanwhile. What a hard rule would have
stopped, or cannot be stored as it came, is kept as far as it can be and goes to the review node.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from seamline.facts import Finding, Ref, Row, Value
from seamline.problems import Problem
from seamline.text import Text

from .case import NO_VERSION, Case

NOT_ACCEPTABLE = Text("有的值无法保存", "Some values cannot be kept")
# What a submission is held for that is not late.
TITLES = {NO_VERSION: Text("没有适用的版本", "No version applies")}
MOST_SAID = 10
LONGEST = 2_000  # characters of what came, kept in the journal


def set_aside(case: Case) -> None:
    """Take what is wrong out of the values of a late submission, and note it as doubts.

    Nothing is done where the step has no review node: then it is refused like any other.
    """
    if not (case.asked.late and case.business_step in case.catalog.rules):
        return
    case.told["late"] = True
    if not case.problems:
        return
    case.doubts = (*case.doubts, *case.problems.sorted())
    case.problems.found.clear()
    for name in {_field(problem) for problem in case.doubts}:
        if name in case.values and not _stored(case.values[name]):
            case.values[name] = () if isinstance(case.values[name], tuple) else None
    case.model.finish(case.values, case.looked_up)
    case.told["doubts"] = [problem.as_json()["message"] for problem in case.doubts[:MOST_SAID]]
    case.told["asked"] = _shortened(case.asked.values)


def doubted(case: Case) -> Iterator[Finding]:
    """Yield what could not be kept as findings, so that the reviewer reads them like a rule's."""
    for problem in case.doubts[:MOST_SAID]:
        said = Text(problem.sentence("zh"), problem.sentence("en"))
        yield Finding(
            rule=f"_{problem.code}",
            rule_class="review",
            title=TITLES.get(problem.code, NOT_ACCEPTABLE),
            result="true",
            say=said,
            fields=(_field(problem),),
        )


def _field(problem: Problem) -> str:
    return problem.place.path.partition("[")[0].partition(".")[0]


def _stored(value: Value) -> bool:
    """Return whether a value can be stored whatever was said of it: a record that is archived."""
    if isinstance(value, tuple):
        return not any(isinstance(one, Row) for one in value)
    return isinstance(value, Ref) and bool(value.id)


def _shortened(values: Any) -> str:
    return json.dumps(values, ensure_ascii=False, default=str)[:LONGEST]
