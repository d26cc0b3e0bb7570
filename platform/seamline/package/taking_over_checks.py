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
