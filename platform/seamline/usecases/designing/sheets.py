"""A sheet understood as a form: where its heading row is, what its rows share, what its key is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from seamline.connector import Entity, Member
from seamline.problems import Refused
from seamline.text import Text
from seamline.usecases.spreadsheets import Cell, Line

from .guessing import Guess, free, guessed
from .headings import identified, understood

LOOKED_AT = 2_000  # rows that speak for a column
HEADED = 12  # rows among which the heading row is looked for
MOST_FIELDS = 120
TOTALS = ("合计", "总计", "小计", "total", "sum")
# What the members of another system are as fields; the rest has no like here.
MEMBERS = {
    "text": "text", "integer": "integer", "decimal": "decimal", "boolean": "boolean",
    "date": "date", "datetime": "datetime", "file": "attachment",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Guessed:
    """A form as a source suggests it; `notes` say what was understood of the whole."""

    title: str
    id: str
    columns: tuple[Guess, ...]
    notes: tuple[Text, ...] = ()


def from_rows(name: str, lines: Sequence[Line]) -> Guessed:
    """Return the form that the rows of a sheet suggest; raises Refused where there is none."""
    at = _heading_row(lines)
    if at is None:
        say = Text("没有找到表头行。", "No row looks like the headings.")
        hint = Text("表头那一行每列要有各自的名称。", "Give each column a name of its own.")
        raise Refused.one("no_headings", say, hint=hint)
    headings = [str(_clean(cell) or "").strip()[:100] for cell in lines[at].cells]
    rows = [one for one in lines[at + 1 :] if not _total(one)]
    named = [number for number, word in enumerate(headings) if word.strip(" *＊")][:MOST_FIELDS]
    cells = {number: [_cell(row, number) for row in rows] for number in named}
    guesses = {number: guessed(headings[number], cells[number]) for number in named}
    guesses, shared = _arranged(guesses, cells)
    title = PurePath(name.replace("\\", "/")).stem.strip() or name
    return Guessed(
        title, form_id(title), apart(list(guesses.values())), (_told(lines[at], rows), *shared)
    )


def from_entity(entity: Entity) -> Guessed:
    """Return the form that a table or document of another system suggests, as it describes it."""
    columns: list[Guess] = []
    for member in entity.members:
        if member.kind == "rows" and not any(one.line for one in columns):
            columns += [_of_member(one, (), line=True) for one in member.rows
                        if one.kind in MEMBERS]  # fmt: skip
        elif member.kind in MEMBERS:
            columns.append(_of_member(member, entity.key))
    note = Text(f"“{entity.name}”有 {len(columns)} 个可用的字段。",
                f"'{entity.name}' has {len(columns)} usable members.")  # fmt: skip
    named = columns[:MOST_FIELDS]
    title = entity.title.zh or entity.name
    return Guessed(title, form_id(entity.title.en or entity.name), apart(named), (note,))


def _of_member(member: Member, key: Sequence[str], line: bool = False) -> Guess:
    heading = understood(member.title.zh or member.name)
    kind = MEMBERS[member.kind]
    if kind == "decimal" and heading.what in ("money", "percent"):
        kind = heading.what
    id_ = identified(member.name) if member.name.isascii() else heading.id
    label = member.title if member.title.en != member.title.zh else heading.label
    why = [Text(f"对方系统里是 {member.kind}。", f"The other system says: {member.kind}.")]
    if member.required:
        why.append(Text("对方系统要求填写。", "The other system requires it."))
    made = Guess(
        member.name, label, id_, kind, line=line,
        required=member.required and kind != "boolean", why=tuple(why),
    )  # fmt: skip
    alone = len(key) == 1 and member.name == key[0]
    return _as_key(made, Text("是那张表的主键。", "It is the key there.")) if alone else made


def _heading_row(lines: Sequence[Line]) -> int | None:
    """Return the first row that names as many columns as the widest: titles above it are not it."""
    first = lines[:HEADED]
    widest = max((_filled(one) for one in lines[:60]), default=0)
    for number, line in enumerate(first):
        words = [cell for cell in line.cells if cell is not None]
        named = all(isinstance(one, str) for one in words) and len(set(words)) == len(words)
        if named and len(words) >= max(1, min(2, widest), round(widest * 0.6)):
            return number
    return None


def _filled(line: Line) -> int:
    return sum(cell is not None for cell in line.cells)


def _total(line: Line) -> bool:
    word = next((cell for cell in line.cells if cell is not None), "")
    return isinstance(word, str) and word.strip(" :：").lower() in TOTALS


def _cell(line: Line, number: int) -> Cell:
    return _clean(line.cells[number]) if number < len(line.cells) else None


def _clean(cell: Cell) -> Cell:
    """Return a cell without signs that cannot be seen; None where nothing is left of it."""
    if not isinstance(cell, str):
        return cell
    seen = "".join(one if one.isprintable() or one == "\n" else " " for one in cell)
    return seen if seen.strip() else None


def _told(head: Line, rows: Sequence[Line]) -> Text:
    return Text(
        f"第 {head.number} 行是表头，下面 {len(rows)} 行供判断。",
        f"Row {head.number} holds the headings; {len(rows)} rows below speak for them.",
    )


def _arranged(
    guesses: dict[int, Guess], cells: dict[int, list[Cell]]
) -> tuple[dict[int, Guess], tuple[Text, ...]]:
    """Return the guesses told apart into head and lines, with the key, and what shows it."""
    for number, guess in guesses.items():
        if understood(guess.name).what != "number":
            continue
        groups = _groups(cells[number])
        several = [rows for rows in groups if len(rows) > 1]
        others = [one for one in guesses if one != number]
        lined = [one for one in others if any(_differs(cells[one], rows) for rows in several)]
        if len(groups) > 1 and 0 < len(lined) < len(others):
            return _with_lines(guesses, cells, number, groups, lined)
    return _with_key(guesses, cells), ()


def _with_lines(
    guesses: dict[int, Guess],
    cells: dict[int, list[Cell]],
    key: int,
    groups: Sequence[Sequence[int]],
    lined: Sequence[int],
) -> tuple[dict[int, Guess], tuple[Text, ...]]:
    word = guesses[key].label.zh
    made = {}
    for number, guess in guesses.items():
        if number in lined:
            made[number] = replace(guess, line=True)
        else:  # what is said once for all rows is judged once
            once = [_first(cells[number], rows) for rows in groups]
            made[number] = guessed(guess.name, once)
    why = Text("把同一单的各行连在一起，是主键。", "It ties the rows of one together: the key.")
    made[key] = _as_key(made[key], why)
    note = Text(
        f"同一“{word}”占多行：行内有变化的列成为明细。",
        f"Several rows share one '{guesses[key].label.en}': what differs within becomes its lines.",
    )
    return made, (note,)


def _first(cells: Sequence[Cell], rows: Sequence[int]) -> Cell:
    return next((cells[row] for row in rows if cells[row] is not None), None)


def _groups(cells: Sequence[Cell]) -> list[list[int]]:
    """Return the rows of each value; in merged cells only the first one is filled."""
    found: dict[str, list[int]] = {}
    held = ""
    for row, cell in enumerate(cells):
        held = str(cell) if cell is not None else held
        found.setdefault(held, []).append(row)
    return list(found.values())


def _differs(cells: Sequence[Cell], rows: Sequence[int]) -> bool:
    return len({str(cells[row]) for row in rows if cells[row] is not None}) > 1


def _with_key(guesses: dict[int, Guess], cells: dict[int, list[Cell]]) -> dict[int, Guess]:
    """Return the guesses with the column that tells records apart, where there is one."""
    for number, guess in guesses.items():
        mine = [str(one) for one in cells[number] if one is not None]
        whole = len(mine) == len(cells[number]) == len(set(mine)) and len(mine) > 1
        if whole and understood(guess.name).what in ("number", "code"):
            why = Text(f"{len(mine)} 行各不相同，可作主键。",
                       f"Different in each of {len(mine)} rows: the key.")  # fmt: skip
            return guesses | {number: _as_key(guess, why)}
    return guesses


def _as_key(guess: Guess, why: Text) -> Guess:
    return replace(guess, key=True, required=True, why=(*guess.why, why))


def form_id(title: str) -> str:
    """Return an id for a form that is called so."""
    return identified(understood(title).id, "form")


def apart(columns: Sequence[Guess]) -> tuple[Guess, ...]:
    """Return the columns with an id of their own each; lines have theirs apart from the head."""
    taken: dict[bool, set[str]] = {False: set(), True: set()}
    made = []
    for one in columns:
        id_ = free(one.id, taken[one.line].__contains__)
        taken[one.line].add(id_)
        made.append(replace(one, id=id_))
    return tuple(made)
