"""The seam to other systems: what a connector is, what it is given, and how it says what is next.

A connector is a folder `connectors/<name>/` (or an installed distribution with the entry point
group `seamline.connectors`) holding `connector.json`, its manifest, and a module with `connect`.
It knows one other system and nothing of this one: forms, rules and records are not its business.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from socket import socket
from typing import Any, Literal, Protocol, runtime_checkable

from .problems import Problem
from .text import Text

GROUP = "seamline.connectors"  # of entry points
MANIFEST = "connector.json"

Capability = Literal["read", "write", "send", "receive", "sign_in"]
MemberKind = Literal[
    "text", "integer", "decimal", "boolean", "date", "datetime", "file", "json", "rows"
]
Cursor = Mapping[str, Any]  # plain JSON; only the connector that made it reads it


class Setback(Exception):
    """Something at the other system did not go as asked; the four subclasses say what is next.

    `problem` is what people read. `effect` is "none" where the other system certainly did
    nothing, "unknown" where the answer got lost after the request had left.
    """

    def __init__(self, problem: Problem, effect: Literal["none", "unknown"] = "none") -> None:
        self.problem = problem
        self.effect = effect
        super().__init__(problem.line("en"))


class Retry(Setback):
    """The same call may succeed later: after `after`, or when back-off says so."""

    def __init__(
        self,
        problem: Problem,
        after: timedelta | None = None,
        effect: Literal["none", "unknown"] = "none",
    ) -> None:
        self.after = after
        super().__init__(problem, effect)


class AskPerson(Setback):
    """A person has to mend something (a value, a right, a setting) before it is tried again."""


class GiveUp(Setback):
    """It can never succeed as asked; the call ends as failed and stays to be seen."""


class Skip(Setback):
    """There is nothing to do: the other system already is as asked, or the thing is gone."""


@dataclass(frozen=True, slots=True)
class Member:
    """One field of an entity of the other system; `rows` are the members of its lines."""

    name: str
    kind: MemberKind
    title: Text
    required: bool = False
    writable: bool = False
    rows: tuple[Member, ...] = ()


@dataclass(frozen=True, slots=True)
class Entity:
    """A kind of thing the other system has: what may be read, and what may be done to it.

    `key` names the members that identify one; `operations` are the words `write` takes
    (`create`, `update`, `submit`, ...); `since` says that changes can be read from a cursor.
    `wrong` is what a person has to mend before it can be read; its members are unknown till then.
    """

    name: str
    title: Text
    key: tuple[str, ...]
    members: tuple[Member, ...]
    readable: bool = True
    since: bool = False
    operations: tuple[str, ...] = ()
    wrong: Problem | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a check looked at: whether it is as it should be, and what to do if not."""

    title: Text
    ok: bool
    say: Text
    hint: Text | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One thing as it stands in the other system; `values` are empty where it was deleted.

    `key` identifies it for good, `version` is the other system's mark of this state of it. A
    connector that can say so cheaply gives a `mark` of everything it read: what has an equal one
    is equal, and its `values` need not be made.
    """

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)
    version: str = ""
    deleted: bool = False
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A bounded piece of reading: what changed, where to go on, and how old it is.

    `cursor` is given back to the next reading; `more` says that something waits already;
    `as_of` is the moment the other system stood so, aware UTC; `restart` says that the cursor
    given was of another life of the system (a restored backup) and reading began anew.
    """

    changes: tuple[Change, ...]
    cursor: Cursor
    more: bool
    as_of: datetime
    restart: bool = False


