"""A correlation checked against the forms it names, ready for SQL, for Python and for an engine."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo

from seamline.conditions.node import Compare, Node, Var
from seamline.conditions.parse import names, parse
from seamline.facts import Value
from seamline.forms import row_scope
from seamline.metadata import CorrelatedFact, Correlation, Field, Form
from seamline.problems import Place, Problem, Problems, Refused, did_you_mean, shorten
from seamline.scope import Scope, ValueType
from seamline.text import Text

Path = tuple[str | int, ...]
Locate = Callable[[Path], Place]
_MOMENT = re.compile(r"now(?: ([+-]) ([0-9]+)([mhd]))?")
_SECONDS = {"m": 60, "h": 3600, "d": 86_400}
_SAID = re.compile(r"\{([^{}]*)\}")
# What a comparison can be made of; a number of files is no business of a correlation.
_COMPARED: frozenset[ValueType] = frozenset(
    {"text", "number", "boolean", "date", "datetime", "duration"}
)
_DAY = " (day)"  # marks a moment that is compared with a date


@dataclass(frozen=True, slots=True)
class FactModel:
    """One fact, compiled: its condition, and the names of it that the correlation looks at.

    `leads` are the references (fields of the row or record) through which it looks at records of
    other forms: (reference, form).
    """

    fact: CorrelatedFact
    where: Node | None
    names: tuple[str, ...]
    leads: tuple[tuple[str, str], ...]

    @property
    def alias(self) -> str:
        """What the correlation calls it."""
        return self.fact.alias


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment that a comparison names, relative to now; as a day where it is beside a date."""

    name: str
    shift: timedelta
    day: bool

    def at(self, now: datetime, zone: tzinfo) -> Value:
        """Return the moment seen from `now`, a date being that of `zone`."""
        moment = now + self.shift
        return moment.astimezone(zone).date() if self.day else moment


@dataclass(frozen=True, slots=True)
class CorrelationModel:
    """A correlation, compiled; frozen and shared.

    `joins` are its comparisons over `alias.name`; `moments` those sides that move with the clock.
    """

    correlation: Correlation
    facts: tuple[FactModel, ...]
    joins: tuple[Compare, ...]
    moments: tuple[Moment, ...]
    types: Mapping[str, ValueType]

    @property
    def id(self) -> str:
        """The id of the correlation."""
        return self.correlation.id

    @property
    def key(self) -> str:
        """The name of its switch."""
        return f"correlation.{self.correlation.id}"

    def clock(self, now: datetime, zone: tzinfo) -> dict[str, Value]:
        """Return the values of the moments at `now`."""
        return {moment.name: moment.at(now, zone) for moment in self.moments}

    def forms(self) -> frozenset[str]:
        """Return every form whose records it looks at, through references too."""
        led = {form for fact in self.facts for _, form in fact.leads}
        return frozenset(led | {fact.fact.form for fact in self.facts})


def compile_correlation(
    correlation: Correlation,
    forms: Mapping[str, Form],
    scope_of: Callable[[Form], Scope],
    locate: Locate | None = None,
) -> CorrelationModel:
    """Return the correlation ready to run; raises `Refused` with everything that is wrong.

    `forms` are those it may name, `scope_of` gives the names of one. Problems stand where
    `locate` puts the way from the document's root.
    """
    return _Compiling(correlation, forms, scope_of, locate or _by_way(correlation)).done()


def _by_way(correlation: Correlation) -> Locate:
    def locate(path: Path) -> Place:
        way = "".join(f"[{w + 1}]" if isinstance(w, int) else f".{w}" for w in path)
        return Place(path=f"{correlation.id}{way}")

    return locate


