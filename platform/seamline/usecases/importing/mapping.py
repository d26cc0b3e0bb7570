"""Guesses which column fills which field, by headers, and shows how sure each guess is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from seamline.fields import kind_of
from seamline.metadata import ColumnMap, Field, Form, ImportMap, LineMap
from seamline.metadata.importing import ImportMode
from seamline.text import Text

How = Literal["id", "label", "near", "type"]
CODE = "_code"
NEAR = 0.72
_NOISE = re.compile(r"[\s_\-./\\:*·()\[\]【】#]+")
CODE_HEADERS = ("_code", "code", "编号", "单号", "记录编号")


@dataclass(frozen=True, slots=True)
class Guess:
    """One column and the field it seems to fill; `confidence` 0-1, `to` empty where none fits."""

    column: str
    to: str
    label: Text
    confidence: float
    how: How | None


@dataclass(frozen=True, slots=True)
class Guessed:
    """A whole guess: every column, the required fields that no column fills, the map it makes."""

    guesses: tuple[Guess, ...]
    missing: tuple[tuple[str, Text], ...]
    map: ImportMap

    def as_json(self) -> dict[str, Any]:
        """Return the guess as plain data, to be shown and corrected."""
        return {
            "columns": [
                {
                    "column": guess.column,
                    "to": guess.to or None,
                    "label": {"zh": guess.label.zh, "en": guess.label.en},
                    "confidence": round(guess.confidence, 2),
                    "how": guess.how,
                }
                for guess in self.guesses
            ],
            "missing": [
                {"field": path, "label": {"zh": label.zh, "en": label.en}}
                for path, label in self.missing
            ],
        }


@dataclass(frozen=True, slots=True)
class Target:
    """A field that a cell can fill, by its path, with the words its column may be headed by."""

    path: str
    field: Field
    label: Text
    words: tuple[str, ...]


def targets(form: Form) -> Iterator[Target]:
    """Yield every field of the form that a cell can fill, sub-table columns as `lines.qty`."""
    for field in form.fields:
        for column in field.fields:
            if fillable(column):
                label = Text(
                    f"{field.label.zh}.{column.label.zh}", f"{field.label.en}.{column.label.en}"
                )
                path = f"{field.id}.{column.id}"
                words = (label.zh, label.en, column.label.zh, column.label.en)
                yield Target(path, column, label, words)
        if fillable(field):
            yield Target(field.id, field, field.label, (field.label.zh, field.label.en))


def fillable(field: Field) -> bool:
    """Whether a cell of a file can fill the field; stored files stand in it as JSON."""
    return not field.fields and kind_of(field).written


def guess(form: Form, headers: Sequence[str], mode: ImportMode = "create") -> Guessed:
    """Return the likeliest map from `headers` to the form, best matches first, each used once."""
    known = tuple(targets(form))
    scores = sorted(
        (
            (-score, at, number, how)
            for at, header in enumerate(headers)
            if header and not _of_the_platform(form, header)
            for number, target in enumerate(known)
            for score, how in [_score(header, target)]
            if score >= NEAR
        )
    )
    chosen: dict[int, tuple[int, float, How]] = {}
    used: set[int] = set()
    for negative, at, number, how in scores:
        if at not in chosen and number not in used:
            chosen[at] = (number, -negative, how)
            used.add(number)
    guesses = tuple(
        _guess(header, known, chosen.get(at)) for at, header in enumerate(headers) if header
    )
    filled = {known[number].path for number, _, _ in chosen.values()}
    return Guessed(guesses, tuple(_missing(form, filled)), _map(form, guesses, mode))


def _of_the_platform(form: Form, header: str) -> bool:
    """Whether a column is one of our own exports' that no field is filled from."""
    return header.startswith("_") or (
        form.key is None and form.code is not None and plain(header) in map(plain, CODE_HEADERS)
    )


def _guess(header: str, known: Sequence[Target], found: tuple[int, float, How] | None) -> Guess:
    if found is None:
        return Guess(header, "", Text.same(""), 0.0, None)
    number, score, how = found
    return Guess(header, known[number].path, known[number].label, score, how)


def _score(header: str, target: Target) -> tuple[float, How]:
    """Return how well a header fits: its id or label outright, else by likeness."""
    if header == target.path:
        return 1.0, "id"
    bare = header.strip().rstrip("*＊").strip()
    if bare in target.words:
        # The full words come first: a bare column label may be a field of the head as well.
        return (0.99 if bare in target.words[:2] else 0.96), "label"
    word = plain(header)
    own = plain(target.path.rpartition(".")[2])
    if word == own or word == plain(target.path):
        return 0.95, "id"
    best = 0.0
    for place, label in enumerate(target.words):
        known = plain(label)
        if word == known:
            return (0.94 if place < 2 else 0.92), "label"
        best = max(best, SequenceMatcher(None, word, known, autojunk=False).ratio())
    best = max(best, SequenceMatcher(None, word, own, autojunk=False).ratio())
    return best * 0.9, "near"


def plain(word: str) -> str:
    """Return a header without case, width, punctuation and required mark, for comparing."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", word).casefold())


def _missing(form: Form, filled: set[str]) -> Iterator[tuple[str, Text]]:
    for target in targets(form):
        table = target.path.partition(".")[0]
        in_use = "." not in target.path or any(path.startswith(f"{table}.") for path in filled)
        needed = target.field.required and target.field.default is None
        if needed and in_use and target.path not in filled:
            yield target.path, target.label
    for field in form.fields:
        tabled = field.kind == "table" and (field.required or field.settings.get("min_rows"))
        if tabled and not any(path.startswith(f"{field.id}.") for path in filled):
            yield field.id, field.label


def _map(form: Form, guesses: Sequence[Guess], mode: ImportMode) -> ImportMap:
    tables: dict[str, list[ColumnMap]] = {}
    head: list[ColumnMap] = []
    for one in guesses:
        table, dot, column = one.to.partition(".")
        if dot:
            tables.setdefault(table, []).append(ColumnMap(to=column, column=one.column))
        elif one.to:
            head.append(ColumnMap(to=one.to, column=one.column))
    lines = None
    if tables:
        # An import fills one sub-table; of several the one with the most columns is meant.
        table = max(tables, key=lambda name: len(tables[name]))
        lines = LineMap(table, tuple(tables[table]))
    return ImportMap(
        id="guessed",
        title=form.title,
        form=form.id,
        columns=tuple(head),
        key=_key(form, guesses),
        mode=mode,
        lines=lines,
    )


def _key(form: Form, guesses: Sequence[Guess]) -> tuple[str, ...]:
    """Return the column that tells records apart: the form's key, else the record code's."""
    by_field: Mapping[str, str] = {one.to: one.column for one in guesses if one.to}
    if form.key is not None and form.key in by_field:
        return (by_field[form.key],)
    codes = set(map(plain, CODE_HEADERS))
    return tuple(one.column for one in guesses if not one.to and plain(one.column) in codes)[:1]
