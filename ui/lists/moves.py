"""The steps by which a card moves to another column of its board."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from seamline.facts import Record
from seamline.forms import FormModel, possible
from seamline.metadata import Board, Step
from seamline.metadata.board import STATE

from ..pages.filling import fillable
from ..session import actor, catalog


@dataclass(frozen=True, slots=True)
class Move:
    """One step to one column; `direct` where nothing has to be filled in for it.

    `needs` is `form` where it has fields to fill, `reason` where it only wants one.
    """

    step: Step
    lane: str
    needs: str = ""

    @property
    def word(self) -> str:
        """What a button sends: the step and the column it leads to."""
        return f"{self.step.id}:{self.lane}"


def lanes(model: FormModel, board: Board) -> tuple[str, ...]:
    """Return the columns of a board in their order."""
    if board.lanes:
        return board.lanes
    if board.lane == STATE:
        return tuple(state.id for state in model.form.states if not state.final)
    return tuple(str(option["id"]) for option in model.fields[board.lane].shown.settings["options"])


def lane_of(record: Record, board: Board) -> str:
    """Return the column in which a record stands."""
    return record.state if board.lane == STATE else str(record.values.get(board.lane) or "")


def moves(model: FormModel, board: Board, record: Record) -> Iterator[Move]:
    """Yield what the reader may do to bring a card into another column, one way per step."""
    access, who = catalog().access, actor()
    steps = [
        step
        for step in model.steps.values()
        if possible(step, record, model.form) and access.may(who, step.id, model.form.id)
    ]
    here, shown = lane_of(record, board), lanes(model, board)
    if board.lane == STATE:
        for step in steps:
            if step.to is not None and step.to != here and (step.to in shown or not board.lanes):
                yield Move(step, step.to, _needs(step, bool(fillable(model, step))))
        return
    setting = _setting(model, board, steps)
    for lane in shown if setting else ():
        if lane != here:
            assert setting is not None
            yield Move(setting, lane, _needs(setting, fields=False))


def find(model: FormModel, board: Board, record: Record, word: str) -> Move | None:
    """Return the move that a button names, None where it is not open (any more)."""
    return next((move for move in moves(model, board, record) if move.word == word), None)


def _setting(model: FormModel, board: Board, steps: list[Step]) -> Step | None:
    """Return the step that sets the field of the columns and as little else as possible."""
    setting = [
        step
        for step in steps
        if step.to is None and board.lane in {one.id for one in fillable(model, step)}
    ]
    return min(setting, key=lambda step: len(fillable(model, step)), default=None)


def _needs(step: Step, fields: bool) -> str:
    if fields:
        return "form"
    return "reason" if step.reason != "none" else ""
