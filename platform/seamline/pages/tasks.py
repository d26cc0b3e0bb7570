"""A board of tasks: what a person has to do on a form, the most urgent first, step by step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from seamline.documents import Path
from seamline.metadata import Form, Step
from seamline.text import Text

from .kind import Data, Names, PageKind

SOON = "48h"
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


@dataclass(frozen=True, slots=True)
class Tasks:
    """The tasks of a form: what a card shows, and the check-ins in the order of their route.

    `head` names a task, `title` says what it is about, `fields` are further facts of it. `done`
    are the states in which nothing is left to do. `report` is the step that tells of trouble,
    `trouble` the field that is filled while there is some. Within `soon` of its due day a task
    stands in amber.
    """

    form: str
    head: str
    title: tuple[str, ...]
    fields: tuple[str, ...]
    route: tuple[str, ...]
    done: tuple[str, ...]
    report: str = ""
    trouble: str = ""
    soon: timedelta = timedelta(hours=48)


def _read(data: Data) -> Tasks:
    report = data.get("report", {})
    return Tasks(
        form=data["form"],
        head=data.get("head", "_code"),
        title=tuple(data["title_fields"]),
        fields=tuple(data.get("fields", ())),
        route=tuple(data["route"]),
        done=tuple(data.get("done", ())),
        report=report.get("step", ""),
        trouble=report.get("mark", ""),
        soon=_span(data.get("soon", SOON)),
    )


def _span(word: str) -> timedelta:
    return timedelta(**{_UNITS[word[-1]]: int(word[:-1])})


def _check(data: Data, names: Names) -> None:
    form = names.form(("form",), data["form"])
    if form is None:
        return
    if "head" in data:
        names.column(("head",), form, data["head"])
    for key in ("title_fields", "fields"):
        for index, word in enumerate(data.get(key, ())):
            names.column((key, index), form, word)
    for index, word in enumerate(data.get("done", ())):
        names.state(("done", index), form, word)
    if form.due is None:
        say = Text("表单没有写交期(due)。", "The form names no due day.")
        hint = Text("请在表单里写 due: 日期字段。", "Name a date field in the form: due.")
        names.tell(("form",), "no_due", say, hint, got=form.id)
    _check_route(data["route"], form, names)
    _check_report(data, form, names)


def _check_route(route: Sequence[str], form: Form, names: Names) -> None:
    """Ask that every check-in can follow the one before it: a route has no gap."""
    before: Step | None = None
    for index, word in enumerate(route):
        step = names.step(("route", index), form, word)
        if step is None:
            before = None
            continue
        if step.to is None:
            say = Text(
                f"“{word}”不改变状态，不能打卡。", f"'{word}' leads to no state: no check-in."
            )
            names.tell(("route", index), "route_broken", say, got=word)
        elif before is not None and before.to not in step.from_states:
            _tell_gap(("route", index), before, step, names)
        before = step


def _tell_gap(path: Path, before: Step, step: Step, names: Names) -> None:
    say = Text(
        f"“{step.id}”不能从“{before.to}”开始，而“{before.id}”之后就是这个状态。",
        f"'{step.id}' does not start from '{before.to}', where '{before.id}' leads.",
    )
    hint = Text(
        "请按工艺次序写，或在该步骤的 from 里补上这个状态。",
        "Put the steps in their order, or add that state to the step's from.",
    )
    names.tell(path, "route_broken", say, hint, got=step.id)


def _check_report(data: Data, form: Form, names: Names) -> None:
    report = data.get("report")
    if report is None:
        return
    step = names.step(("report", "step"), form, report["step"])
    if "mark" not in report:
        return
    mark = names.field(("report", "mark"), form, report["mark"])
    if step is not None and mark is not None and mark.id not in (step.fields or (mark.id,)):
        say = Text(
            f"“{step.id}”不能填“{mark.id}”。", f"The step '{step.id}' cannot fill '{mark.id}'."
        )
        hint = Text("请加到该步骤的 fields。", "Add it to the fields of the step.")
        names.tell(("report", "mark"), "mark_not_filled", say, hint, got=mark.id)


KIND = PageKind(
    name="tasks",
    title=Text("任务看板", "Task board"),
    settings={
        "form": {"description": "任务所在的表单 · The form of the tasks", "$ref": "#/$defs/id"},
        "head": {
            "description": "卡片上的单号 · What names a task on its card",
            "$ref": "#/$defs/column_name",
        },
        "title_fields": {
            "description": "卡片上的标题 · What a task is about",
            "$ref": "#/$defs/column_names",
            "minItems": 1,
        },
        "fields": {
            "description": "卡片上的其他内容 · Further facts of a task",
            "$ref": "#/$defs/column_names",
        },
        "route": {
            "description": "依次打卡的业务环节 · The steps that are checked in, in their order",
            "$ref": "#/$defs/ids",
            "minItems": 1,
        },
        "done": {
            "description": "已完成的状态 · States in which nothing is left to do",
            "$ref": "#/$defs/ids",
        },
        "report": {
            "description": "上报异常 · How trouble is reported",
            "type": "object",
            "required": ["step"],
            "properties": {
                "step": {
                    "description": "上报异常的业务环节 · The step that reports it",
                    "$ref": "#/$defs/id",
                },
                "mark": {
                    "description": "有异常时填写的字段 · The field that is filled meanwhile",
                    "$ref": "#/$defs/id",
                },
            },
            "additionalProperties": False,
        },
        "soon": {
            "description": "到期前多久标黄 · How long before it is due a task turns amber",
            "$ref": "#/$defs/duration",
        },
    },
    settings_required=("form", "title_fields", "route"),
    read=_read,
    check=_check,
    in_hand=True,
)
