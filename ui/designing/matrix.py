"""Roles against forms: what each role may do with each form, as its documents say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from seamline.metadata import Form
from seamline.metadata.form import BUILT_IN_STEPS, BUILT_IN_TITLES
from seamline.package.sources import kind_of_path
from seamline.text import Language
from seamline.usecases.design import Design
from seamline.usecases.editing.wording import data_of

from .documents import title_of

EVERY = "*"


@dataclass(frozen=True, slots=True)
class Cell:
    """What a role may do with a form; `said` are the marks, `inherited` comes from its `*`."""

    role: str
    reads: bool
    steps: str = ""
    fields: str = ""
    rows: bool = False
    inherited: bool = False


@dataclass(frozen=True, slots=True)
class RoleColumn:
    """One role: the path of its document, its title, whether it is for people outside."""

    path: str
    title: str
    external: bool
    data: Mapping[str, Any]


def roles_of(one: Design, language: Language) -> list[RoleColumn]:
    """Return the roles of a draft."""
    found = []
    for path, text in sorted(one.texts.items()):
        if kind_of_path(path) == "role":
            data = data_of(text, path)
            outside = data.get("kind") == "external"
            found.append(RoleColumn(path, title_of(one, path, language), outside, data))
    return found


def grants_of(data: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the grants of a role, those that are written as such."""
    grants = data.get("grants")
    return [one for one in grants if isinstance(one, Mapping)] if isinstance(grants, list) else []


def place_of(data: Mapping[str, Any], form: str) -> int | None:
    """Return where the grant of a form stands among all that are written."""
    grants = data.get("grants")
    for number, one in enumerate(grants if isinstance(grants, list) else ()):
        if isinstance(one, Mapping) and one.get("form") == form:
            return number
    return None


def cells(roles: Sequence[RoleColumn], form: str, count: int) -> Iterator[Cell]:
    """Yield the cell of each role for a form; `count` is how many fields that has."""
    for role in roles:
        grants = {str(one.get("form")): one for one in grants_of(role.data)}
        own = grants.get(form)
        grant = own if own is not None else grants.get(EVERY)
        if grant is None:
            yield Cell(role.path, False)
            continue
        steps = [step_of(each) for each in grant.get("steps") or ()]
        shown = grant.get("fields")
        hidden = grant.get("hide")
        own_fields = [one for one in shown or () if not str(one).startswith("_")]
        fields = f"{len(own_fields)}/{count}" if isinstance(shown, list) else ""
        fields = f"−{len(hidden)}" if not fields and isinstance(hidden, list) else fields
        told = EVERY if EVERY in steps else str(len(steps)) if steps else ""
        yield Cell(
            role.path, grant.get("read", True) is not False, told,
            fields,
            "where" in grant, own is None,
        )  # fmt: skip


def step_of(written: Any) -> str:
    """Return the step that an entry of a grant is about, narrowed or not."""
    return str(written.get("step")) if isinstance(written, Mapping) else str(written)


@dataclass(frozen=True, slots=True)
class Tick:
    """One thing that is granted or not."""

    id: str
    label: str
    on: bool
    narrowed: bool = False


def steps_for(form: Form | None, grant: Mapping[str, Any], language: Language) -> list[Tick]:
    """Return every step of a form, as far as it is granted."""
    written = {step_of(one): one for one in grant.get("steps") or ()}
    titles = {name: text.in_(language) for name, text in BUILT_IN_TITLES.items()}
    titles |= {one.id: one.title.in_(language) for one in form.steps} if form else {}
    known = [*BUILT_IN_STEPS, *(name for name in titles if name not in BUILT_IN_STEPS)]
    known += [name for name in written if name not in known and name != EVERY]
    return [
        Tick(name, titles.get(name, name), name in written,
             isinstance(written.get(name), Mapping))
        for name in known
    ]  # fmt: skip


def fields_for(form: Form | None, chosen: Sequence[str], language: Language) -> list[Tick]:
    """Return every field of a form and what a list of them holds, system columns among them."""
    known = [(path, one.label.in_(language)) for path, one in form.every_field()] if form else []
    labels = dict(known)
    extra = [word for word in ("_code", "_state") if word not in labels]
    known += [(word, {"_code": "#", "_state": "_state"}[word]) for word in extra]
    known += [(word, word) for word in chosen if word not in dict(known)]
    return [Tick(path, label, path in chosen) for path, label in known]
