"""The names that each step of a pipeline in the making may use, and what may fill its fields."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from seamline.documents import Path, read
from seamline.documents.editing import on_one_line
from seamline.fields import kind_of as kind_of_field
from seamline.forms import form_scope
from seamline.formulas import parse as parse_formula
from seamline.metadata import Field, Form, State, Step
from seamline.pipelines import FORMULA, NOTHING, STEPS, TRIGGERS, under
from seamline.problems import Refused
from seamline.scope import Scope, ValueType
from seamline.text import Language, Text
from seamline.usecases.importing.mapping import guess

from .flow import kind_of

BROKEN = (Refused, KeyError, TypeError, AttributeError, ValueError)


@dataclass(slots=True)
class Known:
    """Collects the names known at each step; whatever is unfinished gives none."""

    forms: Mapping[str, Form]
    scopes: dict[Path, Scope] = field(default_factory=dict)

    def form(self, path: Path, word: str) -> Form | None:
        """Return a form of the draft."""
        return self.forms.get(word)

    def field(self, path: Path, form: Form, word: str, kinds: Collection[str] = ()) -> Field | None:
        """Return a field of a form."""
        return next((one for one in form.fields if one.id == word), None)

    def column(self, path: Path, form: Form, word: str) -> None:
        """Say nothing: the checks of the package do."""

    def state(self, path: Path, form: Form, word: str) -> State | None:
        """Return a state of a form."""
        return next((one for one in form.states if one.id == word), None)

    def step(self, path: Path, form: Form, word: str) -> Step | None:
        """Return a step that the form itself has."""
        return next((one for one in form.steps if one.id == word), None)

    def page(self, path: Path, word: str) -> None:
        """Say nothing."""

    def role(self, path: Path, word: str, kind: str = "", party: str = "") -> None:
        """Say nothing."""

    def measure(self, path: Path, word: str) -> None:
        """Say nothing."""

    def condition(self, path: Path, form: Form, written: object) -> None:
        """Say nothing."""

    def tell(self, path: Path, code: str, say: Text, hint: Text | None = None, *,
             got: str | None = None) -> None:  # fmt: skip
        """Say nothing."""

    def scope_of(self, form: Form) -> Scope:
        """Return the names of a form."""
        try:
            return form_scope(form, self.forms)
        except BROKEN:
            return Scope({})

    def value(self, path: Path, written: Any, scope: Scope) -> ValueType | None:
        """Return the type of a formula, None where it has none (yet)."""
        if isinstance(written, str) and written.startswith(FORMULA):
            try:
                return parse_formula(written[1:], scope).type
            except BROKEN:
                return None
        return None

    def holds(self, path: Path, written: Any, scope: Scope) -> None:
        """Say nothing."""

    def migration(self, path: Path, word: str) -> None:
        """Say nothing."""

    def words(self, path: Path, written: Any, scope: Scope) -> None:
        """Say nothing."""

    def steps(self, path: Path, written: Sequence[Mapping[str, Any]], scope: Scope) -> Scope:
        """Keep what each step may name, and return what is known after them."""
        for number, step in enumerate(written if isinstance(written, list) else ()):
            here = (*path, number)
            self.scopes[here] = scope
            kind = kind_of(step)
            gives = NOTHING
            if kind:
                try:
                    gives = STEPS[kind].check(step[kind], (*here, kind), self, scope)
                except BROKEN:
                    gives = NOTHING
            if kind and isinstance(step.get("id"), str):
                scope = under(scope, step["id"], gives)
        return scope


def known(data: Mapping[str, Any], forms: Mapping[str, Form]) -> dict[Path, Scope]:
    """Return the names that each step may use, by its path."""
    names = Known(forms)
    scope = Scope({})
    on = data.get("on")
    kind = next((name for name in TRIGGERS if isinstance(on, Mapping) and name in on), "")
    if kind and isinstance(on, Mapping):
        try:
            for name, gives in TRIGGERS[kind].check(on[kind], ("on", kind), names).items():
                scope = under(scope, name, gives)
        except BROKEN:
            scope = Scope({})
    names.steps(("steps",), data.get("steps", ()), scope)
    return names.scopes


@dataclass(frozen=True, slots=True)
class Row:
    """One name of a mapping: what fills it, what might, and whether it is offered at all."""

    name: str
    label: str
    kind: str = ""
    required: bool = False
    value: str = ""
    suggestion: str = ""
    offered: bool = True


def rows_of(values: Mapping[str, Any] | None, known: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """Return the rows of a mapping that are filled, and what is left of those known."""
    # What a new step begins with is empty, and still to be filled.
    given = {str(name): one for name, one in (values or {}).items() if one != ""}
    named = {one.name: one for one in known}
    filled = [
        replace(named.get(name, Row(name, name)), value=written(value), suggestion="")
        for name, value in given.items()
    ]
    left = [one for one in known if one.offered and one.name not in given]
    return filled, sorted(left, key=lambda one: (not one.suggestion, not one.required))


def fields_known(form: Form | None, scope: Scope, language: Language) -> list[Row]:
    """Return a row for each field of a form, with what likely fills it."""
    likely = suggestions(form, scope) if form else {}
    return [
        Row(one.id, one.label.in_(language), kind.title.in_(language), one.required,
            suggestion=likely.get(one.id, ""), offered=kind.written)
        for one in (form.fields if form else ())
        if not one.fields and (kind := kind_of_field(one))
    ]  # fmt: skip


def written(value: Any) -> str:
    """Return a value of a mapping as it is typed; `read_value` reads it again."""
    return value if isinstance(value, str) else on_one_line(value)


def suggestions(form: Form, scope: Scope) -> dict[str, str]:
    """Return what likely fills each field: a name like its own or its label's, of its type."""
    names = {name: name.rpartition(".")[2] for name in scope.types if "._" not in name}
    found: dict[str, str] = {}
    for name, word in names.items():
        for one in guess(form, [word]).guesses:
            target = next((each for each in form.fields if each.id == one.to), None)
            if target is None or one.to in found:
                continue
            if kind_of_field(target).value_type(target) == scope.types[name]:
                found[one.to] = f"={name}"
    return found


