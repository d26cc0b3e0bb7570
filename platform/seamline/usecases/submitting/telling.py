"""Who hears of an accepted submission: those who follow the record, those downstream of it."""

from __future__ import annotations

from collections.abc import Collection

from seamline.facts import Event
from seamline.text import Text

from .. import notices
from .case import Case


def followers(case: Case) -> Collection[str]:
    """Return who follows the record; nobody follows what has just come to be."""
    return case.unit.people.followers(case.before.id) if case.before is not None else ()


def tell_followers(case: Case, event: Event, people: Collection[str]) -> None:
    """Give notice of a step to those who follow the record."""
    if people:
        step = case.step.title
        say = Text(
            f"{{who}} 对{{record}}执行了“{step.zh}”",
            f"{{who}} took the step '{step.en}' of {{record}}",
        )
        notices.tell(case.unit, case.catalog, event, "followed", say, people=people)


def tell_alerted(case: Case, event: Event) -> None:
    """Give notice of a step to the roles that it alerts."""
    if case.step.alerts:
        step = case.step.title
        say = Text(f"{{who}} 对{{record}}：{step.zh}", f"{{who}} at {{record}}: {step.en}")
        roles = case.step.alerts
        notices.tell(case.unit, case.catalog, event, "trouble", say, roles=roles)


def tell_clash(case: Case, event: Event, pool: str) -> None:
    """Give notice to a pool of what happened out of reach, and would have been refused."""
    say = Text(
        "{who} 离线做的{record}与现状冲突，等待复核",
        "What {who} did out of reach clashes: {record} is to be reviewed",
    )
    notices.tell(case.unit, case.catalog, event, "clash", say, pools=(pool,))


def tell_downstream(case: Case, event: Event) -> None:
    """Give notice of a revision upstream to who made or follows the record it reaches."""
    model = case.catalog.forms[event.form]
    record = case.unit.records.get(model.tables, event.record)
    people = {*case.unit.people.followers(event.record)}
    if record is not None:
        people.add(record.created_by)
    step = case.step.title
    say = Text(
        f"{{record}}的上游 {event.body['by']} 已修订：{step.zh}",
        f"{event.body['by']}, from which {{record}} follows, was revised: {step.en}",
    )
    notices.tell(case.unit, case.catalog, event, "upstream", say, people=people)
