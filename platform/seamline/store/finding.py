"""Finding records by what people call them, by equal values, by likeness, by tracking code."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from difflib import SequenceMatcher
from operator import is_not
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    bindparam,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    text,
    union_all,
)

from seamline.facts import Ref, Value

from .assemble import Assembly, Joins, face, ref_of
from .locked import LOCKED, is_locked
from .patterns import Like, escaped, like, pattern
from .shapes import Cell
from .tables import SYSTEM, FormTables
from .types import DIGITS, storable, words as text_type
from .ulid import is_ulid

WORDS_AT_ONCE = 500
FORMS_AT_ONCE = 100
MOST_EQUAL = 10
FUZZY_POOL = 200  # candidates that are compared letter by letter
FUZZY_LEAST = 0.4  # of the pairs of letters that a likeness must share
MOST_GRAMS = 24
_BEYOND = 2**63  # what an integer column cannot hold


@dataclass(frozen=True, slots=True)
class Found:
    """A record that a word named: the reference, the values asked for, whether it is archived."""

    ref: Ref
    values: Mapping[str, Value] = field(default_factory=dict)
    archived: bool = False


@dataclass(frozen=True, slots=True)
class RecordHead:
    """What a list of links shows of a record; `code` is its key where the form has no codes."""

    form: str
    id: str
    code: str
    tracking: str
    state: str
    updated_at: datetime
    label: str
    archived: bool = False


def resolve(
    connection: Connection,
    tables: FormTables,
    words: Collection[str],
    fields: Sequence[str],
    by: str | None,
) -> dict[str, Found]:
    """Find the records that `words` name; see `Records.resolve`."""
    found: dict[str, Found] = {}
    wanted = [word for word in words if word]
    for start in range(0, len(wanted), WORDS_AT_ONCE):
        part = wanted[start : start + WORDS_AT_ONCE]
        found |= _resolve(connection, tables, part, tuple(fields), by)
    return found


def _resolve(
    connection: Connection,
    tables: FormTables,
    words: Sequence[str],
    fields: tuple[str, ...],
    by: str | None,
) -> dict[str, Found]:
    columns = _naming(tables, words) if by is None else (by,)
    meant = {column: meanings(tables, column, words) for column in columns}
    statement, assembly, platform = _matching(tables, columns, fields)
    asked = {f"w_{place}": list(meant[column]) for place, column in enumerate(columns)}
    found: dict[str, Found] = {}
    for row in connection.execute(statement, asked):
        values = assembly.values(row)
        for place, name in enumerate(platform, assembly.end):
            values[name] = row[place]
        ref = ref_of(row[0], row[1], row[2])
        assert ref is not None
        hit = Found(ref, values, row[3] is not None)
        for place, column in enumerate(columns, assembly.end + len(platform)):
            word = meant[column].get(row[place])
            if word is not None and (word not in found or found[word].archived):
                found[word] = hit
    return found


def _naming(tables: FormTables, words: Sequence[str]) -> tuple[str, ...]:
    """Return the columns in which a word may name a record: key, code, id."""
    columns = [str(tables.key.key)]
    if tables.form.code is not None:
        columns.append("_code")
    if any(is_ulid(word) for word in words):
        columns.append("_id")
    return tuple(dict.fromkeys(columns))


def meanings(tables: FormTables, column: str, words: Iterable[str]) -> dict[Any, str]:
    """Return the value that each word means in `column`; words that fit no value are left out."""
    cell = tables.cells.get(column)
    if cell is None:
        return {word: word for word in words if storable(word)}
    values = ((in_column(cell, word), word) for word in words)
    return {value: word for value, word in values if value is not None}


def in_column(cell: Cell, word: str) -> Any:
    """Return `word` as a value of the cell's column, None where it cannot be one."""
    try:
        match cell.shape.type:
            case "text" | "reference":
                return word if storable(word) else None
            case "integer":
                number = int(word) if cell.value_type == "number" else _BEYOND
                return number if abs(number) < _BEYOND else None
            case "decimal":
                exact = Decimal(word)
                return exact if exact.is_finite() and abs(exact.adjusted()) < DIGITS else None
            case _:
                return None
    except (ValueError, InvalidOperation):
        return None


