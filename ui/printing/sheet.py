"""A record as a paper: its head, its facts and rows as the print view names them, its parts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from types import ModuleType

from flask import url_for

from seamline.facts import Record
from seamline.fields.moments import show_moment
from seamline.forms import FormModel
from seamline.metadata import Field, Section, mark_of
from seamline.metadata.print_view import PrintView
from seamline.printing.paper import (
    Block,
    Fact,
    Facts,
    Heading,
    Paper,
    Seal,
    Signatures,
    Table,
    Tag,
    Words,
)
from seamline.registry import modules
from seamline.usecases.look import Told

from ..pages.naming import repeats_name
from ..pages.people import name_of_person
from ..qr import drawing_of
from ..record.facts import WIDE
from ..record.heads import subtitle
from ..record.rows import FILES, rows_of
from ..say import _
from ..session import actor, catalog, language, reading
from ..shown import Faces, name_of
from .cells import TONES, cell_of, crowded, table_of

_LONG = 40  # signs of a value that asks for a line of its own


@dataclass(frozen=True, slots=True)
class Print:
    """What a part of a paper is made from: the record as its reader sees it, and the view."""

    model: FormModel
    told: Told
    view: PrintView
    faces: Faces

    @property
    def record(self) -> Record:
        """The record that is printed."""
        return self.told.record


def paper_of(
    model: FormModel, told: Told, view: PrintView, at: datetime, seal: Seal | None = None
) -> Paper:
    """Return a record as a paper, by a print view, for who asks."""
    what = Print(model, told, view, Faces(model, reading()))
    record, spoken, blocks = told.record, language(), [*_blocks(what)]
    address = url_for("records.show", form_id=record.form, word=record.id, _external=True)
    return Paper(
        title=view.title.in_(spoken),
        number=name_of(record, model),
        company=_company(),
        made=_(
            "Printed %(when)s by %(who)s",
            when=show_moment(at, reading()),
            who=name_of_person(actor().id),
        ),
        language=spoken,
        subtitle=subtitle(model, record, what.faces),
        tags=list(_tags(what)),
        mark=_mark(what),
        code=drawing_of(address),
        code_says=_("Leads to the record"),
        wide=view.wide or any(isinstance(one, Table) and crowded(one) for one in blocks),
        blocks=[*blocks, *([seal] if seal is not None else [])],
    )


def _company() -> str:
    heads = [one.head for one in catalog().packages]
    named = next((one.company for one in heads if one.company is not None), None)
    return (named or heads[0].title).in_(language()) if heads else "Seamline"


def _tags(what: Print) -> Iterator[Tag]:
    record = what.record
    state = next((one for one in what.model.form.states if one.id == record.state), None)
    if state is not None:
        yield Tag(state.title.in_(language()), TONES.get(state.colour, "plain"))
    if record.held:
        yield Tag(_held(record), "hold")
    if record.revision > 1:
        yield Tag(_("Revision %(n)s", n=record.revision), "plain")


def _mark(what: Print) -> str:
    record = what.record
    closed = mark_of(what.model.form.closed, record.state)
    if closed is not None:
        return closed.in_(language())
    if record.archived_at is not None:
        return _("Archived")
    if record.held:
        return _held(record)
    return ""


def _held(record: Record) -> str:
    return _("held for review") if record.held == "pending" else _("returned")


def _blocks(what: Print) -> Iterator[Block]:
    for section in what.model.form.sections:
        blocks = list(_section(what, section))
        if blocks:
            yield Heading(section.title.in_(language()))
            yield from blocks
    by_name = {module.__name__.rpartition(".")[2]: module for module in _parts()}
    for name in what.view.parts:
        yield from by_name[name].blocks(what)
    if what.view.note is not None:
        yield Words(what.view.note.in_(language()))
    if what.view.sign:
        names = [one.in_(language()) for one in what.view.sign]
        yield Heading(_("Signatures"))
        yield Signatures(names, _("Signature"), _("Date"))


def _parts() -> tuple[ModuleType, ...]:
    return tuple(modules("seamline.ui.printing.parts"))


def _section(what: Print, section: Section) -> Iterator[Block]:
    facts: list[Fact] = []
    for one in section.fields:
        value = what.record.values.get(one.id)
        if value is None or not what.view.shows(one.id):
            continue
        if one.kind == "table":
            if facts:
                yield Facts(facts)
                facts = []
            table = table_of(what.model, one, rows_of(value), what.faces, what.view.columns(one.id))
            if table is not None:
                yield table
        elif not _left_out(what, one, section):
            cell = cell_of(what.faces, one.id, value)
            wide = one.kind in WIDE or len(cell.text) > _LONG
            facts.append(Fact(what.faces.label(one.id), cell, wide))
    if facts:
        yield Facts(facts)


def _left_out(what: Print, one: Field, section: Section) -> bool:
    if what.view.fields:
        return False
    return one.kind in FILES or one.kind == "bound" or repeats_name(one, section.fields)
