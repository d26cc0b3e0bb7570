"""One transaction, and everything that can be done in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from sqlalchemy import Connection

from .accounts import Accounts
from .addresses import Addresses
from .baselines import Baselines
from .batch import Batch
from .bindings import Bindings
from .changes import Changes
from .connections import Connections
from .decisions import Decisions
from .deliveries import Deliveries
from .designs import Designs
from .drafts import Drafts
from .figures import Figures
from .files import Files
from .happenings import Happenings
from .idempotency import Idempotency
from .imports import Imports
from .journal import Journal
from .links import Links
from .locks import Locks
from .marks import Marks
from .matches import Matches
from .migrating import Migrations
from .mirrors import Mirrors
from .notices import Notices
from .outbox import Outbox
from .packages import Packages, bump_catalog, catalog_version, hold_catalog
from .papers import Papers
from .pasts import Pasts
from .people import People
from .pinned import Pinned
from .promises import Promises
from .prompts import Prompts
from .proofs import Proofs
from .records import Records
from .remembered import Remembered
from .reviews import Reviews
from .rollouts import Rollouts
from .samples import Samples
from .sequences import Sequences
from .sessions import Sessions
from .switches import Switches
from .timers import Timers
from .views import Views


class Unit:
    """One transaction and everything that can be done in it; `writes` is False on a reader."""

    def __init__(self, connection: Connection, files: Path | None, writes: bool) -> None:
        self.connection = connection
        self.writes = writes
        self._folder = files
        self.batch = Batch(connection)

    @cached_property
    def records(self) -> Records:
        """The records of every form."""
        return Records(self.connection, self.writes, self.batch)

    @cached_property
    def decisions(self) -> Decisions:
        """Verdicts with the facts they saw."""
        return Decisions(self.connection, self.batch)

    @cached_property
    def journal(self) -> Journal:
        """The journal of events."""
        return Journal(self.connection, self.decisions.hash_of, self.batch)

    @cached_property
    def outbox(self) -> Outbox:
        """Messages that leave after the commit."""
        return Outbox(self.connection, self.batch)

    @cached_property
    def timers(self) -> Timers:
        """Messages that leave when their moment comes."""
        return Timers(self.connection)

    @cached_property
    def pinned(self) -> Pinned:
        """Versions of pipelines that runs have begun with."""
        return Pinned(self.connection)

    @cached_property
    def sequences(self) -> Sequences:
        """Gapless numbers."""
        return Sequences(self.connection, self.batch)

    @cached_property
    def idempotency(self) -> Idempotency:
        """What came of submissions that may be sent twice."""
        return Idempotency(self.connection, self.writes)

    @cached_property
    def reviews(self) -> Reviews:
        """What waits for a person."""
        return Reviews(self.connection)

    @cached_property
    def papers(self) -> Papers:
        """Papers that wait to become records."""
        return Papers(self.connection)

    @cached_property
    def links(self) -> Links:
        """Secret addresses of single records."""
        return Links(self.connection)

    @cached_property
    def locks(self) -> Locks:
        """Acts that are closed on records."""
        return Locks(self.connection, self.batch)

    @cached_property
    def matches(self) -> Matches:
        """Records that belong together by a correlation, as long as they do."""
        return Matches(self.connection)

    @cached_property
    def notices(self) -> Notices:
        """What people should hear of."""
        return Notices(self.connection)

    @cached_property
    def addresses(self) -> Addresses:
        """Where people are reached and known outside."""
        return Addresses(self.connection)

    @cached_property
    def deliveries(self) -> Deliveries:
        """Notices on their way out."""
        return Deliveries(self.connection)

    @cached_property
    def people(self) -> People:
        """What people follow and prefer."""
        return People(self.connection, self.batch)

    @cached_property
    def sessions(self) -> Sessions:
        """Browsers in which somebody is signed in."""
        return Sessions(self.connection)

    @cached_property
    def bindings(self) -> Bindings:
        """Versions as they stood when lines were bound to them."""
        return Bindings(self.connection)

    @cached_property
    def promises(self) -> Promises:
        """What was promised and is still to be delivered."""
        return Promises(self.connection)

    @cached_property
    def accounts(self) -> Accounts:
        """Users and tokens."""
        return Accounts(self.connection)

    @cached_property
    def packages(self) -> Packages:
        """Installed packages."""
        return Packages(self.connection)

    @cached_property
    def changes(self) -> Changes:
        """Local changes of installed documents."""
        return Changes(self.connection)

    @cached_property
    def designs(self) -> Designs:
        """Drafts of packages."""
        return Designs(self.connection)

    @cached_property
    def pasts(self) -> Pasts:
        """What packages said before their upgrades."""
        return Pasts(self.connection)

    @cached_property
    def rollouts(self) -> Rollouts:
        """Publications, and how far they are."""
        return Rollouts(self.connection)

    @cached_property
    def samples(self) -> Samples:
        """Records that are samples."""
        return Samples(self.connection)

    @cached_property
    def switches(self) -> Switches:
        """The switches of the rules."""
        return Switches(self.connection)

    @cached_property
    def prompts(self) -> Prompts:
        """How often people were shown reminders."""
        return Prompts(self.connection, self.batch)

    @cached_property
    def happenings(self) -> Happenings:
        """The journal by what its entries are about."""
        return Happenings(self.connection)

    @cached_property
    def marks(self) -> Marks:
        """What changed the configuration, and when."""
        return Marks(self.connection)

    @cached_property
    def baselines(self) -> Baselines:
        """Frozen baselines of measures."""
        return Baselines(self.connection)

    @cached_property
    def figures(self) -> Figures:
        """Figures of measures for periods that are over."""
        return Figures(self.connection)

    @cached_property
    def views(self) -> Views:
        """The views of lists that people saved."""
        return Views(self.connection)

    @cached_property
    def drafts(self) -> Drafts:
        """Forms that people have begun to fill."""
        return Drafts(self.connection)

    @cached_property
    def proofs(self) -> Proofs:
        """Photos that are proof."""
        return Proofs(self.connection)

    @cached_property
    def imports(self) -> Imports:
        """Imports and how far they have come."""
        return Imports(self.connection)

    @cached_property
    def connections(self) -> Connections:
        """Connections to other systems: what is set here, and how they fare."""
        return Connections(self.connection)

    @cached_property
    def mirrors(self) -> Mirrors:
        """How far mirrors have read, and what they have taken over."""
        return Mirrors(self.connection)

    @cached_property
    def remembered(self) -> Remembered:
        """What connections remember, secrets among it, sealed."""
        return Remembered(self.connection)

    @cached_property
    def migrations(self) -> Migrations:
        """Migrations, how far they are and what they took over."""
        return Migrations(self.connection)

    @cached_property
    def files(self) -> Files:
        """Stored files."""
        return Files(self.connection, self._folder)

    def catalog_version(self) -> int:
        """Return the version of everything installed; switches count by themselves."""
        return catalog_version(self.connection)

    def bump_catalog(self) -> int:
        """Raise that version, so that every process reads its catalog again; return the new one."""
        return bump_catalog(self.connection)

    def hold_catalog(self) -> None:
        """Let nobody else begin or end a publication until this transaction ends."""
        hold_catalog(self.connection)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo what is done inside where it fails, and let the transaction go on."""
        with self.connection.begin_nested():
            yield