def _matching(
    tables: FormTables, columns: tuple[str, ...], fields: tuple[str, ...]
) -> tuple[Select[Any], Assembly, tuple[str, ...]]:
    known = tables.memory.get(("resolve", columns, fields))
    if known is not None:
        statement, assembly, platform = known
        return statement, assembly, platform
    main = tables.main
    joins = Joins(tables, main, tables.cells)
    platform = tuple(name for name in dict.fromkeys(fields) if name in (*SYSTEM, LOCKED))
    plain = [name for name in dict.fromkeys(fields) if name in tables.cells]
    head = [main.c["_id"], *face(tables, main), main.c["_archived_at"]]
    assembly = Assembly(joins, plain, len(head))
    match = [
        main.c[column].in_(bindparam(f"w_{place}", expanding=True))
        for place, column in enumerate(columns)
    ]
    statement = (
        select(
            *head,
            *assembly.columns,
            *(is_locked(main.c["_id"]) if name == LOCKED else main.c[name] for name in platform),
            *(main.c[column].label(f"by_{place}") for place, column in enumerate(columns)),
        )
        .select_from(joins.source())
        .where(or_(*match))
    )
    made = (statement, assembly, platform)
    tables.memory[("resolve", columns, fields)] = made
    return made


def equal(
    connection: Connection,
    tables: FormTables,
    wanted: Mapping[str, Value],
    except_id: str,
    reserve: bool,
) -> list[RecordHead]:
    """Return records with equal values; see `Records.equal`."""
    if not wanted or any(value is None for value in wanted.values()):
        return []
    stored = {name: in_store(tables.cells[name], value) for name, value in wanted.items()}
    if reserve:
        hold(connection, *reserved(tables, stored))
    key = ("equal", *sorted(stored))
    statement = tables.memory.get(key)
    if statement is None:
        main = tables.main
        statement = tables.memory[key] = (
            select(*_head_columns(tables))
            .where(*(main.c[name] == bindparam(f"v_{name}", type_=main.c[name].type)
                     for name in sorted(stored)))
            .where(main.c["_id"] != bindparam("except_id"))
            .limit(MOST_EQUAL)
        )  # fmt: skip
    values = {f"v_{name}": value for name, value in stored.items()} | {"except_id": except_id}
    return [_head(tables.form.id, row) for row in connection.execute(statement, values)]


def in_store(cell: Cell, value: Value) -> Any:
    """Return a value as its column is asked for it."""
    if isinstance(value, Ref):
        return value.id
    return cell.write(value) if cell.write is not None else value


