"""A board of tasks on a phone: cards by time left, one task with its rail, the next check-in."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from seamline.facts import Record
from seamline.forms import FormModel
from seamline.metadata import Page, Step
from seamline.usecases import look
from seamline.usecases.look import Told

from ...say import _
from ...session import actor, catalog, desk, signed_in
from .. import entering, filling, form_page
from ..face import PageFace
from ..opening import opened
from ..tasking import asked
from ..tasking.board import Board, board_of, reached, trouble_badge

blueprint = Blueprint("tasks", __name__)


@blueprint.before_request
@signed_in
def _signed_in() -> None:
    """Every page here is for people who are signed in."""


def _show(page: Page) -> str:
    board = board_of(page)
    tabs = asked.tabs(board)
    tab = next(one.id for one in tabs if one.open)
    found = look.page(desk(), actor(), board.tasks.form, asked.query(board, tab))
    return _rendered(
        "kinds/tasks.html",
        board,
        tabs=tabs,
        tab=tab,
        chips=asked.chips(board, tab),
        cards=[board.card(record) for record in found.rows],
        more=asked.more_address(board, tab, found.cursor),
        filtered=bool(request.args.get("only") or request.args.get("after")),
        may_report=board.may(board.tasks.report),
    )


def _rendered(template: str, board: Board, **more: Any) -> str:
    return render_template(
        template,
        page=board.page,
        here=f"page:{board.page.id}",
        outside=catalog().access.outside(actor()),
        trouble=trouble_badge(),
        **more,
    )


@blueprint.get("/p/<page_id>/task/<word>")
def task(page_id: str, word: str) -> Any:
    """Show one task: its facts, how far it has come, and the check-in that comes next."""
    board = board_of(opened(page_id, "tasks"))
    told = look.told(desk(), actor(), board.tasks.form, word)
    step = board.next_step(told.record)
    draft = None
    if step is not None and board.may(step.id):
        draft = filling.begun(_to_fill(board, step, told.record), step, told.record)
    return _task_page(board, told, step, draft)


def _task_page(
    board: Board, told: Told, step: Step | None, draft: filling.Filling | None, status: int = 200
) -> tuple[str, int]:
    """Return the page of a task with the form of a step on it, where one can be taken."""
    record = told.record
    times = reached(told.events, lambda at: f"{at.astimezone(catalog().zone):%m-%d %H:%M}")
    reporting = step is not None and step.id == board.tasks.report
    html = _rendered(
        "kinds/task.html",
        board,
        card=board.card(record, times),
        step=step,
        reporting=reporting,
        steps=board.route,
        over=record.state in board.tasks.done,
        may_report=board.may(board.tasks.report) and _starts(board, record),
        entry=form_page.context(draft) if draft is not None else None,
        waits=record.held == "pending",
    )
    return html, status


def _to_fill(board: Board, step: Step, record: Record) -> FormModel:
    """Return the form with what the person may fill in a step, seen or not."""
    return look.form_to_fill(desk(), actor(), board.tasks.form, step.id, record.id)


def _starts(board: Board, record: Record) -> bool:
    start = board.model.steps[board.tasks.report].from_states
    return record.held != "pending" and (not start or record.state in start)


@blueprint.route("/p/<page_id>/task/<word>/<step_id>", methods=["GET", "POST"])
def act(page_id: str, word: str, step_id: str) -> Any:
    """Show the form of a check-in or a report, take up what was sent, and take the step."""
    board = board_of(opened(page_id, "tasks"))
    if step_id not in (*board.tasks.route, board.tasks.report):
        abort(404)
    catalog().access.require(actor(), step_id, board.tasks.form)
    told = look.told(desk(), actor(), board.tasks.form, word)
    step = board.model.steps[step_id]
    model = _to_fill(board, step, told.record)
    if request.method == "GET":
        return _task_page(board, told, step, filling.begun(model, step, told.record))
    draft = filling.received(model, step, told.record)
    if entering.rearranged(draft, request.form.get("_do", "submit")):
        return _task_page(board, told, step, draft)
    done = filling.send(draft)
    if done is None:
        return _task_page(board, told, step, draft, 422)
    return _gone_on(_after(board, step, done.record))


def _gone_on(address: str) -> Answer:
    """Lead to the next page; a script that has sent the form goes there itself."""
    if request.headers.get("X-Seamline-Sends"):
        return Response(status=200, headers={"X-Seamline-Next": address})
    return redirect(address, 303)


def _after(board: Board, step: Step, record: Record) -> str:
    """Say what was done and go on: to the task while it has a next operation, else to the board."""
    card = board.card(record)
    reported = step.id == board.tasks.report
    flash(
        _("%(task)s: the trouble has been reported.", task=card.head)
        if reported
        else _("%(task)s: checked in, now “%(state)s”.", task=card.head, state=card.now)
    )
    if record.state in board.tasks.done:
        return url_for("generated.show", page_id=board.page.id)
    return url_for("tasks.task", page_id=board.page.id, word=record.id)


@blueprint.get("/p/<page_id>/report")
def report(page_id: str) -> str:
    """Ask which task is in trouble."""
    board = board_of(opened(page_id, "tasks"))
    catalog().access.require(actor(), board.tasks.report or "-", board.tasks.form)
    found = look.page(desk(), actor(), board.tasks.form, asked.open_tasks(board))
    return _rendered(
        "kinds/task_report.html",
        board,
        step=board.model.steps[board.tasks.report],
        cards=[board.card(record) for record in found.rows],
    )


KIND = PageFace("tasks", _show, blueprint)
