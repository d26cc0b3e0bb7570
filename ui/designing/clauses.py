"""A condition as clauses that can be edited, and back; what has no such form is kept as it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from seamline.conditions.words import Vocabulary
from seamline.documents import editing
from seamline.problems import Problem, Refused
from seamline.scope import Scope, ValueType
from seamline.text import Language, Text

from . import spanning

RELATIONS = ("==", "!=", "<", "<=", ">", ">=")
QUANTIFIERS = ("some", "all", "none")
_ORDERED = ("number", "date", "datetime", "duration")
_PLACES = ("value", "field")
OPERATORS: Mapping[str, Text] = {
    "==": Text("等于", "is"),
    "!=": Text("不等于", "is not"),
    "<": Text("小于", "is less than"),
    "<=": Text("不大于", "is at most"),
    ">": Text("大于", "is more than"),
    ">=": Text("不小于", "is at least"),
    "in": Text("是其中之一", "is one of"),
    "has": Text("包含", "includes"),
    "given": Text("已填写", "is given"),
    "empty": Text("未填写", "is empty"),
    **spanning.OPERATORS,
}


TRUTH: Mapping[bool, Text] = {True: Text("是", "yes"), False: Text("否", "no")}


@dataclass(frozen=True, slots=True)
class Names:
    """What a clause may ask about: each name with its label and type, options where it has some."""

    labels: Mapping[str, str]
    types: Mapping[str, ValueType]
    options: Mapping[str, Mapping[str, str]]
    tables: Mapping[str, Names]
    language: Language

    def first(self) -> str:
        """Return the name a new clause begins with."""
        return next((one for one in self.labels if not one.startswith("_")), "")


@dataclass(frozen=True, slots=True)
class Clause:
    """One piece of a condition at `at` of its document.

    `kind` is group, test, rows or kept; `word` the operator or what joins the parts, `mode` says
    whether a test compares with a `value` or another field, `unit` is that of a number of days.
    `names` are what it may ask about.
    """

    at: str
    kind: str
    data: Any
    word: str = ""
    name: str = ""
    mode: str = "value"
    value: str = ""
    unit: str = ""
    parts: tuple[Clause, ...] = ()
    names: Names | None = None
    source: str = ""

    @property
    def operators(self) -> tuple[str, ...]:
        """Return the operators that fit what is asked about."""
        assert self.names is not None
        return operators_of(self.names, self.name)

    @property
    def operator_groups(self) -> tuple[tuple[Text | None, tuple[str, ...]], ...]:
        """Return the operators that fit, those about spans of time under a heading."""
        plain = tuple(one for one in self.operators if one not in spanning.OPERATORS)
        if len(plain) == len(self.operators):
            return ((None, plain),)
        return ((None, plain), *spanning.GROUPS)

    @property
    def choices(self) -> Mapping[str, str]:
        """Return the values to choose from, empty where anything may be written."""
        assert self.names is not None
        if self.word in spanning.CALENDAR:
            return spanning.period_labels(self._kind, self.word, self.names.language)
        return {} if self.word in spanning.COUNTING else self.names.options.get(self.name, {})

    @property
    def units(self) -> Mapping[str, str]:
        """Return the units of time to choose from, empty where nothing is counted."""
        assert self.names is not None
        counted = self.word in spanning.COUNTING
        return spanning.unit_labels(self._kind, self.names.language) if counted else {}

    @property
    def fixed(self) -> bool:
        """Whether the operator leaves no choice between a value and another field."""
        return self.word in ("in", "has") or self.word in spanning.OPERATORS

    @property
    def _kind(self) -> ValueType:
        assert self.names is not None
        return self.names.types.get(self.name, "text")


def names_of(scope: Scope, words: Vocabulary, language: Language, table: str = "") -> Names:
    """Return what conditions of a form may ask about, as people call it."""

    def called(name: str) -> str:
        return f"{table}[].{name}" if table else name

    labels = {
        name: words.labels[called(name)].in_(language)
        for name in scope.types
        if called(name) in words.labels
    }
    options = {
        name: {id_: label.in_(language) for id_, label in words.options[called(name)].items()}
        for name in labels
        if called(name) in words.options
    }
    truth = {"true": TRUTH[True].in_(language), "false": TRUTH[False].in_(language)}
    options |= {name: truth for name in labels if scope.types[name] == "boolean"}
    tables = {} if table else {
        name: names_of(rows, words, language, name) for name, rows in scope.rows.items()
    }  # fmt: skip
    return Names(labels, scope.types, options, tables, language)


def operators_of(names: Names, name: str) -> tuple[str, ...]:
    """Return the operators that fit a name."""
    kind = names.types.get(name, "text")
    if kind in spanning.DATED:
        return (*RELATIONS, *spanning.OPERATORS, "given", "empty")
    if kind == "list":
        return ("has", "given", "empty")
    if kind in _ORDERED:
        return (*RELATIONS, "given", "empty")
    if kind == "text":
        return ("==", "!=", "in", "given", "empty")
    if kind == "boolean":
        return ("==", "given", "empty")
    return ("given", "empty")


def clause_of(data: Any, at: str, names: Names) -> Clause:
    """Return the clauses of a condition; nothing of it is lost, seen or not."""
    made = _seen(data, at, names)
    if made is not None and (made.kind != "test" or alike(built_again(made), data)):
        return made
    return Clause(at, "kept", data, source=editing.on_one_line(data), names=names)


def alike(one: Any, other: Any) -> bool:
    """Say whether two conditions are written the same, `!` with its brackets or without."""

    def bracketed(data: Any) -> Any:
        bare = isinstance(data, dict) and isinstance(data.get("!"), dict)
        return {"!": [data["!"]]} if bare else data

    return bool(bracketed(one) == bracketed(other))


def built_again(test: Clause) -> Any:
    """Return what a test would be written as; it is shown only where that is what is written."""
    assert test.names is not None
    try:
        return built(test.names, test.name, test.word, test.mode, test.value, test.unit)
    except Refused:
        return None


def _seen(data: Any, at: str, names: Names) -> Clause | None:
    if not isinstance(data, dict) or len(data) != 1:
        return None
    ((word, inside),) = data.items()
    if word in ("and", "or") and isinstance(inside, list) and inside:
        parts = tuple(
            clause_of(one, f"{at}.{word}[{number}]", names) for number, one in enumerate(inside, 1)
        )
        return Clause(at, "group", data, word, parts=parts, names=names)
    if word == "var":
        return _test(data, at, names, "given", inside)
    if word == "!":
        single = isinstance(inside, list) and len(inside) == 1
        return _test(data, at, names, "empty", _name(inside[0] if single else inside))
    if not isinstance(inside, list) or len(inside) != 2:
        return None
    name, other = _name(inside[0]), inside[1]
    if word == "falls":
        span = spanning.said(other)
        if span is None:
            return None
        return _test(data, at, names, span.word, name, span.value, unit=span.unit)
    if word == "in" and isinstance(inside[0], str):
        return _test(data, at, names, "has", _name(other), inside[0])
    if word in QUANTIFIERS and name in names.tables:
        part = clause_of(other, f"{at}.{word}[2]", names.tables[name])
        return Clause(at, "rows", data, word, name, parts=(part,), names=names)
    if word == "in" and isinstance(other, list):
        return _test(data, at, names, word, name, ", ".join(map(_word, other)))
    if word in RELATIONS:
        field = _name(other)
        if field:
            return _test(data, at, names, word, name, field, "field")
        if isinstance(other, (str, int, float, bool)):
            return _test(data, at, names, word, name, _word(other))
    return None


def _test(
    data: Any,
    at: str,
    names: Names,
    word: str,
    name: Any,
    value: str = "",
    mode: str = "value",
    unit: str = "",
) -> Clause | None:
    if not isinstance(name, str) or name not in names.labels:
        return None
    return Clause(at, "test", data, word, name, mode, value, unit, names=names)


def _name(data: Any) -> str:
    plain = isinstance(data, dict) and list(data) == ["var"] and isinstance(data["var"], str)
    return str(data["var"]) if plain else ""


def _word(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def built(
    names: Names, name: str, word: str, mode: str, value: str, unit: str = ""
) -> dict[str, Any]:
    """Return the condition that a clause says; raises Refused for a value of another type.

    An operator that does not fit the name gives way to the first that does.
    """
    if name not in names.labels or mode not in _PLACES:
        say = Text("条件里没有选对字段。", "The clause names no field that is known here.")
        raise Refused((Problem("unknown_name", say, got=name[:60]),))
    fitting = operators_of(names, name)
    word = word if word in fitting or word in OPERATORS and word in fitting else fitting[0]
    if word == "given":
        return {"var": name}
    if word == "empty":
        return {"!": [{"var": name}]}
    kind = names.types.get(name, "text")
    if word in spanning.OPERATORS:
        return {"falls": [{"var": name}, spanning.written(word, value, unit, kind)]}
    if word == "has":
        return {"in": [value.strip(), {"var": name}]}
    if word == "in":
        pieces = value.replace("，", ",").replace("、", ",").split(",")
        return {"in": [{"var": name}, [_typed(one.strip(), kind) for one in pieces]]}
    if mode == "field":
        return {word: [{"var": name}, {"var": value if value in names.labels else name}]}
    return {word: [{"var": name}, _typed(value.strip(), kind)]}


def _typed(word: str, kind: ValueType) -> Any:
    if kind == "boolean":
        return word != "false"
    if kind != "number":
        return word
    try:
        return int(word or "0") if (word or "0").lstrip("-").isdecimal() else float(word)
    except ValueError:
        say = Text("应为数字，收到“{got}”。", "Expected a number, got '{got}'.")
        raise Refused((Problem("number_expected", say.fill(got=word[:40])),)) from None


def begun(names: Names) -> dict[str, Any]:
    """Return a clause to begin with."""
    return {"!": [{"var": names.first()}]}


def every(clause: Clause) -> Iterator[Clause]:
    """Yield a clause and everything in it."""
    yield clause
    for part in clause.parts:
        yield from every(part)
