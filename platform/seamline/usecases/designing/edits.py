"""The edits of a draft: each makes texts of texts, and knows when it comes too late."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from seamline.documents import Document, Path, editing, read
from seamline.package.sources import kind_of_path
from seamline.problems import Place, Problem, Refused, shorten
from seamline.text import Text

Texts = Mapping[str, str]
ANYTHING: Any = object()  # stands for "whatever was there"


class Edit(Protocol):
    """One edit: `done` returns the texts it changes, by path; raises Refused (412, 422)."""

    def done(self, texts: Texts) -> dict[str, str]:
        """Return the changed texts."""


@dataclass(frozen=True, slots=True)
class Put:
    """Sets a value of a document; None takes it out.

    `was` is what the person saw there: if it is something else by now, nothing is changed.
    """

    path: str
    at: str
    value: Any
    was: Any = ANYTHING
    order: Sequence[str] = ()

    def done(self, texts: Texts) -> dict[str, str]:
        """Return the document with the value."""
        document = _document(texts, self.path)
        path = _found(document, self.at)
        now = _value(document, path)
        if self.was is not ANYTHING and not _same(now, self.was) and not _same(now, self.value):
            raise _moved_on(self.at, now, document)
        text = texts[self.path]
        if self.value is None:
            if now is None:
                return {}
            return {self.path: editing.take(text, self.path, path)}
        return {self.path: editing.put(text, self.path, path, self.value, self.order)}


@dataclass(frozen=True, slots=True)
class Insert:
    """Puts one more item into a list, behind the one called `after` (first where it is empty)."""

    path: str
    at: str
    value: Any
    after: str | None = None

    def done(self, texts: Texts) -> dict[str, str]:
        """Return the document with the item."""
        document = _document(texts, self.path)
        path = _found(document, self.at)
        index = _place(document, path, self.at, self.after)
        return {self.path: editing.insert(texts[self.path], self.path, path, index, self.value)}


@dataclass(frozen=True, slots=True)
class Remove:
    """Takes a value out of a document."""

    path: str
    at: str

    def done(self, texts: Texts) -> dict[str, str]:
        """Return the document without it."""
        document = _document(texts, self.path)
        return {self.path: editing.take(texts[self.path], self.path, _found(document, self.at))}


@dataclass(frozen=True, slots=True)
class Move:
    """Moves an item of a list to another place: behind `after` in the list at `to`.

    Without `to`, `by` places up (negative) or down within its own list.
    """

    path: str
    at: str
    to: str = ""
    after: str | None = None
    by: int = 0

    def done(self, texts: Texts) -> dict[str, str]:
        """Return the document with the item moved."""
        document = _document(texts, self.path)
        path = _found(document, self.at)
        here = path[:-1]
        number = path[-1] if path else ""
        if not isinstance(number, int):
            raise _no_item(self.at)
        if not self.to:
            last = len(_value(document, here)) - 1
            place, to = max(0, min(number + self.by, last)), here
        else:
            to = _found(document, self.to)
            place = _place(document, to, self.to, self.after)
            place -= to == here and place > number
        if to == here and place == number:
            return {}
        # Without the item, those behind it in its own list stand one place earlier.
        depth = len(here)
        inner = to[depth] if to[:depth] == here and len(to) > depth else ""
        if isinstance(inner, int):
            to = (*here, inner - (inner > number), *to[depth + 1 :])
        return {self.path: editing.move(texts[self.path], self.path, path, to, place)}


@dataclass(frozen=True, slots=True)
class Write:
    """Puts a whole text in the place of a document; an empty one takes it out.

    `over` is the text that the person began with: where another has come in between, what both
    changed is put together line by line, and refused where both changed the same lines.
    """

    path: str
    text: str
    over: str | None = None

    def done(self, texts: Texts) -> dict[str, str]:
        """Return the document as it was written."""
        if kind_of_path(self.path) is None:
            say = Text("“{path}”不是文档的位置。", "'{path}' is no place of a document.")
            raise Refused.one("stray_document", say.fill(path=shorten(self.path)))
        now = texts.get(self.path, "")
        text = self.text.replace("\r\n", "\n") if "\r\n" not in now else self.text
        if self.over is None or self.over == now or now == text:
            return {self.path: text}
        both = merged(self.over, now, text)
        if both is None:
            raise _moved_on(self.path, None, None)
        return {self.path: both}


def merged(base: str, theirs: str, ours: str) -> str | None:
    """Return a text with both changes of `base`; None where they touch the same lines."""
    lines = base.splitlines(keepends=True)
    hunks = sorted(_hunks(lines, theirs) + _hunks(lines, ours), key=lambda one: one[:2])
    made: list[str] = []
    at = 0
    last: tuple[int, int, tuple[str, ...]] | None = None
    for begin, end, fresh in hunks:
        if last == (begin, end, fresh):
            continue  # both made the same change
        if last is not None and (begin < at or (begin == at == last[0])):
            return None
        made += [*lines[at:begin], *fresh]
        at, last = end, (begin, end, fresh)
    return "".join([*made, *lines[at:]])


def _hunks(lines: list[str], text: str) -> list[tuple[int, int, tuple[str, ...]]]:
    from difflib import SequenceMatcher

    other = text.splitlines(keepends=True)
    matcher = SequenceMatcher(None, lines, other, autojunk=False)
    return [
        (begin, end, tuple(other[low:high]))
        for what, begin, end, low, high in matcher.get_opcodes()
        if what != "equal"
    ]


def _document(texts: Texts, path: str) -> Document:
    text = texts.get(path)
    if not text:
        say = Text("没有文档“{path}”。", "There is no document '{path}'.")
        raise Refused.one("unknown_document", say.fill(path=shorten(path)), status=404)
    return read(text, path)


def _found(document: Document, words: str) -> Path:
    path = document.path(words)
    if path is None:
        raise _moved_on(words, None, document)
    return path


def _value(document: Document, path: Path) -> Any:
    here = document.data
    for step in path:
        there = isinstance(here, dict) and step in here or isinstance(here, list)
        here = here[step] if there else None
    return here


def _place(document: Document, path: Path, words: str, after: str | None) -> int:
    items = _value(document, path) or []
    if after is None:
        return len(items)
    if not after:
        return 0
    beside = document.path(f"{words}[{after}]")
    return len(items) if beside is None else int(beside[-1]) + 1


def _same(one: Any, other: Any) -> bool:
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _no_item(at: str) -> Refused:
    say = Text("“{at}”不在列表里，不能移动。", "'{at}' is in no list and cannot be moved.")
    return Refused.one("no_item", say.fill(at=shorten(at)), status=400)


def _moved_on(at: str, now: Any, document: Document | None) -> Refused:
    shown = "" if now is None else shorten(now if isinstance(now, str) else json.dumps(
        now, ensure_ascii=False))  # fmt: skip
    say = (
        Text(
            f"“{shorten(at)}”刚被别人改成“{shown}”，您的改动没有写入。",
            f"'{shorten(at)}' was changed to '{shown}' by somebody just now; yours was not kept.",
        )
        if shown
        else Text(
            f"“{shorten(at)}”刚被别人改过或去掉，您的改动没有写入。",
            f"'{shorten(at)}' was changed or removed by somebody just now; yours was not kept.",
        )
    )
    hint = Text("看一下最新内容，再改一次。", "Look at what is there now and edit it again.")
    place = Place(at, document.name if document else "")
    return Refused((Problem("version_moved_on", say, place, hint, shown or None),), 412)
