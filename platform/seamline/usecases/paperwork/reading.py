"""A paper that was read, as values of its form: what to fill in, how sure, and where it stands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from seamline.facts import Actor
from seamline.forms import FormModel
from seamline.metadata import Field
from seamline.reading.confidence import Doubt, doubts
from seamline.reading.found import Found, Known
from seamline.reading.learning import read_with
from seamline.reading.pages import Page, Word, from_json
from seamline.store.papers import LearnedForm, PaperRow
from seamline.text import Text

from ..desk import Desk
from .knowing import forms, is_line, known, reads, vocabulary


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a value stands: page and box in thousandths of the page's width."""

    page: int
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class ReadValue:
    """One value for the form: `path` names the field (`lines.0.qty`), `word` fills its control."""

    path: str
    label: Text
    word: str
    said: str
    chance: float
    accepted: bool
    says: tuple[Text, ...] = ()
    others: tuple[str, ...] = ()
    spots: tuple[Spot, ...] = ()
    row: int = -1


@dataclass(frozen=True, slots=True)
class ReadPaper:
    """A paper with its values, as its form takes them."""

    row: PaperRow
    pages: tuple[Page, ...]
    values: tuple[ReadValue, ...]
    learned: str = ""

    @property
    def doubtful(self) -> tuple[ReadValue, ...]:
        """The values that a person has to confirm."""
        return tuple(value for value in self.values if not value.accepted)


def understood(
    desk: Desk, actor: Actor, model: FormModel, row: PaperRow, versions: tuple[LearnedForm, ...]
) -> ReadPaper:
    """Return what a paper says, read with all that is known by now."""
    pages = from_json(json.loads(row.pages))
    have = known(desk, actor, model)
    reading = read_with(pages, have, vocabulary(model), forms(versions))
    source = _source(pages)
    head, items = doubts(reading, source)
    values: list[ReadValue] = []
    for role, field, table in reads(model):
        if table is None and role in reading.head:
            values.append(_value(field.id, field, reading.head[role], head[role], have, -1))
        if table is not None and is_line(role):
            for number, item in enumerate(reading.items):
                if role in item:
                    path = f"{table.id}.{number}.{field.id}"
                    doubt = items[number][role]
                    values.append(_value(path, field, item[role], doubt, have, number))
    return ReadPaper(row, pages, tuple(values), reading.form)


def _source(pages: tuple[Page, ...]) -> str:
    names = [page.source for page in pages]
    return next((name for name in names if name not in ("text", "rapidocr")), names[0])


def _value(path: str, field: Field, found: Found, doubt: Doubt, have: Known, row: int) -> ReadValue:
    word, says, accepted, chance = found.value, list(doubt.says), doubt.accepted, doubt.chance
    if field.kind == "reference":
        match = have.customer(found.value) or have.material(found.value)
        word = match[0] if match else ""
        if match is None:
            says.insert(0, Text("主数据中没有，请选择", "not on record: choose one"))
            accepted, chance = False, min(chance, 0.5)
    return ReadValue(
        path, field.label, word, found.value, chance, accepted, tuple(says), found.others,
        tuple(_spots(found.words)), row,
    )  # fmt: skip


def _spots(words: tuple[Word, ...]) -> Iterator[Spot]:
    for word in words:
        yield Spot(word.page, *word.spot)
