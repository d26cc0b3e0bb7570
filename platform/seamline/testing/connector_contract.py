"""What every connector has to keep, for authors of connectors: three lines make it their test.

    class TestMine(ConnectorContract):
        connector = "mine"

Where the connector needs settings, secrets or another system to talk to, override `case`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from seamline.connecting import (
    Allowed,
    Kind,
    Network,
    Seal,
    SecretReader,
    Setup,
    allowed_hosts,
    discovered,
    opened,
)
from seamline.connector import (
    Change,
    Connector,
    Cursor,
    Message,
    Page,
    Reads,
    Receives,
    Sends,
    Setback,
    SignsIn,
    Write,
    Writes,
)
from seamline.documents import Document, Mark
from seamline.schema import check_given
from seamline.store import Store, open_store
from seamline.text import Text

PROTOCOLS: Mapping[str, type] = {
    "read": Reads, "write": Writes, "send": Sends, "receive": Receives, "sign_in": SignsIn,
}  # fmt: skip
PIECE = 2  # changes of a page, to see where pages meet
MOST_PAGES = 10_000


def _nothing() -> None: ...


@dataclass(frozen=True, slots=True)
class Case:
    """What a connector is tested with.

    `secrets` are the secrets themselves. `change` alters something in the other system, of which
    `changed` are the keys by entity; `cut` makes that system unreachable meanwhile. `orders` may
    be carried out, and `effects` counts how often one has taken effect over there. `messages` may
    be sent.
    """

    settings: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    network: Network = "public"
    hosts: tuple[str, ...] = ()
    change: Callable[[], None] = _nothing
    changed: Mapping[str, frozenset[str]] = field(default_factory=dict)
    cut: Callable[[], AbstractContextManager[None]] | None = None
    orders: Sequence[Write] = ()
    effects: Callable[[Write], int] | None = None
    messages: Sequence[Message] = ()


class ConnectorContract:
    """The laws of connectors; `connector` is the name of the one that is tested."""

    connector: str = ""

    @pytest.fixture
    def kind(self) -> Kind:
        """Return the connector as it is found."""
        found = discovered()
        assert self.connector in found.kinds, [one.line("en") for one in found.problems]
        return found.kinds[self.connector]

    @pytest.fixture
    def case(self) -> Case:
        """Return what the connector is tested with; override it."""
        return Case()

    @pytest.fixture
    def memory_store(self, tmp_path: Path) -> Iterator[Store]:
        """Return an empty store, in which connections remember."""
        store = open_store(f"sqlite:///{tmp_path / 'memory.db'}")
        store.upgrade()
        yield store
        store.close()

    @pytest.fixture
    def connect(self, kind: Kind, case: Case, memory_store: Store) -> Opening:
        """Return what opens the connection anew, as a process that was restarted does."""
        return opening(kind, case, memory_store)

    def test_its_manifest_is_true(self, kind: Kind, case: Case, connect: Opening) -> None:
        """It has each capability that it names, and no other; the settings fit their schema."""
        document = Document("settings", case.settings, Mark(0, 0, {}, {}))
        problems = check_given(kind.manifest.law(), document, (), case.settings)
        assert [one.line("en") for one in problems] == []
        assert set(case.secrets) <= set(kind.manifest.secrets)
        with connect() as connector:
            able = {word for word, of in PROTOCOLS.items() if isinstance(connector, of)}
        assert able == set(kind.manifest.capabilities)

    def test_a_check_says_what_it_found_and_what_to_do(self, connect: Opening) -> None:
        """Each finding is said in both languages, and one that is wrong says what to do."""
        with connect() as connector:
            findings = connector.check()
        assert findings
        for one in findings:
            assert said(one.title) and said(one.say)
            assert one.ok or (one.hint is not None and said(one.hint)), one.title.en

    def test_what_it_describes_is_sound(self, connect: Opening) -> None:
        """Names are there once, keys are members, and it promises nothing it cannot do."""
        with connect() as connector:
            entities = connector.describe()
            able = (isinstance(connector, Reads), isinstance(connector, Writes))
        names = [entity.name for entity in entities]
        assert len(names) == len(set(names))
        for entity in entities:
            members = [member.name for member in entity.members]
            assert said(entity.title) and len(members) == len(set(members))
            assert not entity.readable or (able[0] and entity.key)
            assert set(entity.key) <= set(members), entity.name
            assert able[1] or not entity.operations

    def test_reading_has_no_gap_and_no_repetition(self, connect: Opening) -> None:
        """Pages meet exactly, also where the connection is opened anew between them."""
        for entity in readable(connect):
            whole = [mark(one) for page in every(connect, entity, 10_000) for one in page.changes]
            assert len(whole) == len(set(whole)), entity
            pieces: list[Mark2] = []
            for page in every(connect, entity, PIECE):
                assert len(page.changes) <= PIECE
                pieces += [mark(one) for one in page.changes]
            assert pieces == whole, entity

    def test_reading_goes_on_where_it_ended(self, connect: Opening, case: Case) -> None:
        """After the last page there is nothing, and after a change there is what changed."""
        ends = {
            entity: every(connect, entity, 10_000)[-1].cursor for entity in incremental(connect)
        }
        for entity, cursor in ends.items():
            assert every(connect, entity, 10_000, cursor)[0].changes == (), entity
        case.change()
        for entity, cursor in ends.items():
            pages = every(connect, entity, PIECE, cursor)
            found = [one.key for page in pages for one in page.changes]
            assert set(found) == case.changed.get(entity, frozenset()), entity
            assert len(found) == len(set(found)), entity

    def test_what_was_read_can_be_found(self, connect: Opening) -> None:
        """One thing is found by the key that reading gave it, and a strange key finds nothing."""
        for entity in readable(connect):
            changes = every(connect, entity, 10_000)[0].changes
            with connect() as connector:
                assert isinstance(connector, Reads)
                for change in [one for one in changes if not one.deleted][:PIECE]:
                    found = connector.find(entity, change.key)
                    assert found is not None and found.values == change.values
                assert connector.find(entity, "no such key") is None

    def test_an_order_is_carried_out_once(self, connect: Opening, case: Case) -> None:
        """Asked again, also after a restart, it says what came of the first time."""
        for order in case.orders:
            receipts = []
            for _ in range(3):
                with connect() as connector:
                    assert isinstance(connector, Writes)
                    receipts.append(connector.write(order))
            assert [one.repeated for one in receipts] == [False, True, True], order.key
            assert len({one.reference for one in receipts}) == 1
            assert all(one.at.utcoffset() == timedelta(0) for one in receipts)
            assert case.effects is None or case.effects(order) == 1

    def test_every_address_of_a_message_gets_its_delivery(
        self, connect: Opening, case: Case
    ) -> None:
        """What is said of a message is said for each of those it was for."""
        for message in case.messages:
            with connect() as connector:
                assert isinstance(connector, Sends)
                deliveries = connector.send(message)
            assert sorted(one.to for one in deliveries) == sorted(message.to)
            for one in deliveries:
                assert one.state in ("accepted", "delivered") or one.why is not None

    def test_what_it_does_not_know_is_a_setback(self, connect: Opening) -> None:
        """An unknown thing is told in both languages, by one of the four setbacks."""
        with connect() as connector:
            for call in strange(connector):
                with pytest.raises(Setback) as raised:
                    call()
                assert said(raised.value.problem.say)

    def test_without_the_other_system_there_are_only_setbacks(
        self, connect: Opening, case: Case
    ) -> None:
        """Where the other system is away, nothing but setbacks comes, and a check still answers."""
        entities = readable(connect)
        with (case.cut or nullcontext)(), connect() as connector:
            if case.cut is not None:
                assert not all(one.ok for one in connector.check())
            for entity in entities if case.cut is not None else ():
                assert isinstance(connector, Reads)
                with pytest.raises(Setback):
                    connector.read(entity, None, PIECE)

    def test_no_secret_is_ever_said(
        self, connect: Opening, case: Case, caplog: pytest.LogCaptureFixture, capfd: Any
    ) -> None:
        """Neither findings, descriptions, errors, logs nor the connector's own words hold one."""
        heard: list[str] = []
        for hindrance in (nullcontext, case.cut or nullcontext):
            with hindrance(), attempts(connect) as (connector, tries):
                heard.append(repr(connector))
                for call in tries:
                    try:
                        heard.append(repr(call()))
                    except Setback as setback:
                        heard.append(f"{setback} {json.dumps(setback.problem.as_json())}")
        heard += [caplog.text, *capfd.readouterr()]
        for name, secret in case.secrets.items():
            assert not any(secret in words for words in heard), name


