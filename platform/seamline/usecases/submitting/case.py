"""One submission on its way through the door."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from seamline import clock
from seamline.catalog import Catalog
from seamline.facts import Actor, Decision, Event, Finding, Origin, Outcome, Record, Row, Value
from seamline.fields.kind import Reading
from seamline.forms import FormModel, moved
from seamline.metadata import Step
from seamline.problems import Problem, Problems, Refused
from seamline.store import Found, Unit
from seamline.store.papers import PaperRow

from ..paperwork.offered import Offered
from .exhibit import Developed, Exhibit

NO_VERSION = "no_version_applies"
_PLAIN = frozenset({str, int, bool, Decimal, date, datetime, type(None)})


@dataclass(frozen=True, slots=True)
class Submission:
    """What somebody asks for: one step of one record, with values as they came in.

    `record` is empty on create, otherwise an id, code or key. `confirmed` holds the ids of the
    duplicate checks a person has looked at. `match` names, per reference path, the target's field
    that the word identifies (its key where absent). `idempotency_key` makes a repeated submission
    answer like the first. `only_if_changed` lets a change that alters no value pass unnoticed.
    `entry` is the short way by which the form was opened, where it was one; its switch decides.
    `opened_at` is when the server first showed the form; `typing` is how long somebody was at it,
    as the browser says.
    `mirror` is the connection whose mirror asks: it has the say of what its system owns.
    `paper` is the paper that a new record is made from; its doubts are confirmed as `read:` paths.
    `late` says that it has happened already, out of reach: what would be refused is held instead.
    """

    form: str
    step: str
    values: Mapping[str, Any] = field(default_factory=dict)
    record: str = ""
    expected_version: int | None = None
    reason: str = ""
    confirmed: frozenset[str] = frozenset()
    idempotency_key: str = ""
    match: Mapping[str, str] = field(default_factory=dict)
    only_if_changed: bool = False
    opened_at: datetime | None = None
    typing: timedelta | None = None
    late: bool = False
    entry: str = ""
    mirror: str = ""
    paper: str = ""


@dataclass(frozen=True, slots=True)
class Submitted:
    """What came of a submission; `repeated` when it had been answered before, or changed nothing
    and was to be kept only if it did: then `event` is the newest of the record.

    `prompts` are the reminders to put before the person now; what goes beyond a person's day is
    only marked on the record.
    """

    record: Record
    decision: Decision | None
    event: Event
    repeated: bool = False
    prompts: tuple[Finding, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """The verdict of the step's rules; `passed` where the step has none."""
        return self.decision.outcome if self.decision is not None else "passed"


class RefusedByRules(Refused):
    """A hard rule said no; the decision and the event are still to be kept by the caller.

    `case` is the refused submission: what its rules lock is locked nevertheless.
    """

    def __init__(
        self, problems: tuple[Problem, ...], decision: Decision, event: Event, case: Case
    ) -> None:
        super().__init__(problems, 422)
        self.decision = decision
        self.event = event
        self.case = case


@dataclass(slots=True)
class Case:
    """The working state of one submission inside its transaction.

    `unseen` are the names of the record that are hidden from the actor, `unfilled` those of its
    fields that he may not fill in this step. `exhibits` are new photos that have to be proof,
    looked at and not yet kept.
    """

    unit: Unit
    catalog: Catalog
    actor: Actor
    origin: Origin
    asked: Submission
    model: FormModel
    step: Step
    before: Record | None
    at: datetime = field(default_factory=clock.now)
    values: dict[str, Value] = field(default_factory=dict)
    found: dict[str, dict[str, Found]] = field(default_factory=dict)
    problems: Problems = field(default_factory=Problems)
    unseen: frozenset[str] = frozenset()
    unfilled: frozenset[str] = frozenset()
    # What the journal's entry says beyond what follows from the values.
    told: dict[str, object] = field(default_factory=dict)
    exhibits: list[Exhibit] = field(default_factory=list)
    # Photos made ready before the transaction opened, by field and digest; each is used once.
    ready: dict[tuple[str, str], Developed] = field(default_factory=dict)
    # The paper it is made from, and how each value that was read of it is settled.
    paper: tuple[PaperRow, tuple[Offered, ...]] | None = None
    # What is wrong with a late submission: it is held for it.
    doubts: tuple[Problem, ...] = ()

    @property
    def creates(self) -> bool:
        """Whether the submission makes a new record."""
        return self.step.id == "create"

    @property
    def looked_up(self) -> dict[str, dict[str, Mapping[str, Value]]]:
        """What the references lead to: by path and key, the fields asked for."""
        return {
            path: {word: found.values for word, found in words.items()}
            for path, words in self.found.items()
        }

    @property
    def altered(self) -> bool:
        """Whether the submission would leave the record other than it was."""
        before = self.before
        if before is None or self.step.to not in (None, before.state) or before.held == "returned":
            return True
        # What is equal as it stands is equal as JSON, and a plain value that is not is not.
        return any(
            {type(self.values.get(name)), type(before.values.get(name))} <= _PLAIN
            or self.bare(self.values, (name,)) != self.bare(before.values, (name,))
            for name in moved(before.values, self.values)
        )

    def bare(
        self, values: Mapping[str, Value], only: Collection[str] | None = None
    ) -> dict[str, Any]:
        """Return values without the ids of rows: rows sent anew with equal cells are the same."""
        names = values if only is None else only
        bare: dict[str, Value] = {name: values.get(name) for name in names}
        for name, value in bare.items():
            if isinstance(value, tuple) and value and isinstance(value[0], Row):
                rows = (row for row in value if isinstance(row, Row))
                bare[name] = tuple(replace(row, id="") for row in rows)
        return self.model.to_json(bare, only)

    @property
    def business_step(self) -> str:
        """The step's name across forms: `sales_order.create`."""
        return f"{self.model.form.id}.{self.step.id}"

    @property
    def reading(self) -> Reading:
        """How values are read: the actor's language, the workspace's zone."""
        return Reading("zh" if self.actor.language == "zh" else "en", self.catalog.zone)
