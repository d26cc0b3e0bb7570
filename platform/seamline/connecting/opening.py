"""A connection opened: its connector at work, and whatever leaves it made fit to be shown."""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from seamline.connector import AskPerson, Connector, GiveUp, Setback
from seamline.problems import Refused
from seamline.store import Store

from .addresses import Allowed
from .context import Given, Turns, scrubbed
from .discovery import Kind, broken
from .memory import StoreMemory
from .references import SecretReader
from .sealing import Seal


@dataclass(frozen=True, slots=True)
class Setup:
    """How one connection is set up: its settings, references to its secrets, where it may go."""

    connection: str
    settings: Mapping[str, Any]
    secrets: Mapping[str, str]
    allowed: Allowed
    turns: Turns | None = None


@contextmanager
def opened(
    kind: Kind, setup: Setup, store: Store, seal: Seal, reader: SecretReader
) -> Iterator[Connector]:
    """Open a connection and close it afterwards.

    Setbacks leave without the secrets of the connection in them; what the connector raises
    otherwise leaves as GiveUp with the file and line, and AskPerson where it cannot even be loaded.
    """
    try:
        connect = kind.connect()
    except Refused as refused:
        raise AskPerson(refused.problems[0]) from None
    memory = StoreMemory(store, seal, setup.connection)
    titles = {one.name: one.title for one in kind.manifest.settings}
    given = Given(
        setup.connection, setup.allowed, memory, setup.secrets, reader, setup.turns, titles=titles
    )
    try:
        connector = connect(kind.manifest.filled(setup.settings), given)
        try:
            yield connector
        finally:
            connector.close()
    except Setback as setback:
        setback.problem = scrubbed(setback.problem, given.hidden())
        setback.args = (setback.problem.line("en"),)
        raise setback from None
    except Exception as error:
        if not _of(kind, error):
            raise
        problem = scrubbed(broken(error, kind.folder, kind.manifest.name), given.hidden())
        raise GiveUp(problem, effect="unknown") from None
    finally:
        given.close()


def _of(kind: Kind, error: BaseException) -> bool:
    """Say whether it is the connector that raised an error, not whoever works with it."""
    frames = traceback.extract_tb(error.__traceback__)
    return any(frame.filename.startswith(kind.folder) for frame in frames)


def allowed_hosts(
    kind: Kind, settings: Mapping[str, Any], more: tuple[str, ...]
) -> tuple[str, ...]:
    """Return the hosts a connection may call: those of its connector, of its settings, and more."""
    found = [*kind.manifest.hosts, *more]
    for setting in kind.manifest.settings:
        word = settings.get(setting.name)
        if isinstance(word, str) and setting.law.get("format") in ("uri", "hostname"):
            found.append(urlsplit(word if "://" in word else f"//{word}").hostname or "")
    return tuple(dict.fromkeys(host for host in found if host))
