"""A case that happened, made into a scenario: what was there, what was asked, what came of it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from seamline.catalog import Catalog
from seamline.facts import Actor, Decision, Event, Record
from seamline.metadata import Field, Form
from seamline.package.scenario_checks import FILLED, NOT_HELD
from seamline.store import Unit
from seamline.testing.comparing import same
from seamline.usecases.masking import FILES, Mask

Data = dict[str, Any]
_PLAIN = re.compile(r"[a-z_][a-z0-9_]*")
_WORDS = ("true", "false", "null", "yes", "no", "on", "off", "y", "n")
_WAYS = ("form", "api", "import", "pipeline", "pda", "mcp", "cli")
_EVENTS = 10_000  # of one record, more than any has


@dataclass(slots=True)
class Case:
    """One verdict being told as a scenario; `mask` stands between it and the stored data."""

    unit: Unit
    catalog: Catalog
    actor: Actor
    decision: Decision
    event: Event
    mask: Mask
    given: dict[tuple[str, str], Data] = field(default_factory=dict)

    @property
    def form(self) -> Form:
        """The form of the record that was judged."""
        return self.catalog.forms[self.decision.step.partition(".")[0]].form

    @property
    def id(self) -> str:
        """The id of the scenario, which tells nothing of the record."""
        seal = hashlib.sha256(self.decision.id.encode()).hexdigest()[:8]
        return f"case_{self.decision.step.replace('.', '_')}"[:31] + f"_{seal}"

    def document(self) -> str:
        """Return the scenario as YAML."""
        when = self._when()  # finds what has to be given
        step = self.catalog.forms[self.form.id].steps[when["step"]].title
        title = {"zh": f"{self.form.title.zh}·{step.zh}(真实案例，已脱敏)",
                 "en": f"{self.form.title.en}: {step.en} (a real case, masked)"}  # fmt: skip
        lines = ["seamline: 1", f"scenario: {self.id}", f"title: {_flow(title)}"]
        if self.given:
            lines += ["given:", *(f"  - {_flow(one)}" for one in self.given.values())]
        if switches := self._switches():
            lines.append(f"switches: {_flow(switches)}")
        lines += ["when:", *(f"  {key}: {_flow(value)}" for key, value in when.items())]
        lines += ["then:", *(f"  {key}: {_flow(value)}" for key, value in self._then().items())]
        return "\n".join(lines) + "\n"

    def _when(self) -> Data:
        form, step = self.form, self.decision.step.partition(".")[2]
        at = self.event.at.astimezone(self.catalog.zone)
        when: Data = {"form": form.id, "step": step, "as": self._role(form.id, step),
                      "at": f"{at:%Y-%m-%d %H:%M}"}  # fmt: skip
        seen = self._written(form, self.decision.facts)
        self._refer(form, seen, self.decision.facts)
        if step != "create":
            when["record"] = f"{form.id}_1"
        if asked := self._masked(form, self._asked(form, step, seen)):
            when["values"] = asked
        if self.event.reason:
            when["reason"] = self.mask.text(self.event.reason)
        if self.event.via in _WAYS:
            when["via"] = self.event.via
        if confirmed := self.event.body.get("confirmed"):
            when["confirm"] = confirmed
        return when

    def _then(self) -> Data:
        rules = self.catalog.rules[self.decision.step].rules
        spoken = {one.rule: one.result for one in self.decision.spoken}
        then: Data = {"outcome": self.decision.outcome}
        for key, result in (("fired", "true"), ("unchecked", "unknown")):
            then[key] = [rule for rule, found in spoken.items() if found == result]
        then["not_fired"] = [one.rule.id for one in rules if one.rule.id not in spoken]
        if self.decision.outcome != "refused":
            then["held"] = "pending" if self.decision.outcome == "held" else NOT_HELD
        return {key: value for key, value in then.items() if value != [] or key == "fired"}

    def _switches(self) -> dict[str, bool]:
        keys = {one.key for one in self.catalog.rules[self.decision.step].rules}
        return {key: on for key, on in self.catalog.switches.items() if key in keys}

    def _role(self, form: str, step: str) -> str:
        """Return a role of whoever it was that may take the step, else any that may."""
        access = self.catalog.access
        user = self.unit.accounts.user(self.event.actor)
        for role in (*(user.roles if user is not None else ()), *access.roles):
            if access.may(Actor("", "", (role,)), step, form):
                return str(role)
        return "administrator"

    def _asked(self, form: Form, step: str, seen: Data) -> Data:
        """Return what the step was to write, of what the verdict saw."""
        allowed = self.catalog.forms[form.id].steps[step].fields
        fields = [one for one in form.fields
                  if one.id in seen and (allowed is None or one.id in allowed)]  # fmt: skip
        if step == "create":
            fields = [one for one in fields
                      if seen[one.id] is not None or one.required or one.default is not None
                     ]  # fmt: skip
            return {one.id: seen[one.id] for one in fields}
        return self._changed(form, {one.id: seen[one.id] for one in fields})

    def _changed(self, form: Form, asked: Data) -> Data:
        """Give the record as it was before; return only what the step was to change of it."""
        before, state = self._before()
        old = self._written(form, before)
        self._refer(form, old, {})
        one: Data = {"form": form.id, "as": f"{form.id}_1"}
        if state:
            one["state"] = state
        one["values"] = self._masked(form, old, whole=True)
        self.given[form.id, self.event.record] = one
        return {name: value for name, value in asked.items() if not same(value, old.get(name))}

    def _before(self) -> tuple[Data, str]:
        """Return values and state of the record before the event, from its journal."""
        values: Data = {}
        state = ""
        told = self.unit.journal.of_record(self.form.id, self.event.record, _EVENTS)
        for event in reversed(told):
            if event.seq >= self.event.seq:
                break
            body: Mapping[str, Any] = event.body
            values |= body.get("values", {})
            values |= {name: now for name, (_, now) in body.get("changes", {}).items()}
            state = body.get("state", ("", state))[1]
        return values, state

    def _refer(self, form: Form, values: Data, facts: Mapping[str, Any]) -> None:
        """Give every record that values refer to, with what the facts saw of it."""
        for one in form.fields:
            rows, seen = values.get(one.id), facts.get(one.id)
            if one.kind == "reference" and rows:
                self._give(str(one.settings["to"]), str(rows), _under(facts, one.id))
            for number, row in enumerate(rows or ()) if one.kind == "table" else ():
                there = seen[number] if isinstance(seen, list) and number < len(seen) else {}
                for column in one.fields:
                    if column.kind == "reference" and row.get(column.id):
                        form_id, word = str(column.settings["to"]), str(row[column.id])
                        self._give(form_id, word, _under(there, column.id))

    def _give(self, form_id: str, word: str, seen: Mapping[str, Any]) -> None:
        model = self.catalog.forms[form_id]
        self.catalog.access.require(self.actor, "read", form_id)
        record = self.unit.records.get(model.tables, word)
        if record is None or (form_id, record.id) in self.given:
            return
        values = self._written(model.form, {**model.to_json(record.values), **seen})
        self.given[form_id, record.id] = {}  # so that a circle ends here
        self._refer(model.form, values, {})
        del self.given[form_id, record.id]  # what it refers to stands before it
        self.given[form_id, record.id] = self._told(record, model.form, values, seen)

    def _told(self, record: Record, form: Form, values: Data, seen: Mapping[str, Any]) -> Data:
        one: Data = {"form": form.id}
        if form.key is None:
            one["as"] = self._alias(form, record)
        state = seen.get("_state") or record.state
        if state and form.states and state != form.states[0].id:
            one["state"] = state
        if seen.get("_locked"):
            one["locks"] = ["order_taking"]
        return one | {"values": self._masked(form, values, whole=True)}

    def _alias(self, form: Form, record: Record) -> str:
        known = [key for key in self.given if key[0] == form.id]
        number = 2 if form.id == self.form.id else 1  # the first is the record itself
        return f"{form.id}_{len(known) + number}"

    def _written(self, form: Form, values: Mapping[str, Any]) -> Data:
        """Return the values that people write, not those that the platform fills."""
        return dict(_written(form.fields, values))

    def _masked(self, form: Form, values: Data, whole: bool = False) -> Data:
        """Return masked values; with `whole` what is empty is left out of them."""
        masked: Data = {}
        for one in form.fields:
            if one.id not in values:
                continue
            value = values[one.id]
            if one.kind == "table":
                masked[one.id] = [
                    {c.id: self._cell(form, c, row[c.id]) for c in one.fields
                     if row.get(c.id) is not None}
                    for row in value or ()
                ]  # fmt: skip
            elif value is not None or not whole or one.required:
                masked[one.id] = self._cell(form, one, value)
        return masked

    def _cell(self, form: Form, one: Field, value: Any) -> Any:
        if one.kind == "reference" and value is not None:
            target = self.catalog.forms[str(one.settings["to"])]
            record = self.unit.records.get(target.tables, str(value))
            known = self.given.get((target.form.id, record.id)) if record is not None else None
            if known and "as" in known:
                return known["as"]
        return self.mask.value(form, one, value)


def _written(fields: Iterable[Field], values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for one in fields:
        value = values.get(one.id)
        if one.kind in FILLED:
            continue
        if one.kind == "table":
            yield one.id, [dict(_written(one.fields, row)) for row in value or ()]
        elif one.kind in FILES and isinstance(value, list):
            yield one.id, len(value) or None  # facts know the number of files
        else:
            yield one.id, value


def _under(facts: Mapping[str, Any], name: str) -> Data:
    """Return what was seen of a referenced record: `customer.credit_line` as `credit_line`."""
    head = f"{name}."
    return {key.removeprefix(head): value for key, value in facts.items() if key.startswith(head)}


def _flow(value: Any) -> str:
    """Return plain data as one line of YAML."""
    if isinstance(value, Mapping):
        return (
            "{" + ", ".join(f"{_flow(str(key))}: {_flow(one)}" for key, one in value.items()) + "}"
        )
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value not in _WORDS:
        return value
    return json.dumps(value, ensure_ascii=False)
