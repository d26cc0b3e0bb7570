"""Who sees and may do what, and why: a person, a record, a field, a step, an export, a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, render_template, request

from seamline.forms import FormModel
from seamline.pages import PAGE_KINDS
from seamline.problems import Refused
from seamline.store import User
from seamline.text import Text
from seamline.usecases.explain_access import Answer, Reason, explain_access, require_asking
from seamline.usecases.explain_act import EXPORT, acts_of, explain_act, who_may
from seamline.usecases.explain_reach import Overview, explain_page, overview, who_sees

from ..session import actor, catalog, desk, language, signed_in
from ..shown import name_of
from .naming import role_name
from .people import everybody
from .why import Leaf, leaves

blueprint = Blueprint("seeing", __name__)


@dataclass(frozen=True, slots=True)
class Line:
    """What one role says, in words."""

    title: str
    yes: bool
    grant: str
    reads: str
    within: bool
    leaves: list[Leaf]
    why: str
    of_record: bool = True


@dataclass(frozen=True, slots=True)
class Person:
    """One account: what it is called, its roles, what it stands for, whether it sees the thing."""

    login: str
    name: str
    roles: str
    party: str
    active: bool
    sees: bool | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked, as it was typed."""

    who: str = ""
    form: str = ""
    record: str = ""
    field: str = ""
    page: str = ""
    act: str = ""


@blueprint.before_request
@signed_in
def _signed_in() -> None:
    """Every page here is for people who are signed in."""


@blueprint.get("/access")
def index() -> tuple[str, int]:
    """Ask, and read the answer: for a person, for a record, for both, for a page."""
    require_asking(catalog(), actor())
    names = ("who", "form", "record", "field", "page", "act")
    asked = Asked(*(request.args.get(name, "").strip()[:200] for name in names))
    try:
        return _page(asked, **_answered(asked)), 200
    except Refused as refused:
        first = refused.problems[0]
        hint = first.hint.in_(language()) if first.hint else ""
        return _page(asked, wrong=first.say.in_(language()), hint=hint), refused.status


def _answered(asked: Asked) -> dict[str, Any]:
    if asked.who and asked.page:
        page = explain_page(desk(), actor(), asked.who, asked.page)
        lines = [_line("", one) for one in page.reasons]
        return {"answer": page, "say": page.say.in_(language()), "lines": lines}
    if asked.form and asked.act:
        return _of_act(asked)
    if asked.who and asked.form and asked.record:
        return _of_record(asked)
    if asked.form and asked.record:
        found, people = who_sees(desk(), actor(), asked.form, asked.record, asked.field)
        name = name_of(found, catalog().forms[asked.form])
        return {"record": found, "name": name, "watchers": _watchers(people)}
    if asked.who:
        return {"overview": overview(desk(), actor(), asked.who)}
    return {"people": [_person(user) for user in everybody()]}


def _of_record(asked: Asked) -> dict[str, Any]:
    answer: Answer = explain_access(
        desk(), actor(), asked.who, asked.form, asked.record, asked.field
    )
    return {
        "answer": answer,
        "say": answer.say.in_(language()),
        "record": answer.record,
        "name": name_of(answer.record, catalog().forms[asked.form]),
        "lines": [_line(asked.form, one) for one in answer.reasons],
    }


def _of_act(asked: Asked) -> dict[str, Any]:
    if not asked.who:
        found, people = who_may(desk(), actor(), asked.form, asked.act, asked.record)
        told: dict[str, Any] = {"watchers": _watchers(people)}
    else:
        answer = explain_act(desk(), actor(), asked.who, asked.form, asked.act, asked.record)
        found, stop = answer.record, answer.stop
        told = {
            "answer": answer,
            "say": answer.say.in_(language()),
            "lines": [_allows(asked, one, found is not None) for one in answer.reasons],
            "stop": stop.sentence(language()) if stop else "",
        }
    model = catalog().forms[asked.form]
    name = name_of(found, model) if found else model.form.title.in_(language())
    act = acts_of(model)[asked.act].in_(language())
    return {**told, "act": act, "record": found, "name": name}


def _allows(asked: Asked, one: Reason, of_record: bool) -> Line:
    """Return what a role says of an act: an export takes its records from any role that reads."""
    yes = bool(one.sees) and (one.within or asked.act == EXPORT)
    return replace(_line(asked.form, one), yes=yes, of_record=of_record)


def _watchers(people: Iterable[tuple[User, bool]]) -> list[Person]:
    return sorted((_person(user, sees) for user, sees in people), key=_first_those_who_do)


def _line(form: str, one: Reason) -> Line:
    seen = [*leaves(catalog().forms[form], one.clauses)] if one.clauses else []
    return Line(
        one.title.in_(language()), one.within and one.sees is not False, one.grant,
        one.reads.in_(language()), one.within, seen, one.why.in_(language()),
    )  # fmt: skip


def _first_those_who_do(one: Person) -> tuple[bool, str]:
    return not one.sees, one.login


def _person(user: User, sees: bool | None = None) -> Person:
    roles = [role_name(word) for word in user.roles]
    form = catalog().forms.get(user.party_form)
    party = form.form.title.in_(language()) if form else ""
    return Person(user.login, user.name, ", ".join(roles), party, user.active, sees)


def _page(asked: Asked, **more: Any) -> str:
    forms = catalog().forms
    model = forms.get(asked.form)
    seen: Overview | None = more.get("overview")
    return render_template(
        "pages/access.html",
        here=":access",
        question=asked,
        everybody=everybody(),
        forms=[(id_, one.form.title.in_(language())) for id_, one in forms.items()],
        fields=list(_fields(model)) if model else [],
        acts=[(id_, one.in_(language())) for id_, one in acts_of(model).items()] if model else [],
        pages=[
            (page.id, page.title.in_(language()))
            for page in catalog().pages.values()
            if not PAGE_KINDS[page.kind].public
        ],
        subject=_person(seen.user) if seen else None,
        **more,
    )


def _fields(model: FormModel) -> Iterator[tuple[str, str]]:
    tables = {one.id: one.label for one in model.form.fields if one.fields}
    for path, field in model.form.every_field():
        table = tables.get(path.partition(".")[0]) if "." in path else None
        label = field.label.in_(language())
        yield path, f"{table.in_(language())} · {label}" if table else label
    for name, word in _PLATFORM.items():
        yield name, word.in_(language())


_PLATFORM = {
    "_code": Text("编号", "Code"),
    "_tracking": Text("追踪码", "Tracking code"),
    "_state": Text("状态", "State"),
    "_created_by": Text("创建人", "Created by"),
    "_created_at": Text("创建时间", "Created at"),
    "_updated_by": Text("修改人", "Changed by"),
    "_updated_at": Text("修改时间", "Changed at"),
}
