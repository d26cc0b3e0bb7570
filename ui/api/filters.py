"""Query parameters of a list, turned into one condition and checked like any other condition."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from seamline.conditions.parse import Node, parse
from seamline.forms import FormModel
from seamline.problems import Place, Problem, Problems, Refused, did_you_mean, shorten
from seamline.scope import Scope, ValueType
from seamline.text import Text

MAX_WORDS = 100
MAX_FILTERS = 20
MAX_LIMIT = 200
DEFAULT_LIMIT = 50
PLAIN = ("q", "sort", "limit", "cursor", "total", "archived", "fields")

# The suffix of a parameter and the operator of the condition it becomes.
SUFFIXES: Mapping[str, str] = {"ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
ORDERED: frozenset[ValueType] = frozenset({"text", "number", "date", "datetime", "duration"})
# Kept beside the records or of no use to people: nothing to sort by.
NOT_SORTED = ("_id", "_version", "_locked")
_NUMBER = re.compile(r"[+-]?\d{1,30}(\.\d{1,30})?", re.ASCII)
_LOST_PLUS = re.compile(r"(T\d\d:\d\d(?::\d\d(?:\.\d+)?)?) (\d\d:\d\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list was asked for; `where` is checked and typed."""

    where: Node | None
    search: str
    sort: tuple[str, ...]
    limit: int
    cursor: str | None
    total: bool
    archived: bool
    fields: tuple[str, ...] | None


def suffixes(name: str, type_: ValueType) -> tuple[str, ...]:
    """Return the suffixes that make sense for a name; the empty one is equality.

    `missing` is left out where a condition takes zero or false for absent, equality where the
    name alone already means something else (`total`): `total.in=5` says it there.
    """
    found = _suffixes(type_)
    return tuple(suffix for suffix in found if suffix or name not in PLAIN)


def _suffixes(type_: ValueType) -> tuple[str, ...]:
    if type_ == "boolean":
        return ("", "in")
    ordered = ("", "ne", "in", "lt", "le", "gt", "ge")
    if type_ in ("number", "duration"):
        return ordered
    if type_ in ("date", "datetime"):
        return (*ordered, "falls", "missing")
    if type_ in ORDERED:
        return (*ordered, "missing")
    return ("", "missing") if type_ == "list" else ("missing",)


def filterable(model: FormModel) -> Iterator[tuple[str, ValueType]]:
    """Yield each name that a list can be filtered by, with its type: `qty`, `lines.material`."""
    for name, type_ in _names(model.scope, "", model):
        if name not in model.unseen:
            yield name, type_


def _names(scope: Scope, table: str, model: FormModel) -> Iterator[tuple[str, ValueType]]:
    for name, type_ in scope.types.items():
        if "." in name or type_ == "table" or name in ("_id", "_version"):
            continue
        if table and name.startswith("_"):
            continue
        yield f"{table}{name}", type_
    for name, rows in scope.rows.items():
        yield from _names(rows, f"{name}.", model)


def read_query(model: FormModel, parameters: Sequence[tuple[str, str]]) -> Asked:
    """Read the parameters of a list. Raises Refused 400 naming every wrong parameter."""
    problems = Problems()
    types = dict(filterable(model))
    plain: dict[str, str] = {}
    filters: dict[str, list[str]] = {}
    for name, value in parameters:
        if not value.isprintable():
            problems.add(
                _wrong(name, Text("不能含控制字符。", "Control characters are refused."), value)
            )
        elif name not in PLAIN:
            filters.setdefault(name, []).append(value)
        elif name in plain:
            problems.add(_twice(name))
        else:
            plain[name] = value
    conditions = [
        condition
        for name, values in filters.items()
        if (condition := _condition(name, values, types, model.scope, problems)) is not None
    ]
    if len(filters) > MAX_FILTERS:
        problems.add(
            _wrong(
                "", Text(f"最多 {MAX_FILTERS} 个筛选条件。", f"At most {MAX_FILTERS} filters."), ""
            )
        )
    asked = _asked(model, plain, problems)
    if problems:
        raise Refused(problems.sorted(), 400)
    if conditions:
        whole = conditions[0] if len(conditions) == 1 else {"and": conditions}
        asked["where"] = parse(whole, model.scope)
    return Asked(**asked)


