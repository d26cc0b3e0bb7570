"""The menu: the forms a person may open, in the groups of the metadata."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from seamline.catalog import Catalog
from seamline.facts import Actor
from seamline.forms import FormModel
from seamline.text import Language

TABS = 3  # beside "my work" at the foot of a phone's screen


@dataclass(frozen=True, slots=True)
class Entry:
    """One form in the menu."""

    id: str
    title: str
    icon: str


@dataclass(frozen=True, slots=True)
class Group:
    """A titled group of forms."""

    title: str
    entries: tuple[Entry, ...]


def readable(catalog: Catalog, actor: Actor) -> Iterator[FormModel]:
    """Yield the forms the actor may read."""
    for form_id, model in catalog.forms.items():
        if catalog.access.may(actor, "read", form_id):
            yield model


def groups(catalog: Catalog, actor: Actor, language: Language) -> list[Group]:
    """Return the menu: what starts a tracked story first, then what moves, then what is kept."""
    found: dict[str, list[Entry]] = {}
    for model in sorted(readable(catalog, actor), key=_rank):
        form = model.form
        title = form.group.in_(language) if form.group else ""
        found.setdefault(title, []).append(Entry(form.id, form.title.in_(language), form.icon))
    return [Group(title, tuple(entries)) for title, entries in found.items()]


def _rank(model: FormModel) -> int:
    code = model.form.code
    if code is not None and code.tracking:
        return 0
    return 1 if model.form.states else 2


def tabs(catalog: Catalog, actor: Actor, menu: list[Group]) -> list[Entry]:
    """Return the entries at the foot of a phone's screen: first what the person may create."""
    entries = [entry for group in menu for entry in group.entries]
    first = [one for one in entries if catalog.access.may(actor, "create", one.id)]
    return (first + [one for one in entries if one not in first])[:TABS]
