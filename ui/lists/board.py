"""A form as a board: columns of cards, each column by pages, cards that move by business steps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import render_template, request, url_for
from markupsafe import Markup, escape
from werkzeug.datastructures import MultiDict

from seamline.conditions.node import And
from seamline.conditions.parse import parse
from seamline.facts import Record, Ref
from seamline.forms import FormModel
from seamline.metadata import Board
from seamline.metadata.board import STATE
from seamline.problems import Problem, Refused
from seamline.store import Page, Query
from seamline.text import Text
from seamline.usecases import look

from ..forms.control import options_of
from ..forms.sheet import Said
from ..session import actor, desk, language
from ..shown import badge, held_badge, name_of
from . import chips
from .asked import Asked
from .conditions import Around, where
from .moves import Move, lane_of, lanes, moves
from .page import brush, may, search_hint
from .painting import Brush, left_of, paint, remaining, tone, values
from .tabs import read
from .targets import LABELS, Target, targets

CARDS = 20  # of a column at once
MOST_CARDS = 200  # of a column that is fetched anew as far as somebody has read it
MOST_COUNTED = 1_000


@dataclass(frozen=True, slots=True)
class Card:
    """One record on the board."""

    id: str
    name: str
    address: str
    title: Markup
    meta: Markup
    due: Markup
    held: Markup
    late: str
    moves: list[Move]


@dataclass(frozen=True, slots=True)
class Lane:
    """One column: how many cards it holds, how many it should hold at most, the first of them."""

    id: str
    title: str
    colour: str
    count: str
    limit: int
    over: str
    cards: list[Card]
    more: str


def board_of(model: FormModel) -> Board:
    """Return the board of a form as its reader sees it; raises Refused 404 where it has none."""
    if model.form.board is None:
        raise Refused(
            (Problem("no_board", Text("这个表单没有看板。", "This form has no board.")),), 404
        )
    return model.form.board


def show(model: FormModel) -> str:
    """Return the page of a board, only the board where that is swapped, or more of one column."""
    board = board_of(model)
    given: MultiDict[str, str] = MultiDict(request.args)
    given.setdefault("all", "1")
    known = {name: one for name, one in targets(model, language()).items() if name != board.lane}
    asked = read(model, given, known, ())
    target = request.headers.get("HX-Target", "")
    if given.get("lane") and "#more-" in target:
        column = _lanes(model, board, asked, known, [given["lane"]], asked.after)
        return render_template("lists/cards.html", lane=column[0], **_frame(model, board, asked))
    part = target.endswith("#board")
    template = "lists/board.html" if part else "pages/board.html"
    return render_template(template, part=part, **context(model, board, asked, known))


def context(
    model: FormModel, board: Board, asked: Asked, known: dict[str, Target]
) -> dict[str, Any]:
    """Return what the board shows."""
    problems: list[Said] = []
    try:
        columns = _lanes(model, board, asked, known, lanes(model, board), "", _wanted())
    except Refused as refused:
        if refused.status in (403, 404):
            raise
        problems = [Said(problem.sentence(language())) for problem in refused.problems]
        columns = []
    offered = [
        [target for target in part if target.name != board.lane]
        for part in chips.offered(model, asked)
    ]
    return {
        "lanes": columns,
        "problems": problems,
        "chips": chips.chips(model, asked),
        "offered": offered,
        "search_hint": search_hint(model),
        **_frame(model, board, asked),
        **may(model.form.id),
    }


def _frame(model: FormModel, board: Board, asked: Asked) -> dict[str, Any]:
    titles = {lane: _title(model, board, lane)[0] for lane in _named(model, board)}
    return {
        "form": model.form,
        "here": model.form.id,
        "list": asked,
        "address": url_for("boards.show", form_id=model.form.id),
        "list_address": url_for("records.listing", form_id=model.form.id),
        "titles": titles,
        "cards": CARDS,
        "refreshed": asked.query(_cards=str(_wanted())) if _wanted() > CARDS else asked.query(),
        "by_state": board.lane == STATE,
        "by_lanes": True,
    }


def _wanted() -> int:
    """Return how many cards of each column are asked for: what is open may have been read on."""
    return max(CARDS, min(request.args.get("_cards", CARDS, type=int), MOST_CARDS))


def _named(model: FormModel, board: Board) -> Sequence[str]:
    """Return everything a card can move to, columns that are not shown among them."""
    if board.lane == STATE:
        return [state.id for state in model.form.states]
    return lanes(model, board)


def _title(model: FormModel, board: Board, lane: str) -> tuple[str, str]:
    """Return what a column is called, and its colour."""
    if board.lane == STATE:
        state = next(one for one in model.form.states if one.id == lane)
        return state.title.in_(language()), state.colour
    options = options_of(model.fields[board.lane].shown, language())
    found = next(option for option in options if option.id == lane)
    return found.label, found.colour


def _lanes(
    model: FormModel,
    board: Board,
    asked: Asked,
    known: dict[str, Target],
    wanted: Sequence[str],
    after: str,
    cards: int = CARDS,
) -> list[Lane]:
    queries = [
        replace(_query(model, board, asked, known, lane, after), limit=cards) for lane in wanted
    ]
    counts = look.counts(desk(), actor(), model.form.id, queries, MOST_COUNTED)
    tools = brush()
    found = []
    for lane, query, count in zip(wanted, queries, counts, strict=True):
        page = look.page(desk(), actor(), model.form.id, query)
        found.append(_lane(model, board, asked, lane, page, count, tools))
    return found


def _query(
    model: FormModel,
    board: Board,
    asked: Asked,
    known: dict[str, Target],
    lane: str,
    after: str,
) -> Query:
    here = parse({"==": [{"var": board.lane}, lane]}, model.scope)
    tools = brush()
    narrowed = where(model, asked, known, Around(actor().id, tools.today, tools.zone))
    fields = [name for name in (*board.title, *board.meta, board.lane) if name not in LABELS]
    fields += [name for name in (model.form.due, model.form.key) if name]
    return Query(
        where=here if narrowed is None else And((here, narrowed)),
        search=asked.get("q"),
        sort=board.sort or model.form.list.sort,
        limit=CARDS,
        cursor=after or None,
        total=False,
        fields=tuple(dict.fromkeys(fields)),
    )


def _lane(
    model: FormModel,
    board: Board,
    asked: Asked,
    lane: str,
    page: Page,
    count: int,
    tools: Brush,
) -> Lane:
    title, colour = _title(model, board, lane)
    limit = board.limits.get(lane, 0)
    over = "" if not limit or count < limit else ("over" if count > limit else "full")
    capped = f"{MOST_COUNTED - 1}+" if count >= MOST_COUNTED else str(count)
    more = replace(asked, after=page.cursor).query(lane=lane) if page.cursor else ""
    cards = list(_cards(model, board, page.rows, tools))
    return Lane(lane, title, colour, capped, limit, over, cards, more)


def _cards(
    model: FormModel, board: Board, records: Sequence[Record], tools: Brush
) -> Iterator[Card]:
    prefix = url_for("records.show", form_id=model.form.id, word="")
    title = [_face(model, name, tools, plain=True) for name in board.title]
    meta = [_face(model, name, tools) for name in board.meta if name != model.form.due]
    final = {state.id for state in model.form.states if state.final}
    open_: dict[tuple[object, ...], list[Move]] = {}
    for record in records:
        stands = (record.state, record.held, record.archived_at, lane_of(record, board))
        if stands not in open_:
            open_[stands] = list(moves(model, board, record))
        left = None if record.state in final else left_of(model, record, tools)
        yield Card(
            id=record.id,
            name=name_of(record, model),
            address=prefix + record.id,
            title=_joined(face(record) for face in title),
            meta=_joined((face(record) for face in meta), " "),
            due=_due(model, record, left, tools),
            held=held_badge(record) if record.held else Markup(""),
            late=tone(left),
            moves=open_[stands],
        )


def _face(model: FormModel, name: str, tools: Brush, plain: bool = False) -> Any:
    """Return how one field stands on a card; references by what they are called, without links."""
    if name in LABELS:
        return paint(model, name, tools)
    found = model.fields[name]
    if found.shown.kind == "reference" and not plain:
        return lambda record: escape(_called(record.values.get(name)))
    if plain:
        kind, field = found.shown_kind, found.shown
        return lambda record: escape(_plain(kind, field, record, name, tools))
    shown = values(found, tools)
    return lambda record: shown(record.values.get(name))


def _called(value: Any) -> str:
    """Return what a referenced record is called, its key where it has no name."""
    return value.label or value.key if isinstance(value, Ref) else ""


def _plain(kind: Any, field: Any, record: Record, name: str, tools: Brush) -> str:
    value = record.values.get(name)
    return "" if value is None else str(kind.show(field, value, tools.reading))


def _joined(parts: Any, between: str = " · ") -> Markup:
    return Markup(between).join(Markup(part) for part in parts if part)


def _due(model: FormModel, record: Record, left: int | None, tools: Brush) -> Markup:
    if left is None:
        return Markup("")
    colour = {"late": "red", "soon": "amber"}.get(tone(left), "")
    return badge(remaining(left), colour, "clock")