def _condition(
    name: str,
    values: list[str],
    types: Mapping[str, ValueType],
    scope: Scope,
    problems: Problems,
) -> dict[str, Any] | None:
    """Return one parameter as a condition that has passed its type check, or None (said)."""
    field, suffix = (name, "") if name in types else _split(name)
    type_ = types.get(field)
    if type_ is None or suffix not in suffixes(field, type_):
        problems.add(_unknown(name, types))
        return None
    if len(values) > 1 and suffix != "in":
        problems.add(_twice(name))
        return None
    try:
        condition = _built(name, field, type_, suffix, values, scope)
        parse(condition, scope)
    except Refused as refused:
        problems.extend(problem.at(Place(name)) for problem in refused.problems)
        return None
    return condition


def _split(name: str) -> tuple[str, str]:
    field, _, suffix = name.rpartition(".")
    return field, suffix


def _built(
    name: str, field: str, type_: ValueType, suffix: str, values: list[str], scope: Scope
) -> dict[str, Any]:
    table, _, column = field.rpartition(".")
    var = {"var": column if table in scope.rows else field}
    condition = _leaf(name, var, type_, suffix, values)
    return {"some": [{"var": table}, condition]} if table in scope.rows else condition


def _leaf(
    name: str, var: dict[str, str], type_: ValueType, suffix: str, values: list[str]
) -> dict[str, Any]:
    if suffix == "missing":
        # A comparison with a missing value is unknown; presence alone is always definite.
        return {"!": var} if _flag(name, values[0]) else {"!": {"!": var}}
    if suffix == "falls":
        return {"falls": [var, values[0]]}
    if suffix == "in":
        words = [word for value in values for word in value.split(",")]
        if len(words) > MAX_WORDS:
            raise Refused(
                (
                    _wrong(
                        name, Text(f"最多 {MAX_WORDS} 个值。", f"At most {MAX_WORDS} values."), ""
                    ),
                ),
                400,
            )
        return {"in": [var, [_literal(name, type_, word) for word in words]]}
    if type_ == "list":
        return {"in": [values[0], var]}
    return {SUFFIXES.get(suffix, "=="): [var, _literal(name, type_, values[0])]}


def _literal(name: str, type_: ValueType, word: str) -> str | int | Decimal | bool:
    """Return a word as the JSON scalar that a condition expects beside a fact of this type."""
    if type_ == "number":
        return _number(name, word)
    if type_ == "boolean":
        return _flag(name, word)
    if type_ == "datetime":
        # A `+` that was not escaped arrives as a space.
        return _LOST_PLUS.sub(r"\1+\2", word)
    return word


def _number(name: str, word: str) -> int | Decimal:
    if _NUMBER.fullmatch(word):
        try:
            return Decimal(word) if "." in word else int(word)
        except InvalidOperation:  # pragma: no cover - the pattern admits plain numbers only
            pass
    raise Refused((_wrong(name, Text("应为数字。", "Expected a number."), word),), 400)


def _flag(name: str, word: str) -> bool:
    if word in ("true", "false"):
        return word == "true"
    raise Refused(
        (_wrong(name, Text("应为 true 或 false。", "Expected true or false."), word),), 400
    )


def _asked(model: FormModel, plain: Mapping[str, str], problems: Problems) -> dict[str, Any]:
    return {
        "where": None,
        "search": plain.get("q", "").strip()[:200],
        "sort": _sort(model, plain.get("sort", ""), problems),
        "limit": _limit(plain.get("limit", str(DEFAULT_LIMIT)), problems),
        "cursor": plain.get("cursor") or None,
        "total": _plain_flag(plain, "total", problems),
        "archived": _plain_flag(plain, "archived", problems),
        "fields": _fields(model, plain, problems),
    }


def _limit(word: str, problems: Problems) -> int:
    if word.isascii() and word.isdigit() and 1 <= int(word[:9]) <= MAX_LIMIT:
        return int(word)
    problems.add(
        _wrong(
            "limit",
            Text(f"应为 1-{MAX_LIMIT} 的整数。", f"Expected a whole number 1-{MAX_LIMIT}."),
            word,
        )
    )
    return DEFAULT_LIMIT


