"""A form ready to use: what the door, the pages and the API ask of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

from seamline import clock
from seamline.conditions.node import Node, moored, timely
from seamline.facts import Value
from seamline.fields import Reading
from seamline.metadata import Form, Step
from seamline.problems import Problem
from seamline.scope import MOMENT, Scope
from seamline.store.tables import FormTables

from .facing import Facing, facts_json
from .finishing import Finisher
from .parts import FieldModel, Found, ReferenceUse, Values, moved
from .reading import Reader

_NO_SYSTEM: Mapping[str, Value] = {}


@dataclass(frozen=True, slots=True)
class FormModel:
    """One form, compiled; frozen and shared by every request.

    `fields` holds every field by its path (`qty`, `lines.qty`). `steps` holds every business
    step, the built-in ones filled in. `references` says which records a write has to find, and
    what it needs of them. `codes` are the fields that the door fills from sequences. Days are those
    of `zone`. Of a form as somebody sees it, `unseen` names what is hidden and `unfilled` what they
    may not fill.
    """

    form: Form
    fields: Mapping[str, FieldModel]
    steps: Mapping[str, Step]
    references: tuple[ReferenceUse, ...]
    scope: Scope
    tables: FormTables
    codes: tuple[str, ...]
    reader: Reader
    finisher: Finisher
    facing: Facing
    unseen: frozenset[str] = frozenset()
    unfilled: frozenset[str] = frozenset()
    zone: tzinfo = UTC

    def read(
        self,
        raw: Mapping[str, Any],
        step: Step,
        before: Mapping[str, Value] | None,
        reading: Reading,
    ) -> tuple[Values, list[Problem]]:
        """Return the values that a step leads to, and every problem of what came in.

        `raw` is JSON or form-decoded data. Without `before` the record is new and defaults
        apply; otherwise only the fields in `raw` are replaced, a sub-table whole. References come
        out as `Ref(key=word)`, still to be looked up.
        """
        return self.reader.read(raw, step, before, reading)

    def finish(
        self,
        values: dict[str, Value],
        found: Found,
    ) -> list[Problem]:
        """Complete `values` in place and return every problem.

        `found` holds, by path of the reference and key of the record, the values that
        `references` asks for. Lookups and formulas are filled, fields whose condition to show is
        not true are emptied, then what is required and missing is named. Values that `read` gave
        know whose day `today()` is, and only the fields that their step may change are required.
        """
        return self.finisher.finish(values, found)

    def facts(
        self,
        values: Mapping[str, Value],
        found: Found,
        system: Mapping[str, Value] = _NO_SYSTEM,
    ) -> dict[str, object]:
        """Return the record as one flat mapping for conditions, rules and formulas.

        It says when it is looked at: at a `_moment` that `system` gives, else now.
        """
        facts: dict[str, object] = self.facing.facts(values, found)
        facts[MOMENT] = self.moment()
        facts.update(system)
        return facts

    def moment(self, at: datetime | None = None) -> datetime:
        """Return a moment (now where None) in the zone whose days conditions count."""
        return (at or clock.now()).astimezone(self.zone)

    def moored(self, node: Node) -> Node:
        """Return a condition on the records as it reads now, ready for the database."""
        return moored(node, self.moment()) if timely(node) else node

    def to_json(
        self,
        values: Mapping[str, Value],
        only: Collection[str] | None = None,
        unseen: Collection[str] = frozenset(),
    ) -> dict[str, Any]:
        """Return the values as JSON, every field (or those of `only`) named, missing ones null.

        Fields and columns of `unseen` are not named.
        """
        return self.facing.showing(only, unseen).values(values)

    def changes(
        self,
        old: Mapping[str, Value],
        new: Mapping[str, Value],
        names: Collection[str] | None = None,
    ) -> dict[str, list[Any]]:
        """Return the fields that stand otherwise, each with what it was and what it is, as JSON.

        What is equal as it stands is equal as JSON: long sub-tables are not written out to compare.
        `names` are those that are not equal, where they are known.
        """
        names = moved(old, new) if names is None else names
        was, now = self.to_json(old, names), self.to_json(new, names)
        pairs = {name: [was.get(name), now.get(name)] for name in names}
        return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}

    def labels(
        self,
        values: Mapping[str, Value],
        only: Collection[str] | None = None,
        unseen: Collection[str] = frozenset(),
    ) -> dict[str, str]:
        """Return what the records referred to are called: `customer`, `lines[2].material`."""
        return self.facing.showing(only, unseen).labels(values)

    def facts_json(self, facts: Mapping[str, object]) -> dict[str, Any]:
        """Return facts as plain JSON, to be kept with a decision."""
        kept: dict[str, Any] = facts_json(facts)
        return kept
