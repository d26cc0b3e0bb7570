"""The day by which a form's records are due, and its board, against its fields and states."""

from __future__ import annotations

from collections.abc import Iterable

from seamline.fields import KINDS
from seamline.metadata import Field, Form
from seamline.metadata.board import STATE
from seamline.text import Text

from .draft import Draft, Sheet

SHOWN = ("_code", "_tracking", "_state", "_created_at", "_created_by", "_updated_at", "_updated_by")
_DAYS = ("date", "datetime")
_NOT_SORTED = ("none", "json", "set")


def check_board(draft: Draft, sheet: Sheet) -> None:
    """Check the due field and the board of one form."""
    form: Form = sheet.part
    fields = {field.id: field for field in form.fields}
    _check_due(draft, sheet, fields)
    board = form.board
    if board is None:
        return
    lanes = _lanes(draft, sheet, fields)
    if lanes is not None:
        written = sheet.document.data["board"]
        for index, word in enumerate(board.lanes):
            if word not in lanes:
                kind = "state" if board.lane == STATE else "option"
                draft.unknown(sheet, ("board", "lanes", index), kind, word, lanes)
        shown = board.lanes or tuple(lanes)
        for word in written.get("limits", {}):
            if word not in shown:
                draft.unknown(sheet, ("board", "limits", word), "lane", word, shown)
    for key, words in (("title", board.title), ("meta", board.meta)):
        _known(draft, sheet, key, words, [*fields, *SHOWN])
    sort = [word.removeprefix("-") for word in board.sort]
    _known(draft, sheet, "sort", sort, [*fields, *SHOWN])
    for index, word in enumerate(sort):
        if word in fields and KINDS[fields[word].kind].column(fields[word]).type in _NOT_SORTED:
            say = Text(f"不能按“{word}”排序。", f"'{word}' cannot be sorted by.")
            draft.tell(sheet, ("board", "sort", index), "not_comparable", say, got=word)


def _check_due(draft: Draft, sheet: Sheet, fields: dict[str, Field]) -> None:
    due = sheet.part.due
    if due is None:
        return
    if due not in fields:
        draft.unknown(sheet, ("due",), "field", due, fields)
    elif KINDS[fields[due].kind].column(fields[due]).type not in _DAYS:
        say = Text(f"“{due}”不是日期。", f"'{due}' is no date.")
        hint = Text("请写日期或日期时间字段。", "Name a field of kind date or datetime.")
        draft.tell(sheet, ("due",), "due_field", say, hint, got=due)


def _lanes(draft: Draft, sheet: Sheet, fields: dict[str, Field]) -> list[str] | None:
    """Return what the columns may stand for; None (said) where the lane is nothing of the kind."""
    form: Form = sheet.part
    lane = form.board.lane if form.board else STATE
    if lane == STATE and form.states:
        return [state.id for state in form.states]
    if lane in fields and fields[lane].kind == "choice":
        return [str(option["id"]) for option in fields[lane].settings.get("options", ())]
    if lane not in fields and lane != STATE:
        draft.unknown(sheet, ("board", "lane"), "field", lane, [STATE, *fields])
        return None
    say = Text(
        f"“{lane}”既不是状态也不是单选字段，不能分列。",
        f"'{lane}' is neither a state nor a choice and makes no columns.",
    )
    hint = Text("请写 _state(表单要有状态)或单选字段。", "Name a choice field, or give it states.")
    written = sheet.document.data["board"]
    path = ("board", "lane") if "lane" in written else ("board",)
    draft.tell(sheet, path, "board_lane", say, hint, got=lane)
    return None


def _known(
    draft: Draft, sheet: Sheet, key: str, words: Iterable[str], known: Iterable[str]
) -> None:
    names = list(known)
    for index, word in enumerate(words):
        if word not in names:
            draft.unknown(sheet, ("board", key, index), "field", word, names)
