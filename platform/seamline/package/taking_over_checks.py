"""Migrations in import maps: from plain data to their metadata, and against the library."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seamline.conditions.parse import parse
from seamline.documents import Path
from seamline.forms import form_scope
from seamline.metadata import (
    Approval,
    ApprovalRows,
    Attachments,
    Form,
    FromConnection,
    ImportMap,
    Reconcile,
    TakingOver,
)
from seamline.problems import Refused
from seamline.text import Text, written as text

from .draft import Draft, Sheet
from .page_checks import DraftNames

NUMBERS = ("integer", "decimal", "money", "percent")
HERE = "takes_over"


def built_taking_over(data: Mapping[str, Any]) -> TakingOver:
    """Return what an import map says of a migration, from data that passed the schema."""
    reconcile = data.get("reconcile", {})
    return TakingOver(
        source=FromConnection(**data["from"]) if "from" in data else None,
        approvals=tuple(
            Approval(text(one["act"]), one.get("by", ""), one.get("at", ""), one.get("words", ""))
            for one in data.get("approvals", ())
        ),
        approval_rows=ApprovalRows(**data["approval_rows"]) if "approval_rows" in data else None,
        attachments=Attachments(**data["attachments"]) if "attachments" in data else None,
        only=data.get("only"),
        reconcile=Reconcile(
            reconcile.get("month", ""),
            tuple(reconcile.get("groups", ())),
            tuple(reconcile.get("sums", ())),
        ),
        prefix=data.get("prefix", ""),
    )


def check_taking_over(draft: Draft, sheet: Sheet, mapping: ImportMap, form: Form) -> None:
    """Check that a migration and a library go together, and what they name is there."""
    takes = mapping.takes_over
    if (takes is not None) != form.library:
        say = (
            Text(f"“{form.id}”是历史库，映射要写 takes_over。",
                 f"'{form.id}' is a library: the map needs takes_over.")
            if form.library
            else Text(f"“{form.id}”不是历史库(closed 且不写 states)，不写 takes_over。",
                      f"'{form.id}' is no library (closed, without states): leave out takes_over.")
        )  # fmt: skip
        draft.tell(sheet, (HERE,) if takes else ("form",), "library_and_map", say, key=bool(takes))
    if takes is None:
        return
    if not mapping.key:
        say = Text(
            "迁移要写 key:来源中认出一条记录的列。",
            "A migration needs a key: the columns that tell a record of the source.",
        )
        draft.tell(sheet, (HERE,), "migration_key", say, key=True)
    if mapping.mode != "create":
        say = Text("迁移不写 mode。", "A migration has no mode: leave it out.")
        draft.tell(sheet, ("mode",), "migration_mode", say)
    names = DraftNames(draft, sheet)
    if takes.attachments is not None:
        kinds = ("attachment", "image")
        names.field((HERE, "attachments", "to"), form, takes.attachments.to, kinds)
    _check_reconcile(names, form, takes.reconcile)
    if takes.only is not None:
        _check_only(draft, sheet, form, takes.only)


def check_sources_apart(draft: Draft) -> None:
    """Check that no two sources of one library can have a key in common.

    A file beside a connection is taken for an export of the same system.
    """
    met: dict[str, list[ImportMap]] = {}
    for sheet in draft.of_kind("import"):
        mapping: ImportMap = sheet.part
        if mapping.takes_over is None:
            continue
        for other in met.setdefault(mapping.form, []):
            if _mixed_up(mapping.takes_over, other.takes_over or TakingOver()):
                draft.tell(sheet, (HERE,), "sources_mixed_up", _mixed(mapping, other), key=True)
                break
        met[mapping.form].append(mapping)


def _mixed_up(one: TakingOver, other: TakingOver) -> bool:
    """Return whether equal keys of two maps could be of different things."""
    if one.prefix or other.prefix:
        return False  # apart, or said to be of one system
    if one.source is None or other.source is None:
        return one.source is other.source
    mine, theirs = one.source, other.source
    return (mine.connection, mine.entity) != (theirs.connection, theirs.entity)


def _mixed(mapping: ImportMap, other: ImportMap) -> Text:
    return Text(
        f"“{mapping.id}”和“{other.id}”迁入同一个历史库“{mapping.form}”，键相同的记录会互相覆盖。"
        f"来源不同时，请给其中一个写 {HERE}: {{prefix: …}}；来源相同时，两个写一样的 prefix。",
        f"'{mapping.id}' and '{other.id}' fill the same library '{mapping.form}': records with "
        f"equal keys would overwrite one another. Give one of them {HERE}: {{prefix: …}}, or both "
        "the same prefix where they read the same system.",
    )


def _check_reconcile(names: DraftNames, form: Form, reconcile: Reconcile) -> None:
    here: Path = (HERE, "reconcile")
    if reconcile.month:
        names.field((*here, "month"), form, reconcile.month, ("date", "datetime"))
    for place, word in enumerate(reconcile.groups):
        names.field((*here, "groups", place), form, word)
    for place, word in enumerate(reconcile.sums):
        names.field((*here, "sums", place), form, word, NUMBERS)


def _check_only(draft: Draft, sheet: Sheet, form: Form, condition: Mapping[str, Any]) -> None:
    def locate(path: Path) -> Any:
        return sheet.document.place((HERE, "only", *path))

    try:
        parse(condition, form_scope(form, draft.forms()), locate=locate)
    except Refused as refused:
        draft.problems.extend(refused.problems)
