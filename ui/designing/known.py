"""The names that a word of a document may be: forms, fields, steps, states, roles, measures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from seamline.connector import Entity, Member
from seamline.documents import Document, Path, value_at
from seamline.metadata import Field, Form
from seamline.metadata.form import BUILT_IN_TITLES
from seamline.package.sources import kind_of_path
from seamline.text import Language
from seamline.usecases.design import Design

from .documents import called
from .inspecting import Box

Name = tuple[str, str]
# Which kind of document a key names; what is not here names something of the form nearby.
DOCUMENTS = {
    "role": "role", "roles": "role", "owner": "role", "makers": "role", "is": "measure",
    "measures": "measure", "connection": "connection", "map": "import", "page": "page",
    "pages": "page", "item": "form",
}  # fmt: skip
STEPS = ("step", "steps", "again")
STATES = ("to", "state", "rail", "from")
OF_THE_JOURNAL = ("event", "rule", "via")  # what a measure counts, none of it of the form


@dataclass(frozen=True)
class Known:
    """Everything that has a name in a draft: its forms and the ids of its documents.

    `entities` are what the other system of a connection has, as far as that was asked. `near`
    are things in the making, by the path where they will stand.
    """

    forms: Mapping[str, Form]
    ids: Mapping[str, list[Name]]
    language: Language
    entities: tuple[Entity, ...] = ()
    near: Mapping[Path, Mapping[str, Any]] = field(default_factory=dict)

    def beside(self, path: Path, made: Mapping[str, Any]) -> Known:
        """Return the names with a thing that is being made at a path."""
        return replace(self, near={**self.near, path: made})

    def names(self, key: str, document: Document, path: Path) -> list[Name]:
        """Return what a word under `key` at `path` may be, each with its title."""
        if key == "form":
            return self._titles
        if key in OF_THE_JOURNAL:
            return []
        form = self.form_at(document, path)
        kind = DOCUMENTS.get(key, "")
        if kind and not (kind == "form" and form is not None):
            return self._titles if kind == "form" else self.ids.get(kind, [])
        if key in ("entity", "entities"):
            return [(one.name, one.title.in_(self.language)) for one in self.entities]
        if isinstance(document.data.get("facts"), list) and key in ("on", "record"):
            return [*self._of_aliases(document, whole=key == "record")]
        entity = self._entity(document, path)
        if entity is not None and key == "operation":
            return [(one, one) for one in entity.operations]
        if entity is not None and key in ("from", "member"):
            return [*self._members(entity.members)]
        return [*self._of_form(key, form, entity)] if form is not None else []

    def _of_aliases(self, document: Document, whole: bool) -> Iterator[Name]:
        """Yield what records that belong together are called by, and what they hold."""
        for fact in document.data["facts"]:
            alias = str(fact.get("as", "")) if isinstance(fact, Mapping) else ""
            form = self.forms.get(str(fact.get("form", ""))) if alias else None
            if form is None:
                continue
            if whole:
                yield alias, form.title.in_(self.language)
            rows = next((one.fields for one in form.fields if one.id == fact.get("table")), ())
            for one in (*rows, *form.fields):
                if not one.fields and (not whole or one.kind == "reference"):
                    yield f"{alias}.{one.id}", one.label.in_(self.language)

    def form_at(self, document: Document, path: Path) -> Form | None:
        """Return the form that the nearest thing around a path is about."""
        for around in self._around(document, path):
            word = around.get("form")
            if isinstance(word, str):
                return self.forms.get(word)
        return None

    def asked(self, document: Document, path: Path) -> str:
        """Return the name that a new condition at a path begins with."""
        form = self.form_at(document, path)
        return next((one.id for one in form.fields if not one.fields), "_state") if form else "_id"

    def _around(self, document: Document, path: Path) -> Iterator[Mapping[str, Any]]:
        for depth in range(len(path), -1, -1):
            for around in (self.near.get(path[:depth]), value_at(document.data, path[:depth])):
                if isinstance(around, Mapping):
                    yield around

    def _entity(self, document: Document, path: Path) -> Entity | None:
        for around in self._around(document, path):
            word = around.get("entity")
            if isinstance(word, str):
                return next((one for one in self.entities if one.name == word), None)
        return None

    @cached_property
    def _titles(self) -> list[Name]:
        made = ((id_, one.title.in_(self.language)) for id_, one in self.forms.items())
        return sorted(made, key=lambda each: each[1])

    def _of_form(self, key: str, form: Form, entity: Entity | None) -> Iterator[Name]:
        if key == "table":
            yield from self._fields(one for one in form.fields if one.fields)
            return
        if key in STEPS:
            yield from ((id_, text.in_(self.language)) for id_, text in BUILT_IN_TITLES.items())
            yield from ((one.id, one.title.in_(self.language)) for one in form.steps
                        if one.id not in BUILT_IN_TITLES)  # fmt: skip
            return
        if key in STATES and entity is None:
            yield from ((one.id, one.title.in_(self.language)) for one in form.states)
        yield from self._fields(form.fields)
        for one in form.fields:
            yield from self._fields(one.fields)

    def _fields(self, fields: Any) -> Iterator[Name]:
        one: Field
        for one in fields:
            yield one.id, one.label.in_(self.language)

    def _members(self, members: tuple[Member, ...]) -> Iterator[Name]:
        for one in members:
            yield one.name, f"{one.title.in_(self.language)} · {one.kind}"
            yield from self._members(one.rows)


def lists_of(made: Iterable[Box], known: Known, document: Document) -> dict[str, list[Name]]:
    """Return the names that the words in some boxes may be, by the path of each.

    A box that has choices of its own takes no other words.
    """
    found: dict[str, list[Name]] = {}
    for box in made:
        path = document.path(box.words)
        if path and box.control in ("line", "words", "value", "tuples") and not box.choices:
            found[box.words] = known.names(box.key, document, path)
        if box.control != "tuples":
            for _words, cells in box.rows:
                found |= lists_of(cells, known, document)
        found |= lists_of(box.inside, known, document)
    return {words: names for words, names in found.items() if names}


def ids_in(one: Design, language: Language) -> dict[str, list[Name]]:
    """Return the documents of a draft by kind: the id of each with its title."""
    found: dict[str, list[Name]] = {"role": [("administrator", "administrator")]}
    for path, text in sorted(one.texts.items()):
        kind = kind_of_path(path)
        id_, title = called(path, kind, text, language) if kind else (path, "")
        if kind and id_ != path:
            found.setdefault(kind, []).append((id_, title))
    found["role"] = [*found["role"][1:], found["role"][0]]
    return found
