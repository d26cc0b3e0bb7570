"""Pipelines: from plain data to their metadata, and against everything they name."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from seamline.documents import Path
from seamline.formulas import parse as parse_formula
from seamline.metadata import Form, Pipeline
from seamline.pipelines import FORMULA, STEPS, TRIGGERS, Plan, under
from seamline.problems import Refused, did_you_mean
from seamline.registry import chosen
from seamline.scope import Scope, ValueType
from seamline.text import Text, written as text

from .computing import check_condition, scope_of
from .draft import Draft
from .page_checks import DraftNames

_PLACE = re.compile(r"\{([^{}]*)\}")
# What may also be in a document and changes nothing about what runs.
_SAID = ("title", "help", "enabled")


def built(data: Mapping[str, Any]) -> Pipeline:
    """Return a pipeline from data that passed the schema."""
    trigger = chosen(TRIGGERS, data["on"])
    return Pipeline(
        id=data["pipeline"],
        title=text(data["title"]),
        role=data["role"],
        trigger=trigger,
        on=TRIGGERS[trigger].read(data["on"][trigger]),
        steps=plans(data["steps"]),
        document=data,
        version=version_of(data),
        enabled=data.get("enabled", True),
        attempts=data.get("attempts", 8),
        priority=data.get("priority", 0),
        help=text(data["help"]) if "help" in data else None,
    )


def version_of(data: Mapping[str, Any]) -> str:
    """Return sixteen hexadecimal digits that change whenever what a pipeline does changes."""
    meant = {key: value for key, value in data.items() if key not in _SAID}
    plain = json.dumps(meant, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def plans(steps: Sequence[Mapping[str, Any]]) -> tuple[Plan, ...]:
    """Return steps as their kinds read them."""
    found = []
    for step in steps:
        kind = chosen(STEPS, step)
        found.append(Plan(step["id"], kind, STEPS[kind].read(step[kind], plans)))
    return tuple(found)


def check_pipelines(draft: Draft) -> None:
    """Check every pipeline of the package."""
    for sheet in draft.of_kind("pipeline"):
        pipeline: Pipeline = sheet.part
        data, names = sheet.document.data, StepNames(draft, sheet)
        names.role(("role",), pipeline.role)
        kind = TRIGGERS[pipeline.trigger]
        path: Path = ("on", pipeline.trigger)
        scope = Scope({})
        for name, gives in kind.check(data["on"][pipeline.trigger], path, names).items():
            scope = under(scope, name, gives)
        if any(("form", word) in draft.failed for word in _forms(data)):
            continue  # nothing is certain of what its steps name
        names.steps(("steps",), data["steps"], scope)


def _forms(data: Any) -> set[str]:
    """Return every form that a pipeline names, wherever it does."""
    found: set[str] = set()
    if isinstance(data, Mapping):
        if isinstance(data.get("form"), str):
            found.add(data["form"])
        parts: Sequence[Any] = list(data.values())
    else:
        parts = data if isinstance(data, list) else ()
    return found.union(*map(_forms, parts)) if parts else found


@dataclass(frozen=True, slots=True)
class StepNames(DraftNames):
    """Answers the questions of the checks of triggers and steps from the draft of the package.

    `seen` are the ids of the steps looked at so far.
    """

    seen: set[str] = field(default_factory=set)

    def scope_of(self, form: Form) -> Scope:
        """Return the names of a form, without sub-tables that no value stands for."""
        return scope_of(self.draft, form)

    def value(self, path: Path, written: Any, scope: Scope) -> ValueType | None:
        """Return the type of a formula; None for a constant, and for what is wrong (said)."""
        if not isinstance(written, str) or not written.startswith(FORMULA):
            return None
        try:
            formula = parse_formula(written[1:], scope, self.sheet.document.place(path))
        except Refused as refused:
            self.draft.problems.extend(refused.problems)
            return None
        return formula.type

    def migration(self, path: Path, word: str) -> None:
        """Ask whether a word names the map of a migration that reads from a connection."""
        maps = {one.id: one for package in self.draft.others for one in package.imports}
        maps |= {sheet.id: sheet.part for sheet in self.draft.of_kind("import")}
        known = [
            id_ for id_, one in maps.items() if one.takes_over is not None and one.takes_over.source
        ]
        if not self.draft.knows("import", word, known):
            self.draft.unknown(self.sheet, path, "import", word, known)

    def holds(self, path: Path, written: Any, scope: Scope) -> None:
        """Ask whether a condition fits the names and types of a scope."""
        check_condition(self.draft, self.sheet, path, written, scope)

    def words(self, path: Path, written: Any, scope: Scope) -> None:
        """Ask whether a text fills its `{names}` with something that is there."""
        both = [written] if isinstance(written, str) else [written["zh"], written["en"]]
        for name in dict.fromkeys(name for one in both for name in _PLACE.findall(one)):
            if name not in scope.types or scope.types[name] == "table":
                say = Text(f"没有“{name}”这个名称。", f"There is no '{name}'.")
                hint = did_you_mean(name, scope.types)
                self.tell(path, "unknown_name", say, hint, got=name)

    def _once(self, path: Path, id_: str, scope: Scope) -> None:
        """Ask whether an id is free: no two steps of a pipeline share one, wherever they lie."""
        if id_ in self.seen or any(name.startswith(f"{id_}.") for name in scope.types):
            say = Text(
                f"“{id_}”已经有了：换一个标识。", f"'{id_}' is there already: take another id."
            )
            self.tell(path, "duplicate_step", say, got=id_)
        self.seen.add(id_)

    def steps(self, path: Path, written: Sequence[Mapping[str, Any]], scope: Scope) -> Scope:
        """Check steps, each with the names that those before it give; return the scope after."""
        for index, step in enumerate(written):
            at = (*path, index)
            self._once((*at, "id"), step["id"], scope)
            kind = chosen(STEPS, step)
            gives = STEPS[kind].check(step[kind], (*at, kind), self, scope)
            scope = under(scope, step["id"], gives)
        return scope