def reserved(tables: FormTables, stored: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the words by which values of some fields are held."""
    return tables.form.id, *(f"{name}={stored[name]}" for name in sorted(stored))


def hold(connection: Connection, *words: str) -> None:
    """Let nobody else hold the same words until this transaction ends (SQLite: one writer)."""
    hold_each(connection, (words,))


def hold_each(connection: Connection, held: Iterable[Sequence[str]]) -> None:
    """Hold several at once, in their order."""
    if connection.dialect.name == "postgresql":
        connection.execute(_HOLD, [{"word": "\x1f".join(words)} for words in held])


def try_hold(connection: Connection, *words: str) -> bool:
    """Hold words until this transaction ends unless somebody else does; return whether we do."""
    if connection.dialect.name != "postgresql":
        return True
    return bool(connection.execute(_TRY_HOLD, {"word": "\x1f".join(words)}).scalar_one())


_HOLD = text("SELECT pg_advisory_xact_lock(hashtextextended(:word, 0))")
_TRY_HOLD = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:word, 0))")


def _head_columns(tables: FormTables) -> list[ColumnElement[Any]]:
    main = tables.main
    name = tables.name
    return [
        main.c["_id"],
        func.coalesce(main.c["_code"], _as_text(tables, str(tables.key.key))).label("code"),
        main.c["_tracking"],
        main.c["_state"],
        main.c["_updated_at"],
        (null() if name is None else _as_text(tables, str(name.key))).label("label"),
        main.c["_archived_at"],
        main.c["_created_at"],
    ]


def _as_text(tables: FormTables, column: str) -> ColumnElement[Any]:
    """Return a column as text; a decimal, which SQLite keeps scaled, shows as nothing."""
    cell = tables.cells.get(column)
    if cell is None or cell.shape.type == "text":
        return tables.main.c[column]
    return null() if cell.shape.type == "decimal" else cast(tables.main.c[column], text_type())


def _head(form: str, row: Sequence[Any]) -> RecordHead:
    return RecordHead(
        form, row[0], row[1] or "", row[2] or "", row[3], row[4], row[5] or "", row[6] is not None
    )


def tracked(
    connection: Connection, tables: Sequence[FormTables], tracking: str
) -> list[RecordHead]:
    """Return every record under one tracking code; see `Records.tracked`."""
    heads: list[RecordHead] = []
    if not tracking:
        return heads
    for start in range(0, len(tables), FORMS_AT_ONCE):
        part = tuple(tables[start : start + FORMS_AT_ONCE])
        rows = connection.execute(_tracked(part), {"tracking": tracking})
        for row in sorted(rows, key=lambda row: (row[0], row[8], row[1])):
            heads.append(_head(part[row[0]].form.id, row[1:]))
    return heads


def _tracked(part: tuple[FormTables, ...]) -> Any:
    """Return the statement over some forms, built once for just these."""
    kept = part[0].memory.get("tracked")
    if kept is None or len(kept[0]) != len(part) or any(map(is_not, kept[0], part)):
        one_each = [
            select(literal(place).label("place"), *_head_columns(form)).where(
                form.main.c["_tracking"] == bindparam("tracking")
            )
            for place, form in enumerate(part)
        ]
        kept = part[0].memory["tracked"] = part, union_all(*one_each)
    return kept[1]


def search(
    connection: Connection,
    tables: FormTables,
    words: str,
    limit: int,
    within: ColumnElement[bool] | None = None,
    named: bool = True,
) -> tuple[Ref, ...]:
    """Return records that look like `words`; see `Records.search`."""
    shown = [_as_text(tables, str(tables.key.key))]
    if tables.name is not None and named:
        shown.append(_as_text(tables, str(tables.name.key)))
    asked = words.split() if storable(words) else ["\ufffd"]
    key, name = face(tables, tables.main)
    offered = (
        select(tables.main.c["_id"], key, name if named else null())
        .where(tables.main.c["_archived_at"].is_(None))
        .where(*(() if within is None else (within,)))
    )
    statement = (
        offered.where(*(contains(shown, word) for word in asked))
        .order_by(*_nearness(shown, " ".join(asked)), tables.key)
        .limit(limit)
    )
    rows = connection.execute(statement).all()
    if not rows and asked:
        rows = _alike(connection, tables, offered, shown, "".join(asked).lower(), limit)
    return tuple(ref for row in rows if (ref := ref_of(*row)) is not None)


def _nearness(shown: Sequence[ColumnElement[Any]], word: str) -> Iterator[ColumnElement[Any]]:
    """Yield what sorts exact hits before beginnings before anything else."""
    if word:
        start = f"{escaped(word)}%"
        yield case(
            (shown[0] == word, 0),
            (like(shown[0], start), 1),
            (like(shown[-1], start), 2),
            else_=3,
        )


def contains(
    columns: Sequence[ColumnElement[Any]], word: str | ColumnElement[str]
) -> ColumnElement[bool]:
    """Return the condition that one of `columns` holds `word`, whatever its case.

    A word that is told only when the statement runs has passed `pattern`.
    """
    wanted = literal(pattern(word), text_type()) if isinstance(word, str) else word
    return or_(*(Like(column, wanted) for column in columns))


def _alike(
    connection: Connection,
    tables: FormTables,
    offered: Select[Any],
    shown: Sequence[ColumnElement[Any]],
    word: str,
    limit: int,
) -> list[Any]:
    """Return rows that share many pairs of letters with `word`: it was probably mistyped."""
    grams = list(dict.fromkeys(word[at : at + 2] for at in range(len(word) - 1)))[:MOST_GRAMS]
    if not grams:
        return []
    score = _score(tables, shown, len(grams))
    statement = (
        offered.where(score >= FUZZY_LEAST * len(grams))
        .order_by(score.desc(), tables.key)
        .limit(FUZZY_POOL)
    )
    told = {f"gram_{place}": pattern(gram) for place, gram in enumerate(grams)}
    rows = connection.execute(statement, told).all()
    return sorted(rows, key=lambda row: -_likeness(word, row[1:]))[:limit]


def _score(
    tables: FormTables, shown: Sequence[ColumnElement[Any]], grams: int
) -> ColumnElement[int]:
    """Return how many of some pairs of letters a record holds, built once for so many."""
    key = ("alike", len(shown), grams)
    kept: ColumnElement[int] | None = tables.memory.get(key)
    if kept is None:
        told = [bindparam(f"gram_{place}", type_=text_type()) for place in range(grams)]
        each = [case((contains(shown, gram), 1), else_=0) for gram in told]
        kept = tables.memory[key] = sum(each[1:], each[0])
    return kept


def _likeness(word: str, texts: Sequence[object]) -> float:
    return max(SequenceMatcher(None, word, str(shown).lower()).ratio() for shown in texts if shown)
