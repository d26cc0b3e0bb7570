"""The hands of a step: the facts of its run, and the doors of the product."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from seamline.catalog import Catalog
from seamline.connector import AskPerson, Connector
from seamline.facts import Actor, Event
from seamline.forms import facts_from_json
from seamline.forms.facing import facts_json
from seamline.formulas.functions import NOW, TODAY
from seamline.pipelines import FORMULA, Came
from seamline.problems import Problem, Refused
from seamline.scope import MOMENT, Scope
from seamline.store import Unit
from seamline.text import Text
from seamline.workdays import due

from .. import addresses, migrate, notices, papers, sharing
from ..desk import Desk
from ..submit import MAX_KEY, Submission, submit, submit_in
from .asking import beginning
from .compiling import PLACE, Ready
from .seeing import ORIGIN, condition, found, seen

# Opens a connection by its name, for as long as a step needs it.
Connect = Callable[[str, ExitStack], Connector]


class _Undone(Exception):
    """Takes a trial's transaction back."""


@dataclass(slots=True)
class Facts:
    """What a run knows: by step (and `record`, `slot`, ...) its names and plain values."""

    known: dict[str, dict[str, Any]]

    def flat(self, names: Sequence[str]) -> dict[str, Any]:
        """Return some of it by its whole names."""
        picked = {}
        for name in names:
            head, _dot, rest = name.partition(".")
            picked[name] = self.known.get(head, {}).get(rest)
        return picked

    def all(self) -> dict[str, Any]:
        """Return all of it by its whole names."""
        return {
            f"{head}.{name}": value
            for head, values in self.known.items()
            for name, value in values.items()
        }