Opening = Callable[[], AbstractContextManager[Connector]]
Mark2 = tuple[str, str, bool]


def opening(kind: Kind, case: Case, store: Store, connection: str = "case") -> Opening:
    """Return what opens a connection of a case anew each time; it remembers in `store`."""
    environment = {f"CASE_{name.upper()}": value for name, value in case.secrets.items()}
    references = {name: f"env:CASE_{name.upper()}" for name in case.secrets}
    hosts = allowed_hosts(kind, case.settings, case.hosts)
    setup = Setup(connection, case.settings, references, Allowed(hosts, case.network))
    seal = Seal(b"contract" * 4)
    reader = SecretReader(store, seal, environment=environment)
    return lambda: opened(kind, setup, store, seal, reader)


def said(text: Text) -> bool:
    """Say whether a text says something in both languages."""
    return bool(text.zh.strip() and text.en.strip())


def mark(change: Change) -> Mark2:
    """Return by what one change is told from another."""
    return change.key, change.version, change.deleted


def readable(connect: Opening) -> list[str]:
    """Return the entities that can be read."""
    with connect() as connector:
        return [entity.name for entity in connector.describe() if entity.readable]


def incremental(connect: Opening) -> list[str]:
    """Return the entities whose changes can be read."""
    with connect() as connector:
        return [one.name for one in connector.describe() if one.readable and one.since]


def every(connect: Opening, entity: str, limit: int, since: Cursor | None = None) -> list[Page]:
    """Return all pages of an entity, each read by a connection opened anew, with a cursor that was
    stored meanwhile."""
    found: list[Page] = []
    while not found or found[-1].more:
        with connect() as connector:
            assert isinstance(connector, Reads)
            page = connector.read(entity, since, limit)
        assert page.as_of.utcoffset() == timedelta(0), "as_of is aware, in UTC"
        since = json.loads(json.dumps(page.cursor))
        found.append(page)
        assert len(found) < MOST_PAGES, "reading does not end"
        assert page.changes or not page.more, "a page that is empty has nothing after it"
    return found


def strange(connector: Connector) -> Iterator[Callable[[], object]]:
    """Yield calls about things that no system has."""
    if isinstance(connector, Reads):
        yield lambda: connector.read("no_such_entity", None, PIECE)
        yield lambda: connector.find("no_such_entity", "1")
    if isinstance(connector, Writes):
        yield lambda: connector.write(Write("no_such_entity", "create", "key-of-no-order", {}))


@contextmanager
def attempts(connect: Opening) -> Iterator[tuple[Connector, list[Callable[[], object]]]]:
    """Open the connection and give calls that succeed and calls that do not."""
    with connect() as connector:
        yield connector, [connector.check, connector.describe, *strange(connector)]
