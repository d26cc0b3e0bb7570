"""A stand-in as a person starts it, and as a test holds it in its hands."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from seamline.text import Text

from .bench import Bench
from .server import Server
from .service import Service


@dataclass(frozen=True)
class Reach:
    """What a connection needs to reach a stand-in: settings, secrets, and whom it knows there.

    `people` have an address and a phone number each. The secrets open nothing but the stand-in.
    """

    settings: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    people: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Ready:
    """A stand-in at work: what to tell a person, and how it is reached.

    `lacks` says what is to be installed on this machine before a connection can reach it.
    """

    says: Sequence[Text]
    reach: Reach = Reach()
    lacks: Text | None = None


class StandIn(Protocol):
    """What `seamline standin NAME` starts: `STANDIN` of `connectors/<connector>/standin/`."""

    @property
    def name(self) -> str:
        """The word after `seamline standin`."""

    @property
    def say(self) -> Text:
        """In one sentence, what it stands in for."""

    def configure(self, verb: argparse.ArgumentParser) -> None:
        """Declare the options it takes."""

    def stays(self, asked: argparse.Namespace) -> bool:
        """Return whether it goes on until stopped, rather than being done once it is open."""

    def beside(self, folder: Path) -> Sequence[str]:
        """Return its options beside a workspace to try out, with its files in `folder`."""

    def open(self, asked: argparse.Namespace) -> AbstractContextManager[Ready]:
        """Stand in until the context ends."""


class Running:
    """A stand-in at work: its address, and its control plane without a detour by HTTP."""

    def __init__(self, bench: Bench, services: Sequence[Service], port: int = 0) -> None:
        self.bench = bench
        self.services = {service.name: service for service in services}
        self.server = Server(bench, services, port)

    @property
    def url(self) -> str:
        """Where it answers, without a final slash."""
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def fault(self, fault: str, **rule: Any) -> None:
        """Let requests go wrong by a rule."""
        with self.bench.lock:
            self.bench.faults.add({"fault": fault, **rule})

    def heal(self) -> None:
        """Let everything go well again."""
        with self.bench.lock:
            self.bench.faults.clear()

    def requests(self) -> list[dict[str, Any]]:
        """Return the journal."""
        with self.bench.lock:
            return self.bench.journal.entries()

    def effects(self) -> list[str]:
        """Return every effect there was, in order."""
        with self.bench.lock:
            return self.bench.journal.effects()

    def advance(self, seconds: float) -> None:
        """Jump ahead in virtual time and wait for the calls that fell due."""
        with self.bench.lock:
            self.bench.clock.advance(seconds)
        self.bench.settle()

    def reset(self) -> None:
        """Let everything be as it was at the start."""
        self.server.control.reset()


Makers = Sequence[Callable[[Bench], Service]]


@contextmanager
def running(*makers: Callable[[Bench], Service], port: int = 0) -> Iterator[Running]:
    """Serve services on 127.0.0.1 (port 0: a free one) until the context ends.

    `known` is filled after the bench is made: a service takes the bench, a rule names a service.
    """
    known: dict[str, frozenset[str]] = {}
    bench = Bench(known)
    services = [make(bench) for make in makers]
    known.update({service.name: frozenset(service.faults) for service in services})
    found = Running(bench, services, port)
    found.server.start()
    try:
        yield found
    finally:
        found.server.stop()


def no_reach(url: str) -> Reach:
    """Return nothing: how it is reached is for whoever sets the connection up to say."""
    return Reach()


@dataclass(frozen=True)
class HttpStandIn:
    """The usual stand-in: services of HTTP on one port; `notes` say whom they let in.

    `reached` says how a connection gets to it, given its address.
    """

    name: str
    say: Text
    makers: Makers
    notes: tuple[Text, ...] = ()
    reached: Callable[[str], Reach] = no_reach

    def configure(self, verb: argparse.ArgumentParser) -> None:
        """Take `--port`."""
        verb.add_argument("--port", type=int, default=0, help="port (a free one)")

    def stays(self, asked: argparse.Namespace) -> bool:
        """Serve until stopped."""
        return True

    def beside(self, folder: Path) -> Sequence[str]:
        """Take a free port."""
        return ()

    @contextmanager
    def open(self, asked: argparse.Namespace) -> Iterator[Ready]:
        """Serve, and say where."""
        with running(*self.makers, port=asked.port) as found:
            where = Text("{u} 就绪；控制面 {u}/_sim/", "{u} is up; its controls are at {u}/_sim/")
            yield Ready([where.fill(u=found.url), *self.notes], self.reached(found.url))