@dataclass(frozen=True, slots=True)
class Write:
    """Something to be done in the other system exactly once, however often it is asked for.

    `key` is the same in every attempt and in no other act. `target` is the key of the thing it
    is about (empty to create one); `expects` are values that must still stand there.
    """

    entity: str
    operation: str
    key: str
    values: Mapping[str, Any]
    target: str = ""
    expects: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What came of a write: the other system's name of the thing, and whether it stood already."""

    reference: str
    at: datetime
    repeated: bool = False
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Message:
    """A message to people: its words, or a template of the provider with ordered parameters.

    `to` are addresses in the channel's own terms (user ids, phone numbers). `template` names an
    entry of the connection's settings; `options` are what the channel knows beyond that.
    """

    key: str
    to: tuple[str, ...]
    title: str = ""
    text: str = ""
    link: str = ""
    template: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Delivery:
    """How far a message got to one address.

    `accepted` is what a provider says at once; only a receipt makes it `delivered` or `failed`.
    """

    to: str
    state: Literal["accepted", "delivered", "failed", "unknown"]
    reference: str = ""
    why: Text | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Incoming:
    """A request the other system sent to the address of a connection."""

    method: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Happening:
    """Something the other system told of: the trigger `topic`, once per `key`."""

    topic: str
    key: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Taken:
    """What an incoming request amounts to, and what is answered once that is stored."""

    happenings: tuple[Happening, ...] = ()
    status: int = 200
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is in the other system."""

    id: str
    name: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer as it came: header names in lower case, repeated ones joined by commas."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def retry_after(self) -> timedelta | None:
        """Return how long the other side asks to wait, where it says so in seconds (RFC 9110)."""
        word = self.headers.get("retry-after", "")
        return timedelta(seconds=int(word)) if word.isdecimal() else None


class Http(Protocol):
    """A client that keeps connections, guards against private addresses and bounds everything.

    Raises Retry where no whole answer came (`effect` says whether the request had left), and
    GiveUp where the address is not one this connection may call. A status is not judged here.
    """

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        json: object = None,
        body: bytes | None = None,
        timeout: float | None = None,
    ) -> Answer:
        """Return the answer to a request; `timeout` in seconds."""


class Memory(Protocol):
    """What a connection remembers between calls and processes: tokens, sessions, cool-downs."""

    def get(self, name: str) -> Any:
        """Return what was put under a name and has not expired, or None."""

    def put(self, name: str, value: Any, expires: timedelta | None = None) -> None:
        """Keep plain data under a name; it is stored encrypted."""

    def drop(self, name: str) -> None:
        """Forget a name."""

    def alone(self, name: str) -> AbstractContextManager[None]:
        """Let one caller in at a time, over all processes, so that one of them refreshes."""


class Context(Protocol):
    """What a connector is given beside its settings."""

    @property
    def connection(self) -> str:
        """Return the id of the connection."""

    @property
    def http(self) -> Http:
        """Return the guarded HTTP client of the connection."""

    @property
    def memory(self) -> Memory:
        """Return what the connection remembers."""

    def dial(self, host: str, port: int, timeout: float) -> socket:
        """Return a TCP connection to a host that may be called, for protocols beside HTTP.

        Raises GiveUp where it may not be called, Retry where it cannot be reached.
        """

    def secret(self, name: str) -> str:
        """Return a secret the settings refer to; raises AskPerson where it cannot be read."""

    def now(self) -> datetime:
        """Return the present moment, aware UTC."""


@runtime_checkable
class Connector(Protocol):
    """A connection to another system, opened by `connect(settings, context)` of its folder.

    Every method may raise one of the four setbacks and nothing else.
    """

    def check(self) -> Sequence[Finding]:
        """Return what a person should know before relying on it: reach, rights, versions, clock."""

    def describe(self) -> Sequence[Entity]:
        """Return what the other system has, as far as this connection may see it."""

    def close(self) -> None:
        """Give back what it holds; it is not used afterwards."""


@runtime_checkable
class Reads(Connector, Protocol):
    """A connector with the capability `read`."""

    def read(self, entity: str, since: Cursor | None, limit: int) -> Page:
        """Return up to `limit` changes after a cursor; None begins from everything."""

    def find(self, entity: str, key: str) -> Change | None:
        """Return one thing as it stands now, or None."""


@runtime_checkable
class Writes(Connector, Protocol):
    """A connector with the capability `write`."""

    def write(self, order: Write) -> Receipt:
        """Do something exactly once; asked again with the same key, say what came of it."""


@runtime_checkable
class Sends(Connector, Protocol):
    """A connector with the capability `send`: a channel to people."""

    def send(self, message: Message) -> Sequence[Delivery]:
        """Hand over a message and return how far it got, per address."""

    def delivery(self, reference: str) -> Sequence[Delivery]:
        """Return what became of a message that was accepted."""


@runtime_checkable
class Receives(Connector, Protocol):
    """A connector with the capability `receive`: the other system calls us."""

    def receive(self, request: Incoming) -> Taken:
        """Return what a request amounts to; raises GiveUp where it is not from that system."""


@runtime_checkable
class SignsIn(Connector, Protocol):
    """A connector with the capability `sign_in`."""

    def entrance(self, back: str, state: str, inside: bool) -> str:
        """Return where to send a browser; `inside` is the other system's own client."""

    def identify(self, code: str) -> Identity:
        """Return who came back with a code; a code serves once."""


@runtime_checkable
class SignsPages(Connector, Protocol):
    """A connector whose system has a client of its own, which lets signed pages use the device."""

    def page(self, url: str) -> Mapping[str, str]:
        """Return what the page at `url` tells the client: ids, nonce, timestamp, signatures."""


def pages(connector: Reads, entity: str, since: Cursor | None, limit: int) -> Iterator[Page]:
    """Yield pages until nothing more waits."""
    more = True
    while more:
        page = connector.read(entity, since, limit)
        yield page
        since, more = page.cursor, page.more
