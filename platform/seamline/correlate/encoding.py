"""Correlations and values in the small language that the engine of joins gets right.

Only facts; one type clause first and one always-true clause last in each pattern; equality and
order of whole numbers in between. What does not fit is left out of a rule: it then proposes more
than is true, and the rows decide. What must not be left out makes the correlation `Unfit`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from seamline.conditions.node import MIRRORED, Compare, Relation, Var

from .compiling import CorrelationModel

PLACES = 6  # decimals of a number that the engine sees
_MOST = 2**63 - 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_OPERATORS: Mapping[Relation, str] = {
    "!=": "$neq", "<": "$lt", "<=": "$lte", ">": "$gt", ">=": "$gte",
}  # fmt: skip
TYPE, TRUE = "t", "z"  # the fields of every fact: what it is, and the same number in all


class Unfit(Exception):
    """A correlation, or a value of one, that the engine cannot be trusted with."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One fact of a rule: its number as a type, and the token under which each name travels."""

    alias: str
    type: int
    tokens: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class EngineRule:
    """A correlation as the engine's rule.

    `order` gives the aliases in the order of the patterns; `body` is the rule itself.
    """

    name: str
    order: tuple[str, ...]
    patterns: Mapping[str, Pattern]
    body: list[dict[str, Any]]


def engine_rule(model: CorrelationModel, first_type: int) -> EngineRule:
    """Return a correlation as a rule whose facts have types from `first_type` on.

    Raises `Unfit` for a single fact: there is nothing to join.
    """
    if len(model.facts) < 2:
        raise Unfit(model.id)
    joins = [join for join in model.joins if between(join)]
    order = _tied(model, joins)
    patterns = {
        alias: Pattern(alias, first_type + place, _tokens(alias, joins))
        for place, alias in enumerate(order)
    }
    body = [
        {f"f{place}": {"$and": _clauses(alias, place, order, patterns, joins)}}
        for place, alias in enumerate(order)
    ]
    return EngineRule(model.id, order, patterns, body)


def between(join: Compare) -> bool:
    """Say whether a comparison is one of two facts that the engine can make.

    Text has no order there, and a moment is no fact.
    """
    if not isinstance(join.right, Var) or "." not in join.right.name:
        return False
    ordered = join.relation not in ("==", "!=")
    return _alias(join.left) != _alias(join.right) and not (ordered and join.left.type == "text")


def within(join: Compare) -> str:
    """Return the alias of the one fact that a comparison looks at, nothing where it is two."""
    if not isinstance(join.right, Var) or "." not in join.right.name:
        return ""
    alias = _alias(join.left)
    return alias if alias == _alias(join.right) else ""


def _alias(var: Var | Any) -> str:
    return str(var.name).partition(".")[0]


def _tied(model: CorrelationModel, joins: list[Compare]) -> tuple[str, ...]:
    """Return the aliases so that each is tied by an equality to one before it."""
    ties = [{_alias(join.left), _alias(join.right)} for join in joins if join.relation == "=="]
    left = [fact.alias for fact in model.facts]
    order = [left.pop(0)]
    while left:
        near = next((a for a in left if any(a in tie and tie & {*order} for tie in ties)), None)
        if near is None:
            raise Unfit(model.id)
        left.remove(near)
        order.append(near)
    return tuple(order)


def _tokens(alias: str, joins: list[Compare]) -> dict[str, str]:
    names = dict.fromkeys(
        var.name for join in joins for var in (join.left, join.right)
        if isinstance(var, Var) and _alias(var) == alias
    )  # fmt: skip
    return {name: f"a{place}" for place, name in enumerate(names)}


def _clauses(
    alias: str,
    place: int,
    order: tuple[str, ...],
    patterns: Mapping[str, Pattern],
    joins: list[Compare],
) -> list[dict[str, Any]]:
    """Return the clauses of one pattern: type, what must be there, comparisons, always true."""
    own = patterns[alias]
    clauses: list[dict[str, Any]] = [{TYPE: own.type}]
    clauses += [{"$ex": {token: 1}} for token in own.tokens.values()]
    earlier = order[:place]
    for join in joins:
        assert isinstance(join.right, Var)
        sides = {_alias(join.left): join.left.name, _alias(join.right): join.right.name}
        other = next((name for name in sides if name != alias), "")
        if alias not in sides or other not in earlier:
            continue
        relation = join.relation if _alias(join.left) == alias else MIRRORED[join.relation]
        token = own.tokens[sides[alias]]
        there = {f"f{order.index(other)}": patterns[other].tokens[sides[other]]}
        comparison = {token: there}
        clauses.append(comparison if relation == "==" else {_OPERATORS[relation]: comparison})
    if earlier:
        clauses.append({TRUE: {"f0": TRUE}})
    return clauses


class Words:
    """Numbers for texts: equal ones have equal numbers, different ones different numbers."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, word: str) -> int:
        """Return the number of a text."""
        return self._numbers.setdefault(word, len(self._numbers) + 1)


def whole(value: Any, words: Words) -> int:
    """Return a value as a whole number of 64 bits that compares as it does; raises `Unfit`."""
    match value:
        case bool():
            return int(value)
        case str():
            return words.number(value)
        case int() | Decimal():
            return _bounded(_exact(Decimal(value).scaleb(PLACES)))
        case datetime():
            return _bounded((value - _EPOCH) // _MICROSECOND)
        case date():
            return value.toordinal()
        case timedelta():
            return _bounded(value // _MICROSECOND)
    raise Unfit(type(value).__name__)


def _exact(number: Decimal) -> int:
    if number != number.to_integral_value():
        raise Unfit(str(number))
    return int(number)


def _bounded(number: int) -> int:
    if abs(number) > _MOST:
        raise Unfit(str(number))
    return number


def fnv(text: str) -> int:
    """Return the 32-bit hash (FNV-1a) by which the engine tells ids and names apart."""
    value = 2166136261
    for byte in text.encode("ascii"):
        value = ((value ^ byte) * 16777619) & 0xFFFFFFFF
    return value


class Ids:
    """Names for facts that the engine does not confuse: no two in use have the same hash."""

    def __init__(self) -> None:
        self._next = 0
        self._used: set[int] = set()

    def new(self) -> str:
        """Return a name that no other fact has."""
        while True:
            self._next += 1
            name = str(self._next)
            value = fnv(name)
            if value not in self._used:
                self._used.add(value)
                return name

    def free(self, name: str) -> None:
        """Give a name back."""
        self._used.discard(fnv(name))
