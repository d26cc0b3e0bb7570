"""A list as a page, and as the part of it that is swapped while one works in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for
from werkzeug.datastructures import MultiDict

from seamline import clock
from seamline.access import ADMINISTRATOR
from seamline.forms import FormModel
from seamline.problems import Refused
from seamline.store import Page, Query
from seamline.usecases import look

from ..forms.sheet import Said
from ..pages.feeding import strip
from ..pages.people import name_of_person
from ..say import _
from ..session import actor, catalog, desk, language, reading
from . import bulk, chips, rows, tabs
from .asked import Asked
from .conditions import Around, condition, where
from .painting import Brush
from .targets import Target, label_of, showable, targets

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Column:
    """One entry of the menu of columns."""

    name: str
    label: str
    on: bool


@dataclass(frozen=True, slots=True)
class List:
    """A list as it is asked for: the form, the address, what it can be narrowed by, its tabs."""

    model: FormModel
    asked: Asked
    targets: Mapping[str, Target]
    around: Around
    tabs: Sequence[tabs.Tab]

    def query(self) -> Query:
        """Return the query for one page; raises Refused where a filter does not fit its field."""
        columns = rows.names(self.model, self.asked)
        fields = [name for name in columns if not name.startswith("_")]
        due, key = self.model.form.due, self.model.form.key
        fields += [name for name in (due, key) if name and name not in fields]
        return Query(
            where=where(self.model, self.asked, self.targets, self.around),
            search=self.asked.get("q"),
            sort=rows.sort_of(self.model, self.asked),
            limit=PAGE_SIZE,
            cursor=self.asked.after or None,
            archived=bool(self.asked.get("archived")),
            fields=tuple(fields),
        )

    def condition(self) -> Mapping[str, Any] | None:
        """Return the filters as one condition, for an export."""
        return condition(self.model, self.asked, self.targets, self.around)


def opened(model: FormModel, given: MultiDict[str, str]) -> List:
    """Return the list that an address asks for."""
    known = targets(model, language())
    around = Around(actor().id, clock.today(catalog().zone), catalog().zone)
    every = tabs.every(model, known)
    return List(model, tabs.read(model, given, known, every), known, around, every)


def brush() -> Brush:
    """Return what painting needs to know of this reader."""
    access, who = catalog().access, actor()
    return Brush(
        reading(),
        clock.today(catalog().zone),
        name_of_person,
        lambda form: access.may(who, "read", form),
    )


def show(model: FormModel) -> str:
    """Return the page of a list, or only the list where just that is swapped."""
    given = MultiDict(request.args)
    _rearrange(model, given)
    asked = opened(model, given)
    part = request.headers.get("HX-Target", "").endswith("#list")
    template = "lists/list.html" if part else "pages/listing.html"
    return render_template(template, part=part, **_context(asked))


def _context(asked: List) -> dict[str, Any]:
    model, tools = asked.model, brush()
    page, problems = _page(asked)
    columns = rows.names(model, asked.asked)
    acts, allowed = bulk.steps(model, page.rows), may(model.form.id)
    mark = bool(acts) or allowed["may_export"]
    fed = strip(model, columns, anew=True)
    old = fed.old if fed else frozenset()
    return {
        "form": model.form,
        "here": model.form.id,
        "list": asked.asked,
        "address": url_for("records.listing", form_id=model.form.id),
        "export_address": url_for("records.export", form_id=model.form.id),
        "views": tabs.counted(model, asked.tabs, asked.targets, asked.around, asked.asked),
        "view": next((tab for tab in asked.tabs if tab.id == asked.asked.view), None),
        "roles": _roles(),
        "chips": chips.chips(model, asked.asked),
        "offered": chips.offered(model, asked.asked),
        "columns": _columns(model, asked.asked),
        "page": page,
        "problems": problems,
        "heads": rows.heads(model, asked.asked, columns, tools, old),
        "rows": rows.body(model, page.rows, columns, tools, mark, old),
        "fed": fed,
        "acts": acts,
        "next": asked.asked.query(after=page.cursor) if page.cursor else "",
        "search_hint": search_hint(model),
        **allowed,
    }


def _page(asked: List) -> tuple[Page, list[Said]]:
    try:
        return look.page(desk(), actor(), asked.model.form.id, asked.query()), []
    except Refused as refused:
        if refused.status in (403, 404):
            raise
        # A filter that cannot be understood is said so; the list then stands empty, not wrong.
        empty = Page(rows=(), total=0, cursor=None)
        return empty, [Said(problem.sentence(language())) for problem in refused.problems]


def may(form_id: str) -> dict[str, bool]:
    """Return which of the acts on a whole list the reader may do."""
    access, who = catalog().access, actor()
    acts = {"may_create": "create", "may_import": "import", "may_export": "export"}
    found = {name: access.may(who, act, form_id) for name, act in acts.items()}
    made_here = catalog().maker(form_id) is None
    return found | {"may_create": found["may_create"] and made_here}


def _roles() -> list[tuple[str, str]]:
    """Return the roles the reader may share a view with: id and title."""
    who, access = actor(), catalog().access
    held = access.roles if ADMINISTRATOR in who.roles else who.roles
    known = [access.roles[role] for role in held if role in access.roles]
    return [(role.id, role.title.in_(language())) for role in known]


def search_hint(model: FormModel) -> str:
    """Return what a search of the form looks through, for the empty box."""
    labels = {one.id: one.label.in_(language()) for one in model.form.fields}
    words = [labels[name] for name in model.form.list.search if name in labels]
    return _(", ").join(([_("Code")] if model.form.code else []) + words)


def _columns(model: FormModel, asked: Asked) -> list[Column]:
    """Return the menu of columns: those shown in their order, then the others."""
    first = rows.lead(model)
    shown = [name for name in rows.names(model, asked) if name != first]
    rest = [name for name in showable(model) if name not in shown and name != first]
    return [Column(name, label_of(model, name, language()), name in shown) for name in shown + rest]


def _rearrange(model: FormModel, given: MultiDict[str, str]) -> None:
    """Move a column to the left or right where a button of the menu says so: `move=due_date:-1`."""
    name, _colon, way = given.get("move", "").rpartition(":")
    names = [word for words in given.getlist("columns") for word in words.split(",")]
    if name in names and way in ("-1", "1"):
        at = names.index(name)
        names.insert(max(0, at + int(way)), names.pop(at))
        given.setlist("columns", names)
