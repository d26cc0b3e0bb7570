"""The conditions in an inspector, each as clauses: what they may ask about, and what they say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from seamline.access.account import ME, PARTY, account_scope
from seamline.documents import Document, Path
from seamline.forms import form_scope, row_scope
from seamline.metadata import Form
from seamline.problems import Refused
from seamline.scope import Scope
from seamline.text import Language, Text
from seamline.usecases.explain import vocabulary_of

from .clauses import OPERATORS, Clause, Names, clause_of, names_of
from .inspecting import Box

BROKEN = (Refused, KeyError, TypeError, AttributeError)
MINE = {ME: Text("本账号", "This account"), PARTY: Text("本账号代表的记录", "Whom it stands for")}


def names_in(form: Form | None, forms: Mapping[str, Form], language: Language) -> Names | None:
    """Return what a condition on the records of a form may ask about."""
    if form is None:
        return None
    try:
        names = names_of(form_scope(form, forms), vocabulary_of(form, forms), language)
    except BROKEN:  # it refers to what is not there (yet)
        return None
    states = {one.id: one.title.in_(language) for one in form.states}
    if not states or "_state" not in names.labels:
        return names
    return replace(names, options={**names.options, "_state": states})


def names_in_row(
    form: Form | None, table: str, forms: Mapping[str, Form], language: Language
) -> Names | None:
    """Return what a condition of a column may ask about: its row, then the record."""
    names = names_in(form, forms, language)
    if form is None or names is None or table not in names.tables:
        return None
    inner, scope = names.tables[table], row_scope(form_scope(form, forms), table)
    labels = {name: label for name, label in names.labels.items() if name in scope.types}
    return replace(
        inner,
        labels={**inner.labels, **{k: v for k, v in labels.items() if k not in inner.types}},
        types=scope.types,
        options={**names.options, **{name: {} for name in inner.types}, **inner.options},
    )


def of_account(
    form: Form | None, party: str, forms: Mapping[str, Form], language: Language
) -> Names | None:
    """Return what a role's condition may ask about: the records' names, and the account's own."""
    names = names_in(form, forms, language)
    if names is None:
        return None
    scope = account_scope(Scope({}), forms.get(party), forms)
    labels = {name: MINE[name].in_(language) if name in MINE else name for name in scope.types}
    return replace(names, labels={**names.labels, **labels}, types={**names.types, **scope.types})


def with_known(names: Names | None, known: Scope, language: Language) -> Names:
    """Return names with those that a step of a pipeline knows beside them."""
    own = names or Names({}, {}, {}, {}, language)
    labels = {name: name for name in known.types if name not in own.labels}
    return replace(own, labels={**own.labels, **labels}, types={**known.types, **own.types})


def conditions_of(
    made: Iterable[Box], document: Document, names_at: Callable[[Path], Names | None]
) -> dict[str, Any]:
    """Return what a page shows of the conditions in some boxes, those within others among them."""
    found: list[tuple[Box, Clause | None]] = []
    for box in _every(made):
        path = document.path(box.words) if box.control == "condition" else None
        names = names_at(path) if path else None
        if names is None or not names.labels:
            continue
        value = document.value(path or ())
        found.append((box, None if value is None else clause_of(value, box.words, names)))
    return {"conditions": found, "in_clauses": [box.words for box, _ in found]}


def operators(language: Language) -> dict[str, str]:
    """Return what the operators of clauses are called."""
    return {word: text.in_(language) for word, text in OPERATORS.items()}


def _every(made: Iterable[Box]) -> Iterator[Box]:
    for box in made:
        yield box
        yield from _every(box.inside)
