"""What is closed stays as it is, and what is older than our first day belongs elsewhere."""

from __future__ import annotations

from datetime import datetime

from seamline.facts import Record
from seamline.fields.moments import show_date
from seamline.forms import FormModel
from seamline.metadata import Cutover, mark_of
from seamline.problems import Place, Problem, Refused
from seamline.text import Text

from .case import Case


def refuse_library(model: FormModel) -> None:
    """Raise Refused 409 where a form is a library: only a migration fills it."""
    if not model.form.library:
        return
    title = model.form.title
    raise Refused.one(
        "closed_library",
        Text(
            f"{title.zh}是只读历史库，只由迁移写入。",
            f"{title.en} is a read-only library that only a migration fills.",
        ),
        status=409,
        hint=Text(
            "售后等后续单据请另建并引用它；历史数据用 seamline migrate。",
            "What follows (after-sales, say) is a record of its own that refers to it; "
            "history comes in by seamline migrate.",
        ),
    )


def refuse_closed(model: FormModel, before: Record) -> None:
    """Raise Refused 409 where a record is closed: no step is taken on it any more."""
    mark = mark_of(model.form.closed, before.state)
    if mark is None:
        return
    title = model.form.title
    raise Refused.one(
        "closed",
        Text(
            f"{title.zh} {before.code or before.id} {mark.zh}，只读，不能再写入。",
            f"{title.en} {before.code or before.id} is read-only ({mark.en.lower()}).",
        ),
        status=409,
        hint=Text(
            "需要更正或补充时，请新建一张单据并引用它。",
            "To correct or add something, make a new record that refers to it.",
        ),
    )


def check_cutover(case: Case) -> None:
    """Report a record dated before the day from which new ones are ours."""
    cutover = case.model.form.cutover
    if cutover is None:
        return
    value = case.values.get(cutover.field)
    if case.before is not None and case.before.values.get(cutover.field) == value:
        return
    if isinstance(value, datetime):
        value = value.astimezone(case.catalog.zone).date()
    if value is None or str(value) >= cutover.day.isoformat():
        return
    case.problems.add(_too_early(case, cutover, str(value)))


def _too_early(case: Case, cutover: Cutover, got: str) -> Problem:
    library = case.catalog.forms.get(cutover.library)
    found = Text("", "")
    if library is not None:
        title = library.form.title
        found = Text(f"，结案后在{title.zh}中查询", f"; once closed it is found in {title.en}")
    first = Text(show_date(cutover.day, "zh"), show_date(cutover.day, "en"))
    return Problem(
        "before_cutover",
        Text(
            f"{first.zh}以前的单据归{cutover.earlier.zh}，不在这里新建{found.zh}。",
            f"Anything dated before {first.en} belongs to "
            f"{cutover.earlier.en} and is not entered here{found.en}.",
        ),
        Place(cutover.field),
        Text("请核对日期。", "Check the date."),
        got,
    )