def read_limit(parameters: Sequence[tuple[str, str]]) -> int:
    """Read `limit` where it is the only parameter; raises Refused 400."""
    problems = Problems()
    for name, _ in parameters:
        if name != "limit":
            problems.add(_unknown(name, {}, ("limit",)))
    given = [value for name, value in parameters if name == "limit"]
    if len(given) > 1:
        problems.add(_twice("limit"))
    limit = _limit(given[0] if given else str(DEFAULT_LIMIT), problems)
    if problems:
        raise Refused(problems.sorted(), 400)
    return limit


def read_words(
    parameters: Sequence[tuple[str, str]], known: Mapping[str, re.Pattern[str]]
) -> tuple[dict[str, str], int]:
    """Read parameters that are words of a given form, and `limit`; raises Refused 400."""
    problems = Problems()
    given: dict[str, str] = {}
    for name, value in parameters:
        if name != "limit" and name not in known:
            problems.add(_unknown(name, {}, (*known, "limit")))
        elif name in given:
            problems.add(_twice(name))
        elif name in known and not known[name].fullmatch(value):
            problems.add(_wrong(name, Text("这个值不对。", "This is no such value."), value))
        given.setdefault(name, value)
    limit = _limit(given.pop("limit", str(DEFAULT_LIMIT)), problems)
    if problems:
        raise Refused(problems.sorted(), 400)
    return given, limit


def no_parameters(names: Sequence[str]) -> None:
    """Raise Refused 400 where there are parameters though none is known."""
    if names:
        raise Refused([_unknown(name, {}, ()) for name in names], 400)


def _plain_flag(plain: Mapping[str, str], name: str, problems: Problems) -> bool:
    try:
        return _flag(name, plain.get(name, "false"))
    except Refused as refused:
        problems.extend(refused.problems)
        return False


def sortable(model: FormModel) -> tuple[str, ...]:
    """Return the names a list can be sorted by: own fields and system columns with one value."""
    return tuple(
        name
        for name, type_ in model.scope.types.items()
        if "." not in name
        and type_ in ORDERED | {"boolean"}
        and name not in (*NOT_SORTED, *model.unseen)
    )


def _sort(model: FormModel, word: str, problems: Problems) -> tuple[str, ...]:
    if not word:
        return model.form.list.sort
    known = sortable(model)
    names = tuple(word.split(","))
    plain = [name.removeprefix("-") for name in names]
    for name in plain:
        if name not in known:
            problems.add(
                Problem(
                    "unknown_name",
                    Text(
                        f"不能按“{shorten(name)}”排序。",
                        f"A list is not sorted by '{shorten(name)}'.",
                    ),
                    Place("sort"),
                    did_you_mean(name[:60], known),
                    shorten(name),
                )
            )
    if len(set(plain)) < len(plain) or len(plain) > 5:
        problems.add(
            _wrong("sort", Text("最多 5 个不同的字段。", "At most 5 different fields."), word)
        )
    return names


def _fields(
    model: FormModel, plain: Mapping[str, str], problems: Problems
) -> tuple[str, ...] | None:
    if "fields" not in plain:
        return None
    names = tuple(dict.fromkeys(plain["fields"].split(",")))
    for name in names:
        if name not in model.fields or "." in name:
            own = [field for field in model.fields if "." not in field]
            problems.add(
                Problem(
                    "unknown_field",
                    Text(f"没有字段“{shorten(name)}”。", f"There is no field '{shorten(name)}'."),
                    Place("fields"),
                    did_you_mean(name[:60], own),
                    shorten(name),
                )
            )
    return names


def _unknown(name: str, types: Mapping[str, ValueType], plain: Sequence[str] = PLAIN) -> Problem:
    known = [
        f"{field}.{suffix}" if suffix else field
        for field, type_ in types.items()
        for suffix in suffixes(field, type_)
    ]
    got = shorten(name)
    return Problem(
        "unknown_parameter",
        Text(f"没有名为“{got}”的参数。", f"There is no parameter '{got}'."),
        Place(got),
        did_you_mean(name[:60], [*plain, *known]),
        got,
    )


def _twice(name: str) -> Problem:
    return Problem(
        "given_twice",
        Text("这个参数只能给一次。", "This parameter is given once."),
        Place(name),
        Text(f"多个值请用 {name}.in=a,b。", f"For several values use {name}.in=a,b."),
    )


def _wrong(name: str, say: Text, got: str) -> Problem:
    return Problem("wrong_parameter", say, Place(name), got=shorten(got) or None)
