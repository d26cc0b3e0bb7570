"""What a confirmed paper teaches: its form, adopted only where no other paper reads worse."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from seamline import clock
from seamline.facts import Actor, Record, Row
from seamline.forms import FormModel
from seamline.reading.found import Known, written
from seamline.reading.learning import Form, Truth, form_of, learned, read_with, right
from seamline.reading.lines import lines_of, stacked
from seamline.reading.pages import from_json
from seamline.reading.vocabulary import Vocabulary
from seamline.store.papers import LearnedForm, PaperRow, standing
from seamline.store.ulid import ulid

from ..desk import Desk
from .knowing import is_line, known, reads, vocabulary

MOST_CHECKED = 40  # confirmed papers that a new version is tried on


def truth_of(model: FormModel, record: Record, have: Known) -> Truth:
    """Return what a record says that was made from a paper, by role."""
    names = dict(have.customers)
    head: dict[str, str] = {}
    items: list[dict[str, str]] = []
    for role, field, table in reads(model):
        if table is None:
            word = _plain(record.values.get(field.id))
            if word:
                head[role] = names.get(word, word) if role in ("customer", "vendor") else word
        elif is_line(role):
            rows = record.values.get(table.id)
            for number, row in enumerate(rows if isinstance(rows, tuple) else ()):
                while len(items) <= number:
                    items.append({})
                word = _plain(row.values.get(field.id)) if isinstance(row, Row) else ""
                if word:
                    items[number][role] = word
    return Truth(head, tuple(items))


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return written(value)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


@dataclass(frozen=True, slots=True)
class Lesson:
    """What came of a confirmed paper: the learned form it is one of, and whether it taught it.

    `rejected` says that another confirmed paper would have been read worse.
    """

    form: str
    rejected: bool = False


def teach(desk: Desk, actor: Actor, model: FormModel, row: PaperRow, truth: Truth) -> Lesson:
    """Learn from a confirmed paper."""
    have, words = known(desk, actor, model), vocabulary(model)
    pages = from_json(json.loads(row.pages))
    with desk.store.reading() as unit:
        versions = unit.papers.learned(model.form.id)
        others = unit.papers.of(model.form.id, ("confirmed",), MOST_CHECKED)
    before = {one.id: one for one in standing(versions)}
    forms = {name: Form.of(one.body) for name, one in before.items()}
    old = form_of(lines_of(stacked(pages)), forms.values())
    name = old.id if old is not None else ulid()
    new = learned(pages, truth, have, words, name, old)
    papers = [one for one in others if one.id != row.id and one.truth and one.pages]
    tried = forms | {name: new}
    rejected = any(_worse(one, forms, tried, have, words) for one in papers)
    if rejected:
        if old is None:
            return Lesson("", rejected)
        new = replace(old, papers=old.papers + 1)
    last = max((one.version for one in versions if one.id == name), default=0)
    kept = LearnedForm(name, last + 1, model.form.id, new.as_json(), row.id, actor.id, clock.now())
    with desk.store.unit() as unit:
        unit.papers.learn(kept)
    return Lesson(name, rejected)


def _worse(
    paper: PaperRow,
    before: Mapping[str, Form],
    after: Mapping[str, Form],
    have: Known,
    words: Vocabulary,
) -> bool:
    pages, truth = from_json(json.loads(paper.pages)), Truth.of(json.loads(paper.truth))
    old = right(read_with(pages, have, words, before.values()), truth)
    return right(read_with(pages, have, words, after.values()), truth) < old
