"""Runs a checked condition over the facts of one record: true, false or unknown, with a trace."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeAlias

from seamline.facts import Clause, Truth as TruthWord
from seamline.scope import MOMENT, ValueType

from .node import (
    And,
    Compare,
    Constant,
    Falls,
    Fixed,
    Member,
    Node,
    Not,
    Or,
    Quantifier,
    Relation,
    Rows,
    Truth,
    Var,
    timely,
)
from .span import Span, edges

# At most this many rows of a sub-table are written into a trace.
TRACED_ROWS = 20

Facts: TypeAlias = Mapping[str, Any]
Fast: TypeAlias = Callable[[Facts], bool | None]
# Writes its leaves into the list; the text is put before their names (`lines[2].`).
Traced: TypeAlias = Callable[[Facts, list[Clause], str], bool | None]

TRUTH: Mapping[bool | None, TruthWord] = {True: "true", False: "false", None: "unknown"}
_RELATIONS: Mapping[Relation, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
# A value of any other class than its type's is as unknown as a missing one: never a wrong answer.
_CLASSES: Mapping[ValueType, frozenset[type]] = {
    "text": frozenset({str}),
    "number": frozenset({int, Decimal}),
    "file": frozenset({int}),
    "boolean": frozenset({bool}),
    "date": frozenset({date}),
    "datetime": frozenset({datetime}),
    "duration": frozenset({timedelta}),
}


@dataclass(frozen=True, slots=True)
class Check:
    """A condition ready to run; calling it gives True, False, or None for unknown.

    With a list as `trace` the leaves that were looked at are appended to it. `and` and `or` stop
    at the part that decides; of a sub-table the deciding (else the unknown) rows are written,
    at most `TRACED_ROWS`, or one line with the number of rows where no single row decides.
    """

    fast: Fast
    traced: Traced

    def __call__(self, facts: Facts, trace: list[Clause] | None = None) -> bool | None:
        """Return what the condition says of `facts`."""
        return self.fast(facts) if trace is None else self.traced(facts, trace, "")


# A frozen class fills each slot through `object.__setattr__`, which is half of the cost of a trace;
# the slots' own setters make the same clause in half the time.
_SLOTS: Any = Clause
_new_clause = _SLOTS.__new__
_set_path, _set_operator = _SLOTS.path.__set__, _SLOTS.operator.__set__
_set_left, _set_right, _set_result = (
    _SLOTS.left.__set__,
    _SLOTS.right.__set__,
    _SLOTS.result.__set__,
)


def _clause(path: str, word: str, left: object, right: object, result: bool | None) -> Clause:
    clause: Clause = _new_clause(Clause)
    _set_path(clause, path)
    _set_operator(clause, word)
    _set_left(clause, left)
    _set_right(clause, right)
    _set_result(clause, TRUTH[result])
    return clause


def compiled(node: Node) -> Check:
    """Return `node` as closures: built once, run often, bounded by the size of the facts."""
    match node:
        case Fixed(value):
            return Check(lambda facts: value, lambda facts, trace, at: value)
        case Truth(var):
            return _truth(var.name, "var", False)
        case Not(Truth(var)):
            return _truth(var.name, "!", True)
        case Not(part):
            return _not(compiled(part))
        case Compare():
            return _compare(node)
        case Member(item, options):
            return _member(item, options)
        case Falls(var, span):
            return _falls(var, span)
        case And(parts):
            return _junction([compiled(part) for part in parts], decisive=False)
        case Or(parts):
            return _junction([compiled(part) for part in parts], decisive=True)
        case Rows(quantifier, table, part):
            return _rows(quantifier, table, compiled(part), timely(part))
    raise TypeError(f"not a condition: {node!r}")


def _truth(name: str, word: str, negated: bool) -> Check:
    def fast(facts: Facts) -> bool:
        return (not facts.get(name)) is negated

    def traced(facts: Facts, trace: list[Clause], at: str) -> bool:
        value = facts.get(name)
        result = (not value) is negated
        trace.append(_clause(at + name, word, value, None, result))
        return result

    return Check(fast, traced)


def _not(part: Check) -> Check:
    part_fast, part_traced = part.fast, part.traced

    def fast(facts: Facts) -> bool | None:
        result = part_fast(facts)
        return None if result is None else not result

    def traced(facts: Facts, trace: list[Clause], at: str) -> bool | None:
        result = part_traced(facts, trace, at)
        return None if result is None else not result

    return Check(fast, traced)


def _compare(node: Compare) -> Check:
    if isinstance(node.right, Var):
        return _compare_facts(node.relation, node.left, node.right)
    return _compare_constant(node.relation, node.left, node.right)


def _compare_constant(relation: Relation, left: Var, constant: Constant) -> Check:
    name, classes, compare = left.name, _CLASSES[left.type], _RELATIONS[relation]

    def fast(facts: Facts) -> bool | None:
        value = facts.get(name)
        if value.__class__ not in classes:
            return None
        try:
            return compare(value, constant)
        except (TypeError, ArithmeticError):  # a time without a zone, a number that is none
            return None

    def traced(facts: Facts, trace: list[Clause], at: str) -> bool | None:
        result = fast(facts)
        trace.append(_clause(at + name, relation, facts.get(name), constant, result))
        return result

    return Check(fast, traced)


def _compare_facts(relation: Relation, left: Var, right: Var) -> Check:
    name, classes, compare = left.name, _CLASSES[left.type], _RELATIONS[relation]
    other, other_classes = right.name, _CLASSES[right.type]

    def fast(facts: Facts) -> bool | None:
        value, second = facts.get(name), facts.get(other)
        if value.__class__ not in classes or second.__class__ not in other_classes:
            return None
        try:
            return compare(value, second)
        except (TypeError, ArithmeticError):
            return None

    def traced(facts: Facts, trace: list[Clause], at: str) -> bool | None:
        result = fast(facts)
        values = facts.get(name), facts.get(other)
        trace.append(_clause(at + name, relation, *values, result))
        return result

    return Check(fast, traced)


def _member(item: Var | Constant, options: tuple[Constant, ...] | Var) -> Check:
    if isinstance(options, Var):
        return _member_of_fact(item, options)
    if isinstance(item, Var):
        return _member_of_constants(item, options)
    raise TypeError("a constant among constants is refused by the parser")


def _member_of_constants(item: Var, options: tuple[Constant, ...]) -> Check:
    name, classes, known = item.name, _CLASSES[item.type], frozenset(options)

    def fast(facts: Facts) -> bool | None:
        value = facts.get(name)
        return value in known if value.__class__ in classes else None

    def traced(facts: Facts, trace: list[Clause], at: str) -> bool | None:
        result = fast(facts)
        trace.append(_clause(at + name, "in", facts.get(name), options, result))
        return result

    return Check(fast, traced)


def _member_of_fact(item: Var | Constant, options: Var) -> Check:
    name = options.name
    word = item.name if isinstance(item, Var) else None

    def both(facts: Facts) -> tuple[Any, Any]:
        return (item if word is None else facts.get(word)), facts.get(name)

    def fast(facts: Facts) -> bool | None:
        value, known = both(facts)
        if value.__class__ is str and isinstance(known, (tuple, list)):
            return value in known
        return None

    def traced(facts: Facts, trace: list[Clause], at: str) -> bool | None:
        result = fast(facts)
        trace.append(_clause(at + (word or name), "in", *both(facts), result))
        return result

    return Check(fast, traced)


def _falls(var: Var, span: Span) -> Check:
    """A span is seen from the fact `_moment`, a moment in the zone of the workspace."""
    name, classes, of_dates = var.name, _CLASSES[var.type], var.type == "date"
    word = str(span)

    def fast(facts: Facts) -> bool | None:
        value, now = facts.get(name), facts.get(MOMENT)
        if value.__class__ not in classes or now.__class__ is not datetime:
            return None
        try:
            return all(
                _RELATIONS[relation](value, edge) for relation, edge in edges(span, of_dates, now)
            )
        except (TypeError, ArithmeticError, ValueError):  # no zone, beyond the calendar
            return None

    def traced(facts: Facts, trace: list[Clause], at: str) -> bool | None:
        result = fast(facts)
        trace.append(_clause(at + name, "falls", facts.get(name), word, result))
        return result

    return Check(fast, traced)


def _junction(parts: list[Check], decisive: bool) -> Check:
    """`and` is decided by a false part, `or` by a true one; otherwise unknown parts win."""
    fasts = tuple(part.fast for part in parts)
    traceds = tuple(part.traced for part in parts)
    otherwise = not decisive

    def fast(facts: Facts) -> bool | None:
        verdict: bool | None = otherwise
        for part in fasts:
            result = part(facts)
            if result is decisive:
                return decisive
            if result is None:
                verdict = None
        return verdict

    def traced(facts: Facts, trace: list[Clause], at: str) -> bool | None:
        verdict: bool | None = otherwise
        for part in traceds:
            result = part(facts, trace, at)
            if result is decisive:
                return decisive
            if result is None:
                verdict = None
        return verdict

    return Check(fast, traced)


def _rows(quantifier: Quantifier, table: str, part: Check, moving: bool = False) -> Check:
    """A sub-table: which row result decides, what that makes, and what it is otherwise."""
    if moving:
        return _moving_rows(quantifier, table, part)
    row_fast, row_traced = part.fast, part.traced
    decisive = quantifier != "all"
    decided = quantifier == "some"
    empty = quantifier == "none"

    def fast(facts: Facts) -> bool | None:
        rows = facts.get(table)
        if not rows:
            return empty
        if not isinstance(rows, (tuple, list)):
            return None
        verdict: bool | None = not decided
        for row in rows:
            result = row_fast(row)
            if result is decisive:
                return decided
            if result is None:
                verdict = None
        return verdict

    def traced(facts: Facts, trace: list[Clause], at: str) -> bool | None:
        rows = facts.get(table) or ()
        known = isinstance(rows, (tuple, list))
        results = [row_fast(row) for row in rows] if known and rows else []
        result: bool | None
        if not results:
            result = fast(facts)
        elif decisive in results:
            result = decided
        else:
            result = None if None in results else not decided
        written = 0
        if result is not (not decided):
            wanted = decisive if result is decided else None
            for number, one in enumerate(results, 1):
                if one is wanted and written < TRACED_ROWS:
                    row_traced(rows[number - 1], trace, f"{at}{table}[{number}].")
                    written += 1
        if not written:
            count = len(rows) if known else rows
            trace.append(_clause(at + table, quantifier, count, None, result))
        return result

    return Check(fast, traced)


def _moving_rows(quantifier: Quantifier, table: str, part: Check) -> Check:
    """A sub-table whose rows are asked about a span of time: each is told the moment."""
    still = _rows(quantifier, table, part)

    def told(facts: Facts) -> Facts:
        rows, now = facts.get(table), facts.get(MOMENT)
        if not isinstance(rows, (tuple, list)):
            return facts
        return {**facts, table: tuple([{**row, MOMENT: now} for row in rows])}

    def fast(facts: Facts) -> bool | None:
        return still.fast(told(facts))

    def traced(facts: Facts, trace: list[Clause], at: str) -> bool | None:
        return still.traced(told(facts), trace, at)

    return Check(fast, traced)
