"""By which scheme lines are bound to versions: which there are, what another one would change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from seamline.facts import Actor, Origin, Record, Ref
from seamline.fields import KINDS
from seamline.forms import FormModel
from seamline.metadata import Binding, Package
from seamline.metadata.binding import Scheme, last
from seamline.problems import Problems, Refused, did_you_mean
from seamline.store import Query
from seamline.text import Text

from . import edit
from .desk import Desk
from .edit import Edited
from .editing.bound_by import schemes_in, with_schemes
from .editing.serving import paths_of
from .submitting.admit import admit
from .submitting.binding import Standing, bound_in, standing_by
from .submitting.case import Submission
from .submitting.values import complete

NEWEST = 50  # records that another scheme is tried on


@dataclass(frozen=True, slots=True)
class Choice:
    """One binding of a form, and the package and document in which it stands."""

    package: str
    form: str
    place: int
    said: Binding


def choices(desk: Desk) -> Iterator[Choice]:
    """Yield every binding that has schemes to choose from."""
    for package in desk.catalogs.current().packages:
        yield from choices_of(package)


def choices_of(package: Package) -> Iterator[Choice]:
    """Yield every binding of a package that has schemes to choose from."""
    for form in package.forms:
        for place, said in enumerate(form.binds):
            if said.schemes:
                yield Choice(package.head.id, form.id, place, said)


def named(choice: Choice, scheme: str) -> Scheme:
    """Return a scheme of a binding by its id; raises Refused 404 where there is none."""
    known = {one.id: one for one in choice.said.schemes}
    if scheme not in known:
        raise Refused.one(
            "unknown_scheme",
            Text(f"没有方案“{scheme[:60]}”。", f"There is no scheme '{scheme[:60]}'."),
            status=404,
            hint=did_you_mean(scheme[:60], known) or Text.same(", ".join(known)),
        )
    return known[scheme]


def nothing_bound(form: str, known: Iterable[str] = ()) -> Refused:
    """Return the refusal of a form whose lines are not bound."""
    say = Text(f"“{form[:60]}”没有绑定。", f"Nothing is bound in '{form[:60]}'.")
    words = ", ".join(known)
    return Refused.one("no_binding", say, status=404, hint=Text.same(words) if words else None)


@dataclass(frozen=True, slots=True)
class Otherwise:
    """One line of an earlier record that another scheme would bind otherwise.

    `would` are the names that would apply; somebody would have to choose among several, and none
    would go to review.
    """

    code: str
    line: int
    thing: str
    was: str
    would: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What another scheme would have come to: of the `looked` newest lines those otherwise."""

    looked: int
    otherwise: tuple[Otherwise, ...]


def foresee(desk: Desk, actor: Actor, choice: Choice, scheme: str) -> Foreseen:
    """Look at the newest records once more by another scheme, and keep nothing of it.

    What is bound stays as it is whatever is chosen: this shows how new records would differ.
    Raises Refused: 403, 404 for no such scheme.
    """
    catalog = desk.catalogs.current()
    catalog.access.require(actor, "publish", "*")
    said = replace(choice.said, scheme=named(choice, scheme).id)
    model = catalog.forms[choice.form]
    looked = 0
    found: list[Otherwise] = []
    with desk.store.reading() as unit:
        names = tuple(one.id for one in model.form.fields)
        query = Query(sort=("-_created_at",), limit=NEWEST, total=False, fields=names)
        for record in unit.records.page(model.tables, query).rows:
            asked = Submission(choice.form, "create", _as_asked(model, record))
            case = admit(unit, catalog, actor, Origin("cli"), asked)
            complete(case)
            case.problems = Problems()
            bound = {str(kept["code"]): str(kept["name"])
                     for _row, kept in bound_in(record.values, choice.said)}  # fmt: skip
            for one in standing_by(case, said):
                ref = one.row.values.get(last(said.field))
                was = bound.get(ref.key, "") if isinstance(ref, Ref) else ""
                if one.offer is not None and was:
                    looked += 1
                    found += _otherwise(record.code, one, was)
    return Foreseen(looked, tuple(found))


def _as_asked(model: FormModel, record: Record) -> dict[str, Any]:
    """Return a record as somebody would send it: only what people fill."""
    told = model.to_json(record.values)
    sent: dict[str, Any] = {}
    for one in model.form.fields:
        if one.kind == "table":
            columns = [column.id for column in one.fields if KINDS[column.kind].written]
            rows = told.get(one.id) or ()
            sent[one.id] = [{name: row.get(name) for name in columns} for row in rows]
        elif KINDS[one.kind].written:
            sent[one.id] = told.get(one.id)
    return sent


def _otherwise(code: str, one: Standing, was: str) -> Iterator[Otherwise]:
    offer = one.offer
    assert offer is not None
    names = tuple(offer.fits.values())
    would = names[-1:] if offer.newest else names
    if would != (was,):
        yield Otherwise(code, one.place + 1, offer.thing, was, would)


def choose(
    desk: Desk, actor: Actor, origin: Origin, choice: Choice, scheme: str, reason: str
) -> Edited:
    """Bind by another scheme from now on: an edit of the form's document, checked as any other.

    What is bound already keeps its version. Raises Refused as an edit does; 404 for no such scheme.
    """
    named(choice, scheme)
    path = path_of(desk, choice)
    text = rewritten(choice, path, edit.text_of(desk, actor, choice.package, path).text, scheme)
    return edit.edit(desk, actor, origin, choice.package, path, text, reason)


def path_of(desk: Desk, choice: Choice) -> str:
    """Return where the form of a binding is written in its package."""
    package = next(one for one in desk.catalogs.current().packages if one.head.id == choice.package)
    return paths_of(package, "form")[choice.form]


def rewritten(choice: Choice, path: str, text: str, scheme: str) -> str:
    """Return the text of a form with another scheme in force; 409 where it does not know that."""
    field, wanted = choice.said.field, named(choice, scheme).id
    made = with_schemes(path, text, {field: wanted})
    if schemes_in(path, made).get(field) != wanted:
        raise Refused.one(
            "scheme_not_written",
            Text("文档里没有这个方案。", "The document does not have this scheme."),
            hint=Text("请先写进 binds 的 schemes。", "Write it under schemes of its binds first."),
            status=409,
        )
    return made
