"""What a board is asked to list: one of its tabs, narrowed to what is late, near or in trouble."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from seamline import clock
from seamline.conditions.parse import Node, parse
from seamline.problems import Place
from seamline.store import Query
from seamline.usecases import look

from ...say import _
from ...session import actor, catalog, desk
from .board import Board

LIMIT = 30
MOST = 999
WORKING, WAITING, DONE = "working", "waiting", "done"


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab, or one chip under the tabs: how many tasks it holds, and whether it is open."""

    id: str
    title: str
    count: int
    address: str
    open: bool
    icon: str = ""


def tabs(board: Board) -> list[Tab]:
    """Return the tabs; where none is asked for, the first that holds a task is open."""
    titles = {WORKING: _("In work"), WAITING: _("To start"), DONE: _("Done")}
    words = [word for word in titles if states(board, word)]
    counts = _counted(board, [[_in(states(board, word))] for word in words])
    wanted = request.args.get("at", "")
    filled = next((w for w, n in zip(words, counts, strict=True) if n and w != DONE), words[0])
    chosen = wanted if wanted in words else filled
    return [
        Tab(word, titles[word], count, _address(board, at=word), word == chosen)
        for word, count in zip(words, counts, strict=True)
    ]


def chips(board: Board, tab: str) -> list[Tab]:
    """Return what an open tab can be narrowed to; chips that would be empty are left out."""
    wanted, within = request.args.get("only", ""), _in(states(board, tab))
    if tab == DONE:
        return []
    narrower = {name: part for name, part in narrowings(board).items() if part is not None}
    counts = _counted(board, [[within, part] for part in narrower.values()])
    titles = {
        "late": (_("Overdue"), "clock"),
        "soon": (_("Due soon"), "clock"),
        "trouble": (_("In trouble"), "triangle-alert"),
    }
    made = [
        Tab(name, titles[name][0], count, _address(board, at=tab, only=name), name == wanted,
            titles[name][1])
        for name, count in zip(narrower, counts, strict=True)
        if count or name == wanted
    ]  # fmt: skip
    if not made:
        return []
    whole = Tab("", _("All"), 0, _address(board, at=tab), not any(chip.open for chip in made))
    return [whole, *made]


def states(board: Board, tab: str) -> tuple[str, ...]:
    """Return the states whose tasks stand under a tab."""
    match tab:
        case "working":
            return tuple(board.operations)
        case "waiting":
            return board.waiting
    return board.tasks.done


def narrowings(board: Board) -> Mapping[str, Mapping[str, Any] | None]:
    """Return the condition of each chip, None where the person cannot ask for it."""
    today = clock.today(catalog().zone).isoformat()
    ends = (clock.now() + board.tasks.soon).astimezone(catalog().zone)
    due, mark = {"var": board.due}, {"var": board.tasks.trouble}
    late = {"<": [due, today]}
    soon = {"and": [{">=": [due, today]}, {"<": [due, ends.date().isoformat()]}]}
    return {
        "late": late if board.due else None,
        "soon": soon if board.due else None,
        "trouble": mark if board.sees(board.tasks.trouble) else None,
    }


def query(board: Board, tab: str) -> Query:
    """Return the query of the open tab: the most urgent first, what is done newest first."""
    parts = [_in(states(board, tab))]
    narrower = narrowings(board).get(request.args.get("only", ""))
    if narrower is not None and tab != DONE:
        parts.append(narrower)
    return Query(
        where=_where(board, parts),
        sort=_newest(board) if tab == DONE or not board.due else (board.due,),
        limit=LIMIT,
        cursor=request.args.get("after") or None,
        total=False,
        fields=board.fields(),
    )


def _newest(board: Board) -> tuple[str, ...]:
    """Return the order of what was done last, as far as one sees when that was."""
    return next(((f"-{name}",) for name in ("_updated_at", board.due) if board.sees(name)), ())


def open_tasks(board: Board) -> Query:
    """Return the query of every task that trouble can be reported of."""
    step = board.model.steps[board.tasks.report]
    where = _where(board, [_in(step.from_states)]) if step.from_states else None
    sort = (board.due,) if board.due else _newest(board)
    return Query(where=where, sort=sort, limit=MOST, total=False, fields=board.fields())


def more_address(board: Board, tab: str, cursor: str | None) -> str:
    """Return where the next tasks of a tab stand; empty where there are none."""
    if cursor is None:
        return ""
    return _address(board, at=tab, only=request.args.get("only", ""), after=cursor)


def _counted(board: Board, conditions: list[list[Mapping[str, Any]]]) -> list[int]:
    queries = [Query(where=_where(board, parts)) for parts in conditions]
    return look.counts(desk(), actor(), board.tasks.form, queries, MOST)


def _in(words: tuple[str, ...]) -> Mapping[str, Any]:
    return {"in": [{"var": "_state"}, list(words)]}


def _where(board: Board, parts: list[Mapping[str, Any]]) -> Node:
    return parse({"and": parts} if len(parts) > 1 else parts[0], board.model.scope, Place())


def _address(board: Board, **words: str) -> str:
    kept: dict[str, Any] = {name: word for name, word in words.items() if word}
    return url_for("generated.show", page_id=board.page.id, **kept)
