"""One step for several records: which steps, what they ask for, and what came of each record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from seamline.conditions.parse import parse
from seamline.facts import Record
from seamline.forms import FormModel, possible
from seamline.metadata import Field, Step
from seamline.problems import Refused
from seamline.store import Query
from seamline.usecases import look
from seamline.usecases.submit import Submission, submit

from ..forms.control import INPUTS, Option, options_of
from ..pages.filling import fillable
from ..say import _
from ..session import actor, catalog, desk, language, origin
from ..shown import name_of

MOST = 200
# What can be asked for once and set on many records; everything else is a matter of each record.
ASKED = frozenset(
    {"text", "integer", "decimal", "money", "percent", "date", "datetime", "choice", "boolean"}
    | {"person", "reference", "phone", "email"}
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One value that a step asks for: left empty, every record keeps its own."""

    name: str
    label: str
    type: str
    options: tuple[Option, ...] = ()
    lookup: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one record: `done`, `held` or `refused`, and why."""

    name: str
    address: str
    kind: str
    why: tuple[str, ...] = ()


def steps(model: FormModel, records: Sequence[Record] | None = None) -> list[Step]:
    """Return the steps that the reader may take on several records of a form at once.

    With `records` only those that one of them is open to.
    """
    access, who = catalog().access, actor()
    return [
        step
        for step in model.steps.values()
        if step.id not in ("create", "change", "restore")
        and access.may(who, step.id, model.form.id)
        and all(field.kind in ASKED for field in fillable(model, step))
        and (records is None or any(possible(step, record, model.form) for record in records))
    ]


def asked(model: FormModel, step: Step) -> list[Asked]:
    """Return what a step asks for, once for all records."""
    return [_asked(field) for field in fillable(model, step)]


def _asked(field: Field) -> Asked:
    options = options_of(field, language())
    if field.kind == "boolean":
        options = (Option("true", _("yes")), Option("false", _("no")))
    lookup = ""
    if field.kind == "reference":
        lookup = url_for("records.lookup", form_id=str(field.settings["to"]))
    type_ = INPUTS.get(field.kind, {}).get("type", "text")
    return Asked(field.id, field.label.in_(language()), type_, options, lookup)


def chosen(model: FormModel, ids: Sequence[str]) -> list[Record]:
    """Return the records of some ids that the reader may see, in the order of their list."""
    wanted = list(dict.fromkeys(ids))[:MOST]
    if not wanted:
        return []
    where = parse({"in": [{"var": "_id"}, wanted]}, model.scope)
    names = tuple(name for name in (model.form.key, model.form.name) if name)
    query = Query(where, limit=MOST, archived=True, total=False, fields=names)
    return list(look.page(desk(), actor(), model.form.id, query).rows)


def take(
    model: FormModel,
    step: Step,
    records: Sequence[Record],
    values: Mapping[str, Any],
    reason: str,
    key: str,
) -> Iterator[Outcome]:
    """Take a step on each record through the door, one by one; yield what came of each."""
    for record in records:
        name = name_of(record, model)
        address = url_for("records.show", form_id=model.form.id, word=record.id)
        asked_ = Submission(
            model.form.id,
            step.id,
            values,
            record=record.id,
            reason=reason,
            idempotency_key=f"bulk:{key}:{record.id}"[:200],
        )
        try:
            done = submit(desk(), actor(), origin(), asked_)
        except Refused as refused:
            why = tuple(problem.sentence(language()) for problem in refused.problems)
            yield Outcome(name, address, "refused", why)
        else:
            said = tuple(one.say.in_(language()) for one in done.prompts)
            yield Outcome(name, address, "held" if done.outcome == "held" else "done", said)
