"""A promise checked against the forms it names, ready to ask the tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from seamline.conditions.evaluate import Check, compiled
from seamline.conditions.node import Node, names
from seamline.conditions.parse import parse
from seamline.fields.promised import REASON
from seamline.forms import row_scope
from seamline.metadata import Field, Form, Promise, PromiseFlow, PromiseLine
from seamline.metadata.field import Condition
from seamline.metadata.promise import SELF
from seamline.problems import Place, Problem, Problems, Refused, did_you_mean, shorten
from seamline.scope import Scope, ValueType
from seamline.text import Text

Path = tuple[str | int, ...]
Locate = Callable[[Path], Place]
ScopeOf = Callable[[Form], Scope]
FLOWS = ("stock", "arrivals", "demand")


@dataclass(frozen=True, slots=True)
class LineModel:
    """Lines that are promised, compiled: when they are open, and of which names that depends."""

    line: PromiseLine
    open: Node | None
    check: Check | None
    looks_at: frozenset[str]
    final: frozenset[str]

    @property
    def place(self) -> str:
        """The path of the field that gets the day: `promised`, `lines.promised`."""
        return f"{self.line.table}.{self.line.into}" if self.line.table else self.line.into


@dataclass(frozen=True, slots=True)
class FlowModel:
    """Records that add to an item or take from it, compiled."""

    flow: PromiseFlow
    where: Node | None


@dataclass(frozen=True, slots=True)
class PromiseModel:
    """A promise, compiled; frozen and shared."""

    promise: Promise
    lines: tuple[LineModel, ...]
    stock: tuple[FlowModel, ...]
    arrivals: tuple[FlowModel, ...]
    demand: tuple[FlowModel, ...]


def compile_promise(
    promise: Promise,
    forms: Mapping[str, Form],
    scope_of: ScopeOf,
    locate: Locate | None = None,
) -> PromiseModel:
    """Return the promise ready to use; raises `Refused` with everything that is wrong.

    `forms` are those it may name, `scope_of` gives the names of one. Problems stand where
    `locate` puts the way from the document's root.
    """
    return _Compiling(promise, forms, scope_of, locate or _by_way(promise)).done()


def _by_way(promise: Promise) -> Locate:
    def locate(path: Path) -> Place:
        way = "".join(f"[{w + 1}]" if isinstance(w, int) else f".{w}" for w in path)
        return Place(path=f"{promise.id}{way}")

    return locate


@dataclass(slots=True)
class _Compiling:
    """One promise while it is compiled, and the problems found so far."""

    promise: Promise
    forms: Mapping[str, Form]
    scope_of: ScopeOf
    locate: Locate
    problems: Problems = field(default_factory=Problems)

    def done(self) -> PromiseModel:
        """Check every part, then put the model together."""
        item = self._form(("item",), self.promise.item)
        lines = [
            made
            for index, line in enumerate(self.promise.lines)
            if (made := self._line(("lines", index), line)) is not None
        ]
        flows = {
            kind: tuple(
                FlowModel(flow, self._flow((kind, index), flow))
                for index, flow in enumerate(getattr(self.promise, kind))
            )
            for kind in FLOWS
        }
        lead = self.promise.lead
        if item is not None and lead is not None and isinstance(lead.days, str):
            self._typed(("lead", "days"), lead.days, item, None, "number")
        if not any(flows.values()) and lead is None:
            self._refuse("promise_of_nothing", ("promise",), self.promise.id, _NOTHING)
        self.problems.raise_if_any()
        return PromiseModel(
            self.promise, tuple(lines), flows["stock"], flows["arrivals"], flows["demand"]
        )

    def _line(self, way: Path, line: PromiseLine) -> LineModel | None:
        form = self._form((*way, "form"), line.form)
        table = self._table((*way, "table"), form, line.table)
        if form is None or (line.table and table is None):
            return None
        self._reference((*way, "item"), line.item, form, table)
        own = table.fields if table is not None else form.fields
        self._typed((*way, "qty"), line.qty, form, table, "number", own)
        for index, name in enumerate(line.wanted):
            self._typed((*way, "wanted", index), name, form, table, "date")
        self._filled((*way, "into"), line.into, own, "date")
        if line.reason:
            self._filled((*way, "reason"), line.reason, own, REASON)
        for index, step in enumerate(line.again):
            known = {*_STEPS, *(one.id for one in form.steps)}
            if step not in known:
                self._unknown("step", (*way, "again", index), step, known)
        node = self._condition((*way, "while"), line.open, _own(self.scope_of(form)))
        return LineModel(
            line,
            node,
            compiled(node) if node is not None else None,
            names(node) if node is not None else frozenset(),
            frozenset(state.id for state in form.states if state.final),
        )

    def _flow(self, way: Path, flow: PromiseFlow) -> Node | None:
        form = self._form((*way, "form"), flow.form)
        table = self._table((*way, "table"), form, flow.table)
        if form is None or (flow.table and table is None):
            return None
        if flow.item == SELF:
            if flow.form != self.promise.item:
                self._refuse("not_the_item", (*way, "item"), flow.form, _NOT_ITEM)
        else:
            self._reference((*way, "item"), flow.item, form, table)
        self._typed((*way, "qty"), flow.qty, form, table, "number")
        if flow.on:
            self._typed((*way, "on"), flow.on, form, table, "date", also="datetime")
        if flow.as_of:
            self._typed((*way, "as_of"), flow.as_of, form, table, "datetime", also="date")
        scope = self.scope_of(form)
        if table is not None:
            scope = row_scope(scope, table.id)
        return self._condition((*way, "where"), flow.where, _stored(scope))

    def _form(self, way: Path, word: str) -> Form | None:
        form = self.forms.get(word)
        if form is None:
            self._unknown("form", way, word, self.forms)
        return form

    def _table(self, way: Path, form: Form | None, word: str) -> Field | None:
        if form is None or not word:
            return None
        tables = {one.id: one for one in form.fields if one.kind == "table"}
        if word not in tables:
            self._unknown("table", way, word, tables)
        return tables.get(word)

    def _reference(self, way: Path, word: str, form: Form, table: Field | None) -> None:
        """Ask that a field of the line refers to the items."""
        fields = {one.id: one for one in _beside(form, table)}
        known = [
            one.id
            for one in fields.values()
            if one.kind == "reference" and one.settings.get("to") == self.promise.item
        ]
        if word in known:
            return
        if word in fields:
            self._refuse("not_the_item", way, word, _NO_REFERENCE, _listed(known))
        else:
            self._unknown("field", way, word, known)

    def _typed(
        self,
        way: Path,
        word: str,
        form: Form,
        table: Field | None,
        type_: ValueType,
        own: Iterable[Field] | None = None,
        also: ValueType | None = None,
    ) -> None:
        """Ask that a field holds a value of a type."""
        scope = self.scope_of(form)
        types = {**scope.types, **(scope.rows[table.id].types if table is not None else {})}
        fields = [one.id for one in (_beside(form, table) if own is None else own)]
        fitting = [one for one in fields if types.get(one) in (type_, also)]
        if word in fitting:
            return
        if word in fields:
            said = Text(
                f"“{{word}}”应为{_TYPES[type_].zh}字段。",
                f"'{{word}}' must hold a {_TYPES[type_].en}.",
            )
            self._refuse("wrong_field_type", way, word, said, _listed(fitting))
        else:
            self._unknown("field", way, word, fitting)

    def _filled(self, way: Path, word: str, own: Iterable[Field], shows: str) -> None:
        """Ask that a field is of the kind that the platform fills with promises."""
        fields = {one.id: one for one in own}
        known = [
            one.id
            for one in fields.values()
            if one.kind == "promised" and one.settings.get("shows", "date") == shows
        ]
        if word in known:
            return
        if word in fields:
            kind = "{kind: promised}" if shows == "date" else "{kind: promised, shows: reason}"
            hint = Text(f"把它写成 {kind}。", f"Make it {kind}.")
            self._refuse("not_promised_kind", way, word, _NOT_FILLED, hint)
        else:
            self._unknown("field", way, word, known)

    def _condition(self, way: Path, written: Condition | None, scope: Scope) -> Node | None:
        if written is None:
            return None
        try:
            return parse(written, scope, locate=lambda path: self.locate((*way, *path)), still=True)
        except Refused as refused:
            self.problems.extend(refused.problems)
            return None

    def _unknown(self, kind: str, way: Path, word: str, known: Iterable[str]) -> None:
        known = sorted(known)
        name = _WORDS[kind]
        self._refuse(
            f"unknown_{kind}", way, word,
            Text(f"没有叫“{{word}}”的{name.zh}。", f"There is no {name.en} '{{word}}'."),
            did_you_mean(word, known) or _listed(known),
        )  # fmt: skip

    def _refuse(self, code: str, way: Path, word: str, say: Text, hint: Text | None = None) -> None:
        shown = shorten(word)
        said = Text(say.zh.replace("{word}", shown), say.en.replace("{word}", shown))
        self.problems.add(Problem(code, said, self.locate(way), hint, shown))


_STEPS = ("create", "change")
_WORDS = {
    "form": Text("表单", "form"),
    "table": Text("子表", "sub-table"),
    "field": Text("合适的字段", "field of that kind"),
    "step": Text("业务环节", "business step"),
}
_TYPES: Mapping[str, Text] = {
    "number": Text("数字", "number"),
    "date": Text("日期", "date"),
    "datetime": Text("时刻", "moment"),
}
_NOTHING = Text(
    "承诺“{word}”没有库存、到货，也没有周期，什么也承诺不了。",
    "The promise '{word}' has no stock, no arrivals and no lead time: it can promise nothing.",
)
_NOT_ITEM = Text(
    "“{word}”不是承诺的物料表单，不能写 _self。",
    "'{word}' is not the form of the items, so _self does not fit.",
)
_NO_REFERENCE = Text("“{word}”不指向承诺的物料。", "'{word}' does not refer to the items.")
_NOT_FILLED = Text(
    "“{word}”不是由平台填写的承诺字段。",
    "'{word}' is no field that the platform fills with a promise.",
)


def _listed(known: Iterable[str]) -> Text | None:
    words = list(known)[:12]
    if not words:
        return None
    return Text(f"可用：{', '.join(words)}。", f"Known: {', '.join(words)}.")


def _beside(form: Form, table: Field | None) -> Iterator[Field]:
    """Yield the fields that a line can name, a row's before its record's."""
    taken = set()
    for one in table.fields if table is not None else ():
        taken.add(one.id)
        yield one
    yield from (one for one in form.fields if one.id not in taken)


def _own(scope: Scope) -> Scope:
    """Return what a condition may ask of a record while it is written: its fields and its state."""
    return Scope(
        {
            name: type_
            for name, type_ in scope.types.items()
            if name == "_state" or not (name.startswith("_") or "." in name or type_ == "table")
        }
    )


def _stored(scope: Scope) -> Scope:
    """Return the names that stand in the tables: a lock is asked of another table, left out."""
    kept = {n: t for n, t in scope.types.items() if n.rpartition(".")[2] != "_locked"}
    return replace(scope, types=kept)
