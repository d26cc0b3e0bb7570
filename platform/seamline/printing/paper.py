"""A paper as plain data: a head, then blocks in their order. It knows no form and no page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Tone = Literal["good", "bad", "mind", "hold", "plain"]
Turn = Literal["", "added", "removed", "changed"]


@dataclass(frozen=True, slots=True)
class Cell:
    """The words of one cell: `old` is what stood there before, `more` is said in small print.

    With a `tone` it is a tag; `deep` says on which level of a structure it stands.
    """

    text: str
    more: str = ""
    old: str | None = None
    tone: Tone | None = None
    turn: Turn = ""
    deep: int = 0
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """A title inside the paper, of level 1 or 2."""

    text: str
    level: int = 1
    kind: str = "heading"


@dataclass(frozen=True, slots=True)
class Fact:
    """A value under its label; a `wide` one has a line of its own."""

    label: str
    value: Cell
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """Values side by side."""

    facts: Sequence[Fact]
    kind: str = "facts"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `figures` stand to the right; `share` of the room that is left, 0 for none."""

    label: str
    figures: bool = False
    share: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table; its turn colours all of it."""

    cells: Sequence[Cell]
    turn: Turn = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns; the head comes again on every page."""

    columns: Sequence[Column]
    rows: Sequence[Line]
    caption: str = ""
    kind: str = "table"


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence that must not be missed."""

    text: str
    tone: Tone = "plain"
    kind: str = "note"


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph of small words; one that `leads` stays on the page of what follows it."""

    text: str
    leads: bool = False
    kind: str = "words"


@dataclass(frozen=True, slots=True)
class Signatures:
    """Lines to sign on: who, and what stands under the lines."""

    names: Sequence[str]
    sign: str
    date: str
    kind: str = "signatures"


@dataclass(frozen=True, slots=True)
class Seal:
    """How the paper is verified: a picture to scan (SVG), what it says in figures, and how."""

    title: str
    code: str
    lines: Sequence[tuple[str, str]]
    text: str
    kind: str = "seal"


@dataclass(frozen=True, slots=True)
class Break:
    """What follows begins on a new page."""

    kind: str = "break"


Block: TypeAlias = Heading | Facts | Table | Note | Words | Signatures | Seal | Break


@dataclass(frozen=True, slots=True)
class Tag:
    """A word in a coloured box beside the number."""

    text: str
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper: who it is from, what it is called, when and by whom it was made, its blocks.

    `mark` is stamped across every page; `code` is a picture (SVG) in the head.
    """

    title: str
    number: str
    company: str
    made: str
    language: str
    subtitle: str = ""
    tags: Sequence[Tag] = ()
    mark: str = ""
    code: str = ""
    code_says: str = ""
    wide: bool = False
    blocks: Sequence[Block] = field(default_factory=tuple)
