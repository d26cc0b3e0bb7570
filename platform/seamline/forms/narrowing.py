"""A form as somebody sees it: without the fields, columns and platform names hidden from them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from seamline.metadata import Board, Field, Form, ListView, Section

from .model import FormModel
from .parts import FieldModel


def narrowed(
    model: FormModel,
    unseen: frozenset[str],
    unfilled: frozenset[str] = frozenset(),
) -> FormModel:
    """Return the form as one to whom `unseen` is hidden sees it.

    Sections, list, key, name, code and states lose what is hidden, so that whatever is made from
    the form cannot show it; `unfilled` names what stays but may not be filled. Names, tables and
    what the door needs stay whole: conditions of the form's author are read by all of them.
    """
    if not unseen and not unfilled:
        return model
    form = _form(model.form, unseen)
    left = {path for path, _ in form.every_field()}
    fields = {
        path: _with_columns(field, left) for path, field in model.fields.items() if path in left
    }
    return replace(model, form=form, fields=fields, unseen=unseen, unfilled=unfilled)


def _form(form: Form, unseen: frozenset[str]) -> Form:
    sections = (Section(one.id, one.title, tuple(_fields(one, unseen))) for one in form.sections)
    states = () if "_state" in unseen else form.states
    return replace(
        form,
        sections=tuple(section for section in sections if section.fields),
        list=_list(form.list, unseen),
        key=None if form.key in unseen else form.key,
        name=None if form.name in unseen else form.name,
        code=None if "_code" in unseen else form.code,
        states=states,
        duplicates=tuple(one for one in form.duplicates if not unseen & {*one.fields}),
        due=None if form.due in unseen else form.due,
        board=_board(form.board, unseen) if form.board else None,
    )


def _fields(section: Section, unseen: frozenset[str]) -> list[Field]:
    kept = []
    for field in section.fields:
        if field.id in unseen:
            continue
        columns = tuple(one for one in field.fields if f"{field.id}.{one.id}" not in unseen)
        if columns or not field.fields:
            kept.append(replace(field, fields=columns))
    return kept


def _board(board: Board, unseen: frozenset[str]) -> Board | None:
    """Return a board without what is hidden; None where its columns would tell of it."""
    if board.lane in unseen:
        return None
    title, meta, sort = (
        tuple(name for name in names if name.lstrip("-") not in unseen)
        for names in (board.title, board.meta, board.sort)
    )
    return replace(board, title=title, meta=meta, sort=sort)


def _list(view: ListView, unseen: frozenset[str]) -> ListView:
    def seen(names: Collection[str]) -> tuple[str, ...]:
        return tuple(name for name in names if name.lstrip("-") not in unseen)

    # A list has some order, even where nothing that it is usually sorted by is seen.
    sort = seen(view.sort) or ("_id",)
    return ListView(seen(view.columns), seen(view.filters), seen(view.search), sort)


def _with_columns(field: FieldModel, left: Collection[str]) -> FieldModel:
    if not field.columns:
        return field
    columns = tuple(one for one in field.columns if one.path in left)
    inner = {one.id for one in columns}
    own = replace(field.field, fields=tuple(one for one in field.field.fields if one.id in inner))
    return replace(field, field=own, columns=columns)