@dataclass(slots=True)
class StepHands:
    """What one step of one run works with; `trial` leaves nothing behind."""

    desk: Desk
    catalog: Catalog
    ready: Ready
    actor: Actor
    step: str
    facts: Facts
    run: str
    about: Mapping[str, str]
    clock: Callable[[], datetime]
    connect: Connect
    trial: bool = False
    place: str = ""
    opened: ExitStack = field(default_factory=ExitStack)

    @property
    def key(self) -> str:
        """Return the key of the operation under way."""
        key = f"{self.run}/{self.place}"
        if len(key) <= MAX_KEY:
            return key
        return hashlib.sha256(key.encode()).hexdigest()

    @property
    def record(self) -> tuple[str, str] | None:
        """Return form and id of the record that set the run off, if one did."""
        form, record = self.about.get("form", ""), self.about.get("record", "")
        return (form, record) if record else None

    def now(self) -> datetime:
        """Return the present moment, aware UTC."""
        return self.clock()

    def _scope(self) -> Scope:
        return self.ready.scopes[self.step]

    def _typed(self, names: Sequence[str]) -> dict[str, Any]:
        facts: dict[str, Any] = dict(facts_from_json(self._scope(), self.facts.flat(names)))
        now = self.clock()
        here = facts[MOMENT] = now.astimezone(self.catalog.zone)
        facts[NOW], facts[TODAY] = now, here.date()
        return facts

    def _computed(self, written: str) -> Any:
        formula = self.ready.formula(self.step, written)
        return formula.compute(self._typed(sorted(formula.needs)))

    def value(self, written: Any) -> Any:
        """Return a constant as it stands, or what a formula gives, as plain JSON."""
        if isinstance(written, str) and written.startswith(FORMULA):
            return facts_json(self._computed(written))
        return facts_json(written)

    def rows(self, name: str) -> Sequence[Mapping[str, Any]]:
        """Return the rows of a sub-table, or those looked up, as plain facts."""
        head, _dot, rest = name.partition(".")
        return self.facts.known.get(head, {}).get(rest) or ()

    def of_row(self, alias: str, row: Mapping[str, Any], written: Any) -> Any:
        """Return what `value` does, where a row is known by its alias."""
        self.facts.known[alias] = dict(row)
        try:
            return self.value(written)
        finally:
            del self.facts.known[alias]

    def moment(self, written: Any) -> datetime | None:
        """Return a formula's day or moment, or one that is written; a day at its beginning."""
        given = written
        if isinstance(written, str):
            given = (
                self._computed(written)
                if written.startswith(FORMULA)
                else datetime.fromisoformat(written)
            )
        return beginning(given, self.catalog.zone)

    def holds(self, condition: Any) -> bool | None:
        """Return whether a condition is true, None where it cannot be told."""
        check, names = self.ready.check(self.step, condition)
        return check(self._typed(sorted(names)))

    def words(self, text: Text) -> str:
        """Return a text in the workspace's language, its `{names}` filled."""
        return self._filled(text).in_(self.catalog.language)

    def _filled(self, text: Text) -> Text:
        facts = self.facts.all()
        zh, en = (PLACE.sub(lambda m: _shown(facts, m[1], m[0]), one) for one in (text.zh, text.en))
        return Text(zh, en)

    def later(self, span: timedelta, working: bool) -> datetime:
        """Return when a span from now is over, in working time where that is asked for."""
        calendar = self.catalog.calendar if working else None
        return due(calendar, self.clock(), span, self.catalog.zone)

    def seen_again(self) -> dict[str, Any] | None:
        """Return the record of the run as it stands now, None where it is not there."""
        return seen(self.desk, self.actor, *self.record) if self.record is not None else None

    def renew(self, facts: Mapping[str, Any]) -> None:
        """Let conditions and formulas see the record of the run as it has been seen again."""
        self.facts.known["record"] = dict(facts)

    def find(
        self, form: str, where: Any, sort: Sequence[str], limit: int
    ) -> list[Mapping[str, Any]]:
        """Return records as plain facts, as far as the pipeline's account may see them."""
        typed = facts_from_json(self._scope(), self.facts.all())
        node = condition(self.catalog, form, where, typed)
        return found(self.desk, self.actor, form, node, sort, limit)

    def submit(
        self,
        form: str,
        step: str,
        record: str,
        values: Mapping[str, Any],
        reason: str,
        only_if_changed: bool = False,
    ) -> Mapping[str, Any]:
        """Take a step of a record through the one door, once."""
        asked = Submission(
            form, step, values, record=record, reason=reason, idempotency_key=self.key,
            only_if_changed=only_if_changed,
        )  # fmt: skip
        if self.trial:
            return self._tried(asked)
        try:
            done = submit(self.desk, self.actor, ORIGIN, asked)
        except Refused:
            # Done before its result was kept, and asked for otherwise since.
            kept = self._kept()
            if kept is None:
                raise
            return kept
        return _submitted(done.record, done.outcome)

    def _kept(self) -> Mapping[str, Any] | None:
        """Return what came of this act before, None where it was not done."""
        with self.desk.store.reading() as unit:
            kept = unit.idempotency.find(self.actor.id, self.key)
            if kept is None:
                return None
            record = unit.records.get(self.catalog.forms[kept.form].tables, kept.record)
        return _submitted(record, "passed") if record is not None else {}

    def _tried(self, asked: Submission) -> Mapping[str, Any]:
        """Let the door judge a submission, and take back what it did."""
        answer: dict[str, Any] = {}
        try:
            with self.desk.store.unit() as unit:
                done = submit_in(unit, self.catalog, self.actor, ORIGIN, asked)
                answer = {
                    **_submitted(done.record, done.outcome),
                    "would": {"step": f"{asked.form}.{asked.step}", "values": dict(asked.values)},
                }
                raise _Undone
        except _Undone:
            return answer

    def migrate(self, map: str) -> Mapping[str, Any]:
        """Carry a migration out by its map, or on where it was stopped; return what it came to."""
        wanted = migrate.map_named(self.desk, map)
        begun = migrate.start(self.desk, self.actor, wanted, migrate.Given())
        done = migrate.run(self.desk, self.actor, begun.id, force=True)
        equal = bool(done.report.get("equal"))
        return {"taken": done.taken, "renewed": done.renewed, "bad": done.bad, "equal": equal}

    def take_in(self, form: str, source: str, files: Sequence[Came]) -> Mapping[str, Any]:
        """Put files into the inbox of papers of a form."""
        repeated = 0
        for one in files:
            given = one.content, one.name, one.media_type
            taken = papers.take_in(self.desk, self.actor, form, *given, source, one.named)
            repeated += taken.repeated
        return {"papers": len(files) - repeated, "repeated": repeated}

    def share(self, page: str) -> tuple[str, Sequence[str]]:
        """Return a progress link of the run's record, and what papers stand behind it."""
        form, record = self.record or ("", "")
        shared = sharing.share(self.desk, self.actor, ORIGIN, page, form, record)
        return shared.address, shared.papers

    def connection(self, name: str) -> Connector:
        """Return an open connection; raises AskPerson where there is none of that name."""
        return self.connect(name, self.opened)

    def reach(self, connection: str, names: Sequence[str]) -> Mapping[str, str]:
        """Return by name where a channel reaches it, nothing for an account without address."""
        return addresses.reach(self.desk, connection, names)

    def tell(self, roles: Sequence[str], people: Sequence[str], text: Text) -> int:
        """Put a notice before people; return how many got it."""
        say = self._filled(text)

        def work(unit: Unit) -> dict[str, Any]:
            body = {"roles": list(roles), "people": list(people), "say": say}
            event = unit.journal.append(self._event("told", body))
            told = notices.tell(
                unit, self.catalog, event, "pipeline", say, roles=roles, people=people
            )
            return {"reached": len(told)}

        return int(self._once(work)["reached"])

    def log(self, kind: str, body: Mapping[str, Any]) -> None:
        """Write an entry about the record of the run into the journal, once."""

        def work(unit: Unit) -> dict[str, Any]:
            unit.journal.append(self._event(kind, body))
            return {}

        if self.record is not None and not self.trial:
            self._once(work)

    def _once(self, work: Callable[[Unit], dict[str, Any]]) -> dict[str, Any]:
        """Do something in the database once, whatever becomes of the process: its result stays."""
        with self.desk.store.unit() as unit:
            kept = unit.idempotency.find(self.actor.id, self.key)
            if kept is not None:
                return dict(kept.body)
            made = work(unit)
            unit.idempotency.keep(self.actor.id, self.key, "", "", "", made)
        return made

    def _event(self, kind: str, body: Mapping[str, Any]) -> Event:
        form, record = self.record or ("", "")
        facts = self.facts.known.get("record", {})
        return Event(
            kind=kind, at=self.clock(), actor=self.actor.id, via=ORIGIN.via, form=form,
            record=record, code=str(facts.get("_code") or ""),
            tracking=str(facts.get("_tracking") or ""),
            step=f"{self.ready.pipeline.id}.{self.step}", body={**body, "run": self.run},
        )  # fmt: skip


def no_connection(name: str, _opened: ExitStack) -> Connector:
    """Say that nothing is connected: for a workspace without connections."""
    raise AskPerson(
        Problem(
            "no_connection",
            Text(f"没有名为“{name}”的连接。", f"There is no connection called '{name}'."),
            hint=Text("请先建立这个连接。", "Set the connection up first."),
        )
    )


def _shown(facts: Mapping[str, Any], name: str, written: str) -> str:
    if name not in facts:
        return written
    value = facts[name]
    return "—" if value is None else str(value)


def _submitted(record: Any, outcome: str) -> dict[str, Any]:
    return {
        "_id": record.id, "_code": record.code, "_state": record.state, "outcome": outcome,
        "_version": record.version,
    }  # fmt: skip
