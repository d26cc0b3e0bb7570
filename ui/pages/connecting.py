"""Connections to other systems: how each fares, its settings, what a check says, what is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from seamline.connecting import CAPABILITIES, NETWORKS, allowed_hosts, wrong_reference
from seamline.connector import Entity, Member
from seamline.fields.moments import iso
from seamline.problems import Refused
from seamline.text import Text
from seamline.usecases import connections
from seamline.usecases.connected import limits_of
from seamline.usecases.connections import Standing
from seamline.usecases.notices import KINDS as NOTICES

from ..forms import given
from ..record.moments import short
from ..say import _
from ..session import actor, catalog, desk, language, origin, reading, signed_in
from .setting_up import received, replaced, typed_of, wanted
from .settings import holding

blueprint = Blueprint("connecting", __name__)
KINDS = {
    "text": Text("文字", "text"),
    "integer": Text("整数", "whole number"),
    "decimal": Text("小数", "number"),
    "boolean": Text("是否", "yes or no"),
    "date": Text("日期", "date"),
    "datetime": Text("时间", "moment"),
    "file": Text("文件", "file"),
    "json": Text("数据", "data"),
    "rows": Text("行", "rows"),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """How something stands, in a word with a colour and a sign."""

    word: str
    colour: str
    icon: str


@dataclass(frozen=True, slots=True)
class Line:
    """One connection of the list."""

    id: str
    title: str
    connector: str
    mark: Mark
    read: str
    said: str
    mirrored: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found of one thing."""

    title: str
    ok: bool
    say: str
    hint: str


@dataclass(frozen=True, slots=True)
class Secret:
    """One secret: what it is called, and what it refers to at present, never what it says."""

    name: str
    title: str
    help: str
    lines: bool
    reference: str
    required: bool
    errors: list[str]


@dataclass(frozen=True, slots=True)
class Mapped:
    """A field here, what fills it over there, and who has the say of it."""

    to: str
    member: str
    owner: str
    theirs: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """One member of an entity, with how deep it stands."""

    name: str
    kind: str
    title: str
    depth: int
    notes: list[str]


@blueprint.before_request
@signed_in
def _signed_in() -> None:
    """Every page here is for people who are signed in."""


@blueprint.get("/connections")
def index() -> str:
    """List the connections and how they fare."""
    return render_template(
        "connections/list.html",
        here=":connections",
        lines=[_line(one) for one in connections.listed(desk(), actor())],
    )


@blueprint.get("/connections/<connection_id>")
def show(connection_id: str) -> str:
    """Show one connection."""
    standing = connections.shown(desk(), actor(), connection_id)
    return _page(standing, typed_of(standing), ())


@blueprint.post("/connections/<connection_id>")
def keep(connection_id: str) -> Any:
    """Keep the settings of one connection."""
    standing = connections.shown(desk(), actor(), connection_id)
    typed = received(standing)
    try:
        connections.configure(desk(), actor(), origin(), wanted(standing, typed))
    except Refused as refused:
        if refused.status != 422:
            raise
        return _page(standing, typed, refused.problems), 422
    flash(_("The connection is set up so."))
    return redirect(url_for("connecting.show", connection_id=connection_id), 303)


@blueprint.post("/connections/<connection_id>/turn")
def turn(connection_id: str) -> Any:
    """Turn one connection on or off."""
    standing = connections.shown(desk(), actor(), connection_id)
    position = "on" if request.form.get("to") == "on" else "off"
    try:
        turned = replace(standing.local, position=position)
        connections.configure(desk(), actor(), origin(), turned)
    except Refused as refused:
        if refused.status != 422:
            raise
        return _page(standing, typed_of(standing), refused.problems), 422
    flash(_("The connection is on.") if position == "on" else _("The connection is off."))
    return redirect(url_for("connecting.show", connection_id=connection_id), 303)


@blueprint.post("/connections/<connection_id>/check")
def check(connection_id: str) -> Answer:
    """Look at a connection now."""
    try:
        findings = connections.check(desk(), actor(), connection_id)
    except Refused as refused:
        if refused.status not in (409, 422):
            raise
        flash(refused.problems[0].sentence(language()))
        return redirect(url_for("connecting.show", connection_id=connection_id), 303)
    fine = all(one.ok for one in findings)
    flash(_("Everything is as it should be.") if fine else _("Something needs attention."))
    address = url_for("connecting.show", connection_id=connection_id, _anchor="check")
    return redirect(address, 303)


@blueprint.get("/connections/<connection_id>/described")
def described(connection_id: str) -> str:
    """Show what the other system has."""
    standing = connections.shown(desk(), actor(), connection_id)
    wrong = ""
    entities: tuple[Entity, ...] = ()
    try:
        entities = tuple(connections.describe(desk(), actor(), connection_id))
    except Refused as refused:
        if refused.status not in (409, 422, 502):
            raise
        wrong = refused.problems[0].sentence(language())
    asked = request.args.get("entity", "")
    chosen = next((one for one in entities if one.name == asked), entities[0] if entities else None)
    return render_template(
        "connections/described.html",
        here=":connections",
        connection=standing.connection,
        entities=entities,
        chosen=chosen,
        members=list(_members(chosen)) if chosen else [],
        wrong=wrong,
        broken={one.name: one.wrong.sentence(language()) for one in entities if one.wrong},
    )


