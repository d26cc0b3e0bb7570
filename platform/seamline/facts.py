"""What happened: records, decisions and events, as frozen data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal, TypeAlias

from .text import Text

Truth = Literal["true", "false", "unknown"]
RuleClass = Literal["hard", "soft", "review"]
Outcome = Literal["passed", "reminded", "held", "refused"]
Held = Literal["", "pending", "returned"]
Way = Literal["form", "api", "import", "pipeline", "pda", "mcp", "cli", "seed", "public"]


@dataclass(frozen=True, slots=True)
class Party:
    """The record that an account stands for, a supplier's say: its form, id, key and name.

    `facts` are the values of it that conditions of roles name (`_me.grade`), by field.
    """

    form: str
    id: str
    key: str
    label: str = ""
    facts: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person, a token's owner or the system itself.

    `scopes` of None means everything the roles allow; otherwise only the named API scopes.
    `party` is the record that the account stands for, if any.
    """

    id: str
    name: str
    roles: tuple[str, ...]
    scopes: frozenset[str] | None = None
    language: str = "zh"
    party: Party | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Which way a write came in, and from which device.

    `seen` is the address the server saw (a gateway's, behind NAT); `reported` is what the device
    says of itself. Both are kept, because neither alone is proof.
    """

    via: Way
    seen: str = ""
    reported: str = ""


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference to a record of another form; `key` is its business key or code."""

    key: str
    id: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class GeoPoint:
    """A place on earth in WGS 84 degrees; `accuracy` in metres, 0 where not known."""

    latitude: float
    longitude: float
    accuracy: float = 0.0


@dataclass(frozen=True, slots=True)
class Capture:
    """What a device says of a picture it took: where, with what, when.

    `live` is the one-time word that the server gave the page for the frames of its own camera.
    """

    place: GeoPoint | None = None
    device: str = ""
    taken_at: datetime | None = None
    live: str = ""


@dataclass(frozen=True, slots=True)
class FileRef:
    """A stored file: `sha256` names the bytes, `size` counts them.

    `capture` is what came with it; it is never stored with the record.
    """

    sha256: str
    name: str
    media_type: str
    size: int
    capture: Capture | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a sub-table; `id` is empty until it is stored."""

    values: Mapping[str, Value]
    id: str = ""


Value: TypeAlias = (
    "str | int | bool | Decimal | date | datetime | timedelta | Ref | GeoPoint | "
    "tuple[str, ...] | tuple[FileRef, ...] | tuple[Row, ...] | None"
)


@dataclass(frozen=True, slots=True)
class Record:
    """A stored record of a form: its values by field id, and what the platform adds.

    `unseen` names what was taken out because its reader may not see it: `price`, `lines.price`,
    `_created_by`.
    """

    form: str
    id: str
    code: str
    tracking: str
    state: str
    held: Held
    revision: int
    version: int
    values: Mapping[str, Value]
    created_at: datetime
    created_by: str
    updated_at: datetime
    updated_by: str
    archived_at: datetime | None = None
    unseen: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Clause:
    """One leaf of a condition as it was evaluated: `lines[2].qty < stock: 4 < 3 -> false`."""

    path: str
    operator: str
    left: object
    right: object
    result: Truth


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule found: it fired (`true`), could not be checked (`unknown`), or not.

    A finding in `shadow` is of a rule on trial: kept for comparison, without any effect.
    """

    rule: str
    rule_class: RuleClass
    title: Text
    result: Truth
    say: Text
    fields: tuple[str, ...] = ()
    trace: tuple[Clause, ...] = ()
    shadow: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """The verdict over one step of one record, with the facts it saw."""

    id: str
    step: str
    ruleset: str
    ruleset_version: str
    outcome: Outcome
    findings: tuple[Finding, ...]
    facts: Mapping[str, object]

    @property
    def spoken(self) -> tuple[Finding, ...]:
        """What the rules in force have found: everything but the rules on trial."""
        return tuple(finding for finding in self.findings if not finding.shadow)


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the journal, as it is to be appended (`seq` and hashes are set by the store).

    `nonce` is chance in what the hash covers: nobody learns an entry by guessing at its hash.
    """

    kind: str
    at: datetime
    actor: str
    via: str
    form: str = ""
    record: str = ""
    code: str = ""
    tracking: str = ""
    step: str = ""
    seen: str = ""
    reported: str = ""
    reason: str = ""
    decision: str = ""
    body: Mapping[str, object] = field(default_factory=dict)
    nonce: str = ""
    seq: int = 0
    previous_hash: str = ""
    hash: str = ""

    @classmethod
    def on(
        cls,
        record: Record,
        kind: str,
        at: datetime,
        actor: str,
        origin: Origin,
        *,
        step: str = "",
        reason: str = "",
        decision: str = "",
        body: Mapping[str, object],
    ) -> Event:
        """Return the entry of what somebody did to a record, or said of it."""
        return cls(
            kind=kind,
            at=at,
            actor=actor,
            via=origin.via,
            form=record.form,
            record=record.id,
            code=record.code,
            tracking=record.tracking,
            step=step,
            seen=origin.seen,
            reported=origin.reported,
            reason=reason,
            decision=decision,
            body=body,
        )
