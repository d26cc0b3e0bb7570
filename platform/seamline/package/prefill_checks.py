"""Sources of prefilled fields: what they name exists, and its values fit the field."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC

from seamline.documents import Path
from seamline.fields import KINDS, Invalid, Reading
from seamline.metadata import Field, Form
from seamline.metadata.prefill import ME, MINE, Prefill
from seamline.problems import shorten
from seamline.text import Text

from .draft import Draft, Sheet
from .field_checks import every_field

_FILES = ("attachment", "image", "signature", "table")
# Kinds whose values are words of one kind: what fits one may stand in the other, and is checked.
_WORDS = ("text", "long_text", "barcode", "phone", "email", "url")
_NUMBERS = ("integer", "decimal", "money", "percent")


def check_prefills(draft: Draft, sheet: Sheet) -> None:
    """Check every source of every field of a form."""
    form: Form = sheet.part
    for path, field, beside in every_field(form):
        for place, source in enumerate(field.prefill):
            at = (*path, "prefill", place)
            if not KINDS[field.kind].written or field.kind in _FILES:
                title = KINDS[field.kind].title
                say = Text(
                    f"{title.zh}不能预填。", f"A field of kind {field.kind} cannot be prefilled."
                )
                draft.tell(sheet, at, "not_prefilled", say, got=field.id)
            elif source.value:
                _check_value(draft, sheet, at, field, source.value)
            elif source.through:
                _check_through(draft, sheet, at, field, source, beside)
            else:
                _check_same(draft, sheet, at, source, beside)


def _check_through(
    draft: Draft, sheet: Sheet, at: Path, field: Field, source: Prefill, beside: Sequence[Field]
) -> None:
    references = {one.id: one for one in reversed(beside) if one.kind == "reference"}
    through = references.get(source.through)
    if through is None:
        draft.unknown(sheet, at, "reference", source.through, references)
        return
    target = draft.forms().get(str(through.settings["to"]))
    if target is None:
        return  # said at the reference
    known = {one.id: one for one in target.fields}
    found = known.get(source.field)
    if found is None:
        draft.unknown(sheet, at, "field", source.field, known)
    elif not _fits(found, field):
        say = Text(
            f"“{source.through}.{source.field}”是{KINDS[found.kind].title.zh},"
            f"不能填入{KINDS[field.kind].title.zh}。",
            f"'{source.through}.{source.field}' is of kind {found.kind} and does not fit into "
            f"a field of kind {field.kind}.",
        )
        draft.tell(sheet, at, "prefill_kind", say, got=f"{source.through}.{source.field}")


def _check_value(draft: Draft, sheet: Sheet, at: Path, field: Field, word: str) -> None:
    if field.kind == "person" and word == ME:
        return
    try:
        KINDS[field.kind].parse(field, word, Reading(zone=UTC))
    except Invalid as error:
        problem = error.problem
        say = Text(
            f"预填的值不合字段：{problem.say.zh}", f"The value does not fit: {problem.say.en}"
        )
        draft.tell(sheet, at, "bad_default", say, problem.hint, got=shorten(word))


def _fits(found: Field, field: Field) -> bool:
    if found.kind == "reference" and field.kind == "reference":
        return bool(found.settings["to"] == field.settings["to"])
    families = (_WORDS, _NUMBERS)
    return found.kind == field.kind or any(
        found.kind in family and field.kind in family for family in families
    )


def _check_same(
    draft: Draft, sheet: Sheet, at: Path, source: Prefill, beside: Sequence[Field]
) -> None:
    known = {one.id: one for one in reversed(beside) if _compared(one)}
    for name in source.same:
        if name != MINE and name not in known:
            draft.unknown(sheet, at, "field", name, [*known, MINE])


def _compared(one: Field) -> bool:
    kind = KINDS[one.kind]
    return kind.written and kind.column(one).type not in ("none", "json", "set")
