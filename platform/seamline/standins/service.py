"""What a stand-in for a service is: its routes, its state and the faults of its own."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Protocol

Args = Mapping[str, Any]


@dataclass
class Request:
    """One request as a service sees it; header names are in lower case."""

    service: str
    method: str
    path: str
    target: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    at: datetime
    words: Mapping[str, str] = field(default_factory=dict)
    faults: Mapping[str, Args] = field(default_factory=dict)

    @cached_property
    def data(self) -> Any:
        """The body as JSON, or None where it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


@dataclass(frozen=True)
class Answer:
    """What a service answers, and what it thereby did: no effect, or a sentence on each.

    A header with several values is sent once for each.
    """

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json; charset=utf-8"
    headers: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    effects: tuple[str, ...] = ()


Handler = Callable[[Request], Answer]
# A fault of a service's own: its answer in place of the usual one, or None to go on, the handler
# finding the fault under its name in `Request.faults`.
OwnFault = Callable[[Request, Args], Answer | None]


@dataclass(frozen=True)
class Route:
    """A method (`*`: any), a path with `{words}` and who answers.

    The body of a `secret` route never enters the journal: what is secret in it has no name.
    """

    method: str
    pattern: str
    handler: Handler
    secret: bool = False

    @cached_property
    def _shape(self) -> re.Pattern[str]:
        parts = re.split(r"\{(\w+)\}", self.pattern)
        return re.compile(
            "".join(
                f"(?P<{part}>[^/]+)" if odd % 2 else re.escape(part)
                for odd, part in enumerate(parts)
            )
        )

    def match(self, method: str, path: str) -> Mapping[str, str] | None:
        """Return the words of the path if this route answers it."""
        found = self._shape.fullmatch(path)
        return found.groupdict() if found and self.method in ("*", method) else None


class Service(Protocol):
    """A stand-in for one service; it is called by one thread at a time."""

    @property
    def name(self) -> str:
        """Its name in fault rules and in the journal."""

    @property
    def faults(self) -> Mapping[str, OwnFault]:
        """The faults of its own, by name."""

    def routes(self) -> Sequence[Route]:
        """Return what it answers."""

    def reset(self) -> None:
        """Go back to the state it started with."""


def json_answer(data: object, *, status: int = 200, effects: tuple[str, ...] = ()) -> Answer:
    """Return an answer of JSON."""
    body = json.dumps(data, ensure_ascii=False).encode()
    return Answer(status, body, effects=effects)


def text_answer(text: str, *, status: int = 200, kind: str = "text/plain") -> Answer:
    """Return an answer of text, or of HTML by `kind`."""
    return Answer(status, text.encode(), f"{kind}; charset=utf-8")
