"""What was wrong, where, and how to mend it: errors as data, collected and shown together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any, Literal

from .text import Text

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a problem stands: a file position, a path inside a document or record, or both.

    `path` names things by id: `fields[qty].kind` in a document, `lines[2].qty` in a record
    (rows counted from 1). `line` and `column` count from 1.
    """

    path: str = ""
    file: str = ""
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        spot = self.file
        if self.file and self.line:
            spot = f"{self.file}:{self.line}:{self.column}"
        return ": ".join(part for part in (spot, self.path) if part)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong.

    `code` is a stable snake_case name for programs; `say` states what was expected and what came;
    `hint` is the mending act; `got` is the value that came, shortened, never a secret.
    """

    code: str
    say: Text
    place: Place = Place()
    hint: Text | None = None
    got: str | None = None
    severity: Severity = "error"

    def at(self, place: Place) -> Problem:
        """Return the same problem at another place."""
        return replace(self, place=place)

    def sentence(self, language: str) -> str:
        """Return the problem with its mending act, without its place."""
        parts = [self.say.in_(language)]
        if self.hint is not None:
            parts.append(self.hint.in_(language))
        return ("" if language == "zh" else " ").join(parts)

    def line(self, language: str) -> str:
        """Return `file:line:col: path: sentence` as one line of text."""
        place = str(self.place)
        return f"{place}: {self.sentence(language)}" if place else self.sentence(language)

    def as_json(self) -> dict[str, Any]:
        """Return the problem as plain data, with both languages."""
        data: dict[str, Any] = {
            "code": self.code,
            "severity": self.severity,
            "path": self.place.path,
            "message": {"zh": self.sentence("zh"), "en": self.sentence("en")},
        }
        if self.place.file:
            data |= {"file": self.place.file, "line": self.place.line, "column": self.place.column}
        if self.got is not None:
            data["got"] = self.got
        return data


@dataclass(slots=True)
class Problems:
    """A growing list of problems, kept in the order they were found."""

    found: list[Problem] = field(default_factory=list)

    def add(self, problem: Problem) -> None:
        """Keep one more problem."""
        self.found.append(problem)

    def extend(self, problems: Iterable[Problem]) -> None:
        """Keep several more problems."""
        self.found.extend(problems)

    def __bool__(self) -> bool:
        return bool(self.found) and any(one.severity == "error" for one in self.found)

    def __iter__(self) -> Iterator[Problem]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)

    def sorted(self) -> tuple[Problem, ...]:
        """Return the problems by file and position."""
        return tuple(sorted(self.found, key=lambda p: (p.place.file, p.place.line, p.place.column)))

    def raise_if_any(self) -> None:
        """Raise `Refused` with every problem, if one of them is an error."""
        if self:
            raise Refused(self.sorted())


class Refused(Exception):
    """Input was refused whole; `problems` says why, all of it at once.

    `status` is the HTTP status that fits: 400 unreadable, 403 not allowed, 404 unknown,
    409 conflict or possible duplicate, 412 version moved on, 413 too large, 422 invalid values.
    """

    def __init__(self, problems: Iterable[Problem], status: int = 422) -> None:
        self.problems = tuple(problems)
        self.status = status
        super().__init__("; ".join(problem.line("en") for problem in self.problems))

    @classmethod
    def one(
        cls,
        code: str,
        say: Text,
        *,
        status: int = 422,
        place: Place | None = None,
        hint: Text | None = None,
    ) -> Refused:
        """Return a refusal with a single problem."""
        return cls((Problem(code, say, place or Place(), hint),), status)


def shorten(value: object, limit: int = 60) -> str:
    """Return `value` as text for a message, cut at `limit` characters."""
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def did_you_mean(word: str, known: Iterable[str]) -> Text | None:
    """Return a hint that names the nearest known words, or None where nothing is near."""
    near = get_close_matches(word, list(known), n=2, cutoff=0.6)
    if not near:
        return None
    zh, en = "”或“".join(near), "' or '".join(near)
    return Text(f"是否想写“{zh}”？", f"Did you mean '{en}'?")
