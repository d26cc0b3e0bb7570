"""What a kind of page, or of block on one, is: its settings, how they are read and checked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from seamline.documents import Path
from seamline.metadata import Field, Form, State, Step
from seamline.text import Text

Data = Mapping[str, Any]


class Names(Protocol):
    """What a check may ask of the package around a page.

    Each question keeps a problem at `path` of the document where the answer is no, and answers
    None; what stands on a document that failed is answered None without a word.
    """

    def form(self, path: Path, word: str) -> Form | None:
        """Return the form called `word`."""

    def field(self, path: Path, form: Form, word: str, kinds: Collection[str] = ()) -> Field | None:
        """Return a field (`qty`, `lines.qty`), of one of `kinds` where some are named."""

    def column(self, path: Path, form: Form, word: str) -> None:
        """Ask for a field or a system column, as lists have them."""

    def state(self, path: Path, form: Form, word: str) -> State | None:
        """Return a state of a form."""

    def step(self, path: Path, form: Form, word: str) -> Step | None:
        """Return a step of a form; a built-in one that is not listed is answered as it stands."""

    def page(self, path: Path, word: str) -> None:
        """Ask for a page of the package or of one installed."""

    def role(self, path: Path, word: str, kind: str = "", party: str = "") -> None:
        """Ask for a role; of a kind, and standing for records of a form, where that is named."""

    def measure(self, path: Path, word: str) -> None:
        """Ask for a measure of the package or of one installed."""

    def condition(self, path: Path, form: Form, written: object) -> None:
        """Ask whether a condition fits the names and types of a form."""

    def tell(self, path: Path, code: str, say: Text, hint: Text | None = None, *,
             got: str | None = None) -> None:  # fmt: skip
        """Keep a problem of the kind's own."""


@dataclass(frozen=True, slots=True)
class PageKind:
    """One kind of page: `settings` are fragments of JSON Schema by key of the document.

    `read` makes the settings of a document that has this shape; `check` holds the document
    against the forms it names. A `public` kind has pages without a person who is signed in; one
    `in_hand` is made for phones, where it comes first.
    """

    name: str
    title: Text
    settings: Mapping[str, Any]
    read: Callable[[Data], Any]
    check: Callable[[Data, Names], None]
    settings_required: tuple[str, ...] = ()
    public: bool = False
    in_hand: bool = False


@dataclass(frozen=True, slots=True)
class BlockKind:
    """One kind of block on a dashboard: the schema of what stands under its name."""

    name: str
    title: Text
    settings: Mapping[str, Any]
    read: Callable[[Data], Any]
    check: Callable[[Data, Path, Names], None]
    required: tuple[str, ...] = field(default=())
