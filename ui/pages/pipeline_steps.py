"""What stands behind a step of a pipeline: the system it calls, and what its last runs came to."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from seamline.connector import Entity, Member
from seamline.jobs.run import Run
from seamline.package.sources import kind_of_path
from seamline.problems import Refused
from seamline.scope import Scope, ValueType
from seamline.usecases import runs
from seamline.usecases.design import Design
from seamline.usecases.designing import trying
from seamline.usecases.editing.wording import data_of
from seamline.usecases.pipelining.places import id_of
from seamline.usecases.secret_store import CONNECT

from ..designing.naming import Row
from ..session import actor, catalog, desk, language
from .connecting import KINDS
from .runs import run_shown

RUNS_LOOKED_AT = 6
MOST_SHOWN = 600  # characters of what a step came to
# What a member of another system is filled from, by its kind.
TYPES: Mapping[str, ValueType] = {
    "text": "text", "integer": "number", "decimal": "number", "boolean": "boolean",
    "date": "date", "datetime": "datetime",
}  # fmt: skip


def asked(one: Design, settings: Any, *, anew: bool = False) -> dict[str, Any] | None:
    """Return what the system behind a step has, as far as is known; None for a step without one.

    Only who sets connections up may ask it `anew`; where it cannot be reached, `said` says why,
    and one goes on with the names one knows.
    """
    connection = settings.get("connection") if isinstance(settings, Mapping) else None
    if not isinstance(connection, str) or not connection:
        return None
    data = next((found for path, text in one.texts.items()
                 if kind_of_path(path) == "connection"
                 and (found := data_of(text, path)).get("connection") == connection),
                None)  # fmt: skip
    may = catalog().access.may(actor(), CONNECT, "*")
    told: dict[str, Any] = {"name": connection, "may": may and data is not None, "said": ""}
    entities: Sequence[Entity] | None = trying.remembered(data) if data is not None else None
    if anew and data is not None:
        try:
            entities = trying.described(desk(), actor(), data, anew=True)
        except Refused as refused:
            told["said"] = refused.problems[0].sentence(language())
    entity = settings.get("entity")
    return told | {
        "known": entities is not None,
        "entities": tuple(entities or ()),
        "entity": next((one for one in entities or () if one.name == entity), None),
    }


def members_known(key: str, entity: Entity, scope: Scope) -> list[Row]:
    """Return a row for each member of an entity that a mapping may name, with what likely fills it.

    Of what is written, only members that may be written are offered; lines are made of rows, and
    to what a call gives only a type is said.
    """
    members = [one for one in entity.members if (one.kind == "rows") == (key == "lines")]
    writable = key == "values" and any(one.writable for one in members)
    likely = _likely(members, scope) if key not in ("gives", "lines") else {}
    return [
        Row(one.name, one.title.in_(language()), KINDS[one.kind].in_(language()), one.required,
            suggestion=likely.get(one.name, ""), offered=one.writable or not writable)
        for one in members
    ]  # fmt: skip


def _likely(members: Sequence[Member], scope: Scope) -> dict[str, str]:
    """Return what likely fills members: something of a like name and of their type."""
    found: dict[str, str] = {}
    for one in members:
        wanted = {_bare(one.name), _bare(one.title.zh), _bare(one.title.en)}
        for name, type_ in scope.types.items():
            if type_ == TYPES.get(one.kind) and _bare(name.rpartition(".")[2]) in wanted:
                found.setdefault(one.name, f"={name}")
    return found


def _bare(word: str) -> str:
    return "".join(letter for letter in word.casefold() if letter.isalnum())


def lately(id_: str, found: Sequence[Run], stopped: Sequence[Run]) -> dict[str, Any]:
    """Return what the last runs came to at a step, and those that wait there for a person."""
    return {
        "waiting": [run_shown(one) for one in stopped if step_of(one) == id_],
        "passed": list(_passed(id_, found)),
    }


def step_of(run: Run) -> str:
    """Return the step at which a run has stopped."""
    return id_of(str(run.about.get("at", "")))


def _passed(id_: str, found: Sequence[Run]) -> Iterator[dict[str, Any]]:
    for run, step in runs.passed(desk(), desk().runs, actor(), found[:RUNS_LOOKED_AT], id_):
        text = json.dumps(step.result, ensure_ascii=False, indent=1)
        yield {
            "run": run_shown(run),
            "ok": not step.why,
            "why": [one.get(language(), "") for one in step.why],
            "out": text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…",
        }
