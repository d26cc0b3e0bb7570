"""Records, events and findings as the JSON that the API gives."""

from __future__ import annotations

from typing import Any

from seamline.catalog import Catalog
from seamline.facts import Actor, Decision, Event, Finding, Record
from seamline.fields.moments import iso
from seamline.forms import FormModel, narrowed
from seamline.metadata import Form
from seamline.store import RecordHead
from seamline.text import Text
from seamline.usecases.export import record_json
from seamline.usecases.hiding import NEVER
from seamline.usecases.submit import Submitted

BASE = "/api/v1"


def words(text: Text) -> dict[str, str]:
    """Return a text in both languages."""
    return {"zh": text.zh, "en": text.en}


def record(model: FormModel, found: Record, only: tuple[str, ...] | None = None) -> dict[str, Any]:
    """Return a record; `only` limits its values to the fields asked for."""
    return record_json(model, found, only)


def written(model: FormModel, done: Submitted) -> dict[str, Any]:
    """Return what a write answers: the record, the verdict and what the rules found."""
    return record(model, done.record) | {
        "outcome": done.outcome,
        "findings": findings(done.decision),
        "prompts": [one.rule for one in done.prompts],
    }


def findings(decision: Decision | None) -> list[dict[str, Any]]:
    """Return the rules that fired or could not be checked."""
    if decision is None:
        return []
    return [_finding(one) for one in decision.spoken if one.result != "false"]


def _finding(one: Finding) -> dict[str, Any]:
    return {
        "rule": one.rule,
        "class": one.rule_class,
        "result": one.result,
        "title": words(one.title),
        "say": words(one.say),
        "fields": list(one.fields),
    }


def event(one: Event) -> dict[str, Any]:
    """Return one entry of a record's journal."""
    return {
        "seq": one.seq,
        "kind": one.kind,
        "at": iso(one.at),
        "actor": one.actor,
        "via": one.via,
        "step": one.step,
        "seen": one.seen,
        "reported": one.reported,
        "reason": one.reason,
        "decision": one.decision,
        "body": dict(one.body),
    }


def head(one: RecordHead) -> dict[str, Any]:
    """Return one record under a tracking code."""
    shown = {
        "form": one.form,
        "id": one.id,
        "code": one.code,
        "tracking": one.tracking,
        "state": one.state,
        "updated_at": iso(one.updated_at),
        "label": one.label,
    }
    return shown if one.updated_at != NEVER else shown | {"updated_at": None}


def form(model: FormModel, steps: list[str]) -> dict[str, Any]:
    """Return a form with the steps that the caller may take."""
    it: Form = model.form
    return {
        "id": it.id,
        "title": words(it.title),
        "group": words(it.group) if it.group is not None else None,
        "help": words(it.help) if it.help is not None else None,
        "key": it.key,
        "name": it.name,
        "states": [
            {"id": state.id, "title": words(state.title), "final": state.final}
            for state in it.states
        ],
        "steps": [
            {
                "id": step,
                "title": words(model.steps[step].title),
                "reason": model.steps[step].reason,
            }
            for step in steps
        ],
        "href": f"{BASE}/{it.id}",
    }


def forms(catalog: Catalog, actor: Actor) -> list[dict[str, Any]]:
    """Return the forms that an actor may read."""
    may = catalog.access.may
    return [
        form(
            narrowed(model, catalog.access.scope(actor, name).unseen),
            [step for step in model.steps if may(actor, step, name)],
        )
        for name, model in catalog.forms.items()
        if may(actor, "read", name)
    ]