def read_value(word: str, one: Field | None, was: Any) -> Any:
    """Return what was typed for a name as it is written: formula, number, yes or no, words.

    What is untouched stays what it was; raises Refused for a mapping that cannot be read.
    """
    plain = word.strip()
    if plain == re.sub(r"[\r\n]", "", written(was)).strip():  # as a box of one line holds it
        return was
    if plain.startswith(FORMULA):
        return plain
    if isinstance(was, (dict, list)):
        return read(plain, "").data
    type_ = kind_of_field(one).value_type(one) if one is not None else ""
    number = type_ == "number" or isinstance(was, (int, float)) and not isinstance(was, bool)
    if number:
        try:
            return int(plain) if plain.lstrip("-").isdecimal() else float(plain)
        except ValueError:
            return plain
    truth = {"true": True, "false": False}
    return truth.get(plain, plain) if type_ == "boolean" or isinstance(was, bool) else plain


def inputs(step: Any, known_now: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield what a step looks at of what is known, by the names it writes."""
    for name in dict.fromkeys(_names(step)):
        head, dot, rest = name.partition(".")
        facts = known_now.get(head)
        if dot and isinstance(facts, Mapping) and rest in facts:
            yield name, facts[rest]


def _names(part: Any) -> Iterator[str]:
    if isinstance(part, Mapping):
        var = part.get("var")
        if isinstance(var, str):
            yield var
        for key, one in part.items():
            if key == "in" and isinstance(one, str):
                yield one
            yield from _names(one)
    elif isinstance(part, list):
        for one in part:
            yield from _names(one)
    elif isinstance(part, str):
        yield from _written(part)


def _written(word: str) -> Iterator[str]:
    places = [word] if word.startswith(FORMULA) else re.findall(r"\{([^{}]*)\}", word)
    for place in places:
        yield from re.findall(r"[a-z_][a-z0-9_]*\.[A-Za-z_][A-Za-z0-9_]*", place)