def _members(entity: Entity) -> Iterator[Shown]:
    def each(members: tuple[Member, ...], depth: int) -> Iterator[Shown]:
        for one in members:
            notes = [_("key")] if depth == 0 and one.name in entity.key else []
            notes += [_("required")] if one.required else []
            notes += [_("can be written")] if one.writable else []
            kind = KINDS[one.kind].in_(language())
            yield Shown(one.name, kind, one.title.in_(language()), depth, notes)
            yield from each(one.rows, depth + 1)

    yield from each(entity.members, 0)


def _line(standing: Standing) -> Line:
    connection, state = standing.connection, standing.state
    said = state.problem["message"][language()] if state.problem else ""
    if not said and standing.problems:
        said = standing.problems[0].sentence(language())
    bad = next((one for one in state.findings if not one["ok"]), None)
    if not said and bad is not None and connection.on:
        say = bad["say"][language()]
        said = _("checked %(when)s: %(say)s", when=_when(state.checked_at), say=say)
    title = standing.kind.manifest.title.in_(language()) if standing.kind else connection.connector
    read = _when(state.read_at)
    named = connection.title.in_(language())
    mirrored = bool(connection.mirrors)
    return Line(connection.id, named, title, _mark(standing), read, said, mirrored)


def _mark(standing: Standing) -> Mark:
    state = standing.state
    if standing.kind is None:
        return Mark(_("connector missing"), "red", "octagon-x")
    if not standing.connection.on:
        return Mark(_("off"), "", "power")
    if standing.problems:
        return Mark(_("not set up"), "red", "octagon-x")
    if state.problem is not None or any(not one["ok"] for one in state.findings):
        return Mark(_("needs attention"), "amber", "triangle-alert")
    return Mark(_("on"), "green", "circle-check")


def _when(moment: datetime | None) -> str:
    return short(moment, reading()) if moment else ""


def _page(standing: Standing, typed: Mapping[str, Any], problems: Any) -> str:
    connection, state, kind = standing.connection, standing.state, standing.kind
    settings = kind.manifest.settings if kind else ()
    told = given.by_setting(problems, language(), settings)
    return render_template(
        "connections/show.html",
        here=":connections",
        connection=connection,
        standing=standing,
        mark=_mark(standing),
        kind=kind,
        wrong=[one.sentence(language()) for one in standing.problems if not problems],
        boxes=given.boxes(
            settings, typed["settings"], replaced(standing, typed), problems, language()
        ),
        secrets=list(_secrets(standing, typed, told)),
        typed=typed,
        told=told,
        problems=given.summary(problems, settings, language()),
        problems_heading=_("The settings were not kept"),
        findings=[_finding(one) for one in state.findings],
        checked=_when(state.checked_at),
        read=_when(state.read_at),
        read_iso=iso(state.read_at) if state.read_at else "",
        failed=_when(state.failed_at) if state.problem else "",
        failure=state.problem["message"][language()] if state.problem else "",
        able=[CAPABILITIES[one].in_(language()) for one in kind.manifest.capabilities]
        if kind
        else [],
        told_by=holding(connection) if connection.notices else "",
        kinds=[NOTICES[one].in_(language()) for one in connection.notices.on]
        if connection.notices
        else [],
        asks=[one.say.in_(language()) for one in kind.manifest.permissions] if kind else [],
        limits=limits_of(connection, kind) if kind else (None, None),
        hosts=allowed_hosts(kind, connection.settings, connection.hosts) if kind else (),
        networks=[(name, called.in_(language())) for name, called in NETWORKS.items()],
        mirrors=[
            (one, _span(one.every), list(_mapped(standing, one))) for one in connection.mirrors
        ],
        forms=catalog().forms,
    )


def _span(seconds: int) -> str:
    """Return how often something is read, in the largest unit that fits."""
    if seconds % 86400 == 0:
        return _("%(count)s d", count=seconds // 86400)
    if seconds % 3600 == 0:
        return _("%(count)s h", count=seconds // 3600)
    return (
        _("%(count)s s", count=seconds) if seconds % 60 else _("%(count)s min", count=seconds // 60)
    )


def _finding(data: Mapping[str, Any]) -> Finding:
    words = language()
    hint = data["hint"][words] if data["hint"] and not data["ok"] else ""
    return Finding(data["title"][words], data["ok"], data["say"][words], hint)


def _mapped(standing: Standing, mirror: Any) -> Iterator[Mapped]:
    source = standing.connection.title.in_(language())
    model = catalog().forms.get(mirror.form)
    for one in mirror.mapped:
        field = model.fields.get(one.to) if model else None
        label = field.field.label.in_(language()) if field else one.to
        constant = getattr(one, "constant", None)
        member = one.member or _("always %(value)s", value=constant)
        theirs = one.owner == "source"
        yield Mapped(label, member, source if theirs else _("here"), theirs)


def _secrets(
    standing: Standing, typed: Mapping[str, Any], told: Mapping[str, list[str]]
) -> Iterator[Secret]:
    for one in standing.kind.manifest.settings if standing.kind else ():
        if one.secret:
            reference = typed["secrets"].get(one.name, "")
            if wrong_reference(reference) is not None:
                reference = ""  # it may be the secret itself, which is shown to nobody
            errors = told.get(f"secrets.{one.name}", [])
            title = one.title.in_(language())
            about = one.help.in_(language()) if one.help else ""
            lines = one.law.get("format") == "lines"
            yield Secret(one.name, title, about, lines, reference, one.required, errors)