class _Compiling:
    """One correlation while it is compiled, and the problems found so far."""

    def __init__(
        self,
        correlation: Correlation,
        forms: Mapping[str, Form],
        scope_of: Callable[[Form], Scope],
        locate: Locate,
    ) -> None:
        self.correlation = correlation
        self.forms = forms
        self.scope_of = scope_of
        self.locate = locate
        self.problems = Problems()
        self.scopes: dict[str, Scope] = {}
        self.wheres: dict[str, Node | None] = {}
        self.moments: dict[str, Moment] = {}

    def done(self) -> CorrelationModel:
        """Check every part, then put the model together."""
        for index, fact in enumerate(self.correlation.facts):
            self._fact(index, fact)
        joins = [
            join
            for index, parts in enumerate(self.correlation.on)
            if (join := self._comparison(index, *parts)) is not None
        ]
        said = self._sentence()
        if not self.problems:
            self._tied(joins)
        self._lock()
        self.problems.raise_if_any()
        return CorrelationModel(
            self.correlation,
            tuple(self._compiled(fact, joins, said) for fact in self.correlation.facts),
            tuple(joins),
            tuple(self.moments.values()),
            {
                f"{alias}.{name}": type_
                for alias, scope in self.scopes.items()
                for name, type_ in scope.types.items()
            },
        )

    def _fact(self, index: int, fact: CorrelatedFact) -> None:
        way: Path = ("facts", index)
        if fact.alias in self.scopes or fact.alias == "now":
            self._refuse(
                "duplicate_fact", (*way, "as"), fact.alias,
                Text("“{word}”已经有了，或者是保留的。", "'{word}' is taken."),
            )  # fmt: skip
            return
        form = self.forms.get(fact.form)
        if form is None:
            self._unknown("form", (*way, "form"), fact.form, self.forms)
            return
        scope = self.scope_of(form)
        if fact.table:
            if fact.table not in scope.rows:
                self._unknown("table", (*way, "table"), fact.table, scope.rows)
                return
            scope = row_scope(scope, fact.table)
        self.scopes[fact.alias] = _stored(scope)
        self.wheres[fact.alias] = self._where(fact, self.scopes[fact.alias], (*way, "where"))

    def _where(self, fact: CorrelatedFact, scope: Scope, way: Path) -> Node | None:
        if fact.where is None:
            return None
        try:
            return parse(fact.where, scope, locate=lambda path: self.locate((*way, *path)))
        except Refused as refused:
            self.problems.extend(refused.problems)
            return None

    def _comparison(self, index: int, relation: str, left: str, right: str) -> Compare | None:
        """Return one comparison, read by the language of conditions with its types and hints."""
        way: Path = ("on", index)
        types = self._types()
        sides = [left, right]
        for place, side in enumerate(sides, 1):
            alias = side.partition(".")[0]
            if not _MOMENT.fullmatch(side) and alias not in self.scopes:
                if any(fact.alias == alias for fact in self.correlation.facts):
                    return None  # its fact has a problem of its own
                self._unknown("fact", (*way, place), alias, self.scopes)
                return None
        moment = _moment(right, types.get(left) == "date")
        if moment is not None:
            types[moment.name] = "date" if moment.day else "datetime"
            sides[1] = moment.name
        written = {relation: [{"var": side} for side in sides]}
        try:
            node = parse(written, Scope(types), locate=lambda path: self._spot(way, path))
        except Refused as refused:
            self.problems.extend(refused.problems)
            return None
        if moment is not None:
            self.moments[moment.name] = moment
        assert isinstance(node, Compare)
        return node

    def _spot(self, way: Path, path: Path) -> Place:
        """Return where a side of a comparison is written, which is a plain list."""
        index = next((word for word in path if isinstance(word, int)), None)
        return self.locate(way if index is None else (*way, index + 1))

    def _types(self) -> dict[str, ValueType]:
        return {
            f"{alias}.{name}": type_
            for alias, scope in self.scopes.items()
            for name, type_ in scope.types.items()
            if type_ in _COMPARED
        }

    def _tied(self, joins: list[Compare]) -> None:
        """Ask that facts hang together by equal values: else each would pair with all others."""
        tied = {self.correlation.facts[0].alias}
        equal = [
            {_alias(join.left.name), _alias(join.right.name)}
            for join in joins
            if join.relation == "==" and isinstance(join.right, Var)
        ]
        for _ in self.correlation.facts:
            for pair in equal:
                if pair & tied:
                    tied |= pair
        for index, fact in enumerate(self.correlation.facts):
            if fact.alias not in tied:
                self._refuse(
                    "fact_not_tied", ("facts", index, "as"), fact.alias,
                    Text("“{word}”没有用 == 与前面的事实相连。",
                         "'{word}' is not tied to the facts before it by an ==."),
                    Text(f'在 on 里写 ["==", {fact.alias}.…, …]。',
                         f'Write ["==", {fact.alias}.…, …] in on.'),
                )  # fmt: skip

    def _sentence(self) -> set[str]:
        """Return the names in the sentence; unknown ones become problems."""
        found: set[str] = set()
        types = {
            f"{alias}.{name}": type_
            for alias, scope in self.scopes.items()
            for name, type_ in scope.types.items()
        }
        whole = len(self.scopes) == len(self.correlation.facts)
        for language in ("zh", "en"):
            for name in dict.fromkeys(_SAID.findall(getattr(self.correlation.say, language))):
                if types.get(name) in _COMPARED:
                    found.add(name)
                elif whole:
                    self._unknown("name", ("say", language), name, self._types())
        return found

    def _lock(self) -> None:
        lock = self.correlation.lock
        if lock is None:
            return
        alias, _, reference = lock.record.partition(".")
        fact = next((fact for fact in self.correlation.facts if fact.alias == alias), None)
        if fact is None:
            self._unknown("fact", ("then", "lock", "record"), alias, self.scopes)
        elif reference and fact.form in self.forms:
            known = {f.id for f in _fields(fact, self.forms[fact.form]) if f.kind == "reference"}
            if reference not in known:
                self._unknown("reference", ("then", "lock", "record"), reference, known)

    def _compiled(
        self, fact: CorrelatedFact, joins: Iterable[Compare], said: set[str]
    ) -> FactModel:
        used = set(said)
        for join in joins:
            used |= names(join)
        lock = self.correlation.lock
        if lock is not None and "." in lock.record:
            used.add(lock.record)
        start = f"{fact.alias}."
        own = sorted(name.removeprefix(start) for name in used if name.startswith(start))
        where = self.wheres[fact.alias]
        looked = {*own, *(names(where) if where is not None else ())}
        return FactModel(fact, where, tuple(own), tuple(sorted(self._leads(fact, looked))))

    def _leads(self, fact: CorrelatedFact, looked: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Yield the references that the fact's names go through, each once."""
        fields = {field.id: field for field in _fields(fact, self.forms[fact.form])}
        firsts = {name.partition(".")[0] for name in looked if "[]" not in name}
        for word in firsts:
            field = fields.get(word)
            if field is not None and field.kind == "reference":
                yield word, str(field.settings["to"])

    def _unknown(self, kind: str, way: Path, word: str, known: Iterable[str]) -> None:
        name = _WORDS[kind]
        self._refuse(
            f"unknown_{kind}", way, word,
            Text(f"没有叫“{{word}}”的{name.zh}。", f"There is no {name.en} '{{word}}'."),
            did_you_mean(word, known),
        )  # fmt: skip

    def _refuse(self, code: str, way: Path, word: str, say: Text, hint: Text | None = None) -> None:
        shown = shorten(word)
        said = Text(say.zh.replace("{word}", shown), say.en.replace("{word}", shown))
        self.problems.add(Problem(code, said, self.locate(way), hint, shown))


_WORDS = {
    "form": Text("表单", "form"),
    "table": Text("子表", "sub-table"),
    "fact": Text("事实", "fact"),
    "name": Text("可显示的字段", "field to show"),
    "reference": Text("引用字段", "reference field"),
}


def _stored(scope: Scope) -> Scope:
    """Return the names that stand in the tables: a lock is asked of another table, left out."""
    return replace(
        scope,
        types={
            name: type_
            for name, type_ in scope.types.items()
            if name.rpartition(".")[2] != "_locked"
        },
    )


def _moment(side: str, day: bool) -> Moment | None:
    found = _MOMENT.fullmatch(side)
    if found is None:
        return None
    shift = timedelta(0)
    if found[1]:
        shift = timedelta(seconds=int(found[2]) * _SECONDS[found[3]])
        shift = shift if found[1] == "+" else -shift
    return Moment(side + _DAY if day else side, shift, day)


def _alias(name: str) -> str:
    return name.partition(".")[0]


def _fields(fact: CorrelatedFact, form: Form) -> tuple[Field, ...]:
    """Return the fields that a fact can name bare, a row's before its record's."""
    table = next((field for field in form.fields if field.id == fact.table), None)
    taken = {column.id for column in table.fields} if table else set()
    own = tuple(field for field in form.fields if field.id not in taken)
    return (*table.fields, *own) if table else own
