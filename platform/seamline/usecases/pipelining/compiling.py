"""A pipeline made ready to run against the forms of a catalog."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from seamline.catalog import Catalog
from seamline.conditions.evaluate import Check, compiled
from seamline.conditions.node import names as names_of
from seamline.conditions.parse import parse as parse_condition
from seamline.documents import Path
from seamline.formulas import Formula, parse as parse_formula
from seamline.metadata import Field, Form, Pipeline, State, Step
from seamline.package.pipeline_checks import built
from seamline.pipelines import FORMULA, STEPS, TRIGGERS, under
from seamline.problems import Problem, Refused, shorten
from seamline.registry import chosen
from seamline.scope import Scope, ValueType
from seamline.text import Text

PLACE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Ready:
    """A pipeline with the names that each of its steps may use, and what was compiled of it."""

    pipeline: Pipeline
    scopes: Mapping[str, Scope]
    _formulas: dict[tuple[str, str], Formula] = field(default_factory=dict)
    _checks: dict[tuple[str, int], tuple[Check, frozenset[str]]] = field(default_factory=dict)

    def formula(self, step: str, written: str) -> Formula:
        """Return a formula as a step understands it; raises Refused where it does not fit."""
        found = self._formulas.get((step, written))
        if found is None:
            found = parse_formula(written.removeprefix(FORMULA), self.scopes[step])
            self._formulas[step, written] = found
        return found

    def check(self, step: str, condition: Any) -> tuple[Check, frozenset[str]]:
        """Return a condition as a step understands it, and the names it looks at."""
        found = self._checks.get((step, id(condition)))
        if found is None:
            node = parse_condition(condition, self.scopes[step])
            found = compiled(node), frozenset(names_of(node))
            self._checks[step, id(condition)] = found  # the plan holds it as long as this stands
        return found


def ready(catalog: Catalog, document: Mapping[str, Any]) -> Ready:
    """Return a pipeline ready to run; raises Refused where it names what is not there any more."""
    pipeline = built(document)
    names = _CatalogNames(catalog)
    trigger = document["on"][pipeline.trigger]
    scope = Scope({})
    for name, gives in TRIGGERS[pipeline.trigger].check(trigger, (), names).items():
        scope = under(scope, name, gives)
    names.steps((), document["steps"], scope)
    return Ready(pipeline, names.scopes)


class _CatalogNames:
    """Answers the questions of the checks of triggers and steps from a catalog.

    What was published has been checked; a version of before may name what is gone since.
    """

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self.scopes: dict[str, Scope] = {}

    def form(self, path: Path, word: str) -> Form | None:
        model = self._catalog.forms.get(word)
        if model is None:
            raise _gone(word)
        return model.form

    def field(self, path: Path, form: Form, word: str, kinds: Collection[str] = ()) -> Field | None:
        return next((one for one in form.fields if one.id == word), None)

    def column(self, path: Path, form: Form, word: str) -> None:
        """Say nothing: a list of before is sorted as far as it can be."""

    def state(self, path: Path, form: Form, word: str) -> State | None:
        return next((one for one in form.states if one.id == word), None)

    def step(self, path: Path, form: Form, word: str) -> Step | None:
        return self._catalog.forms[form.id].steps.get(word)

    def page(self, path: Path, word: str) -> None:
        """Say nothing."""

    def role(self, path: Path, word: str, kind: str = "", party: str = "") -> None:
        """Say nothing: what a role may do is asked at the door."""

    def measure(self, path: Path, word: str) -> None:
        """Say nothing."""

    def condition(self, path: Path, form: Form, written: object) -> None:
        """Say nothing: it is read where it is asked."""

    def tell(self, path: Path, code: str, say: Text, hint: Text | None = None, *,
             got: str | None = None) -> None:  # fmt: skip
        """Say nothing: it was said when the pipeline was published."""

    def scope_of(self, form: Form) -> Scope:
        return self._catalog.forms[form.id].scope

    def value(self, path: Path, written: Any, scope: Scope) -> ValueType | None:
        if isinstance(written, str) and written.startswith(FORMULA):
            return parse_formula(written[1:], scope).type
        return None

    def holds(self, path: Path, written: Any, scope: Scope) -> None:
        """Say nothing: it is read where it is asked."""

    def migration(self, path: Path, word: str) -> None:
        """Say nothing: it is asked for by name where it is carried out."""

    def words(self, path: Path, written: Any, scope: Scope) -> None:
        """Say nothing: a place that cannot be filled stays as it is written."""

    def steps(self, path: Path, written: Sequence[Mapping[str, Any]], scope: Scope) -> Scope:
        for step in written:
            kind = chosen(STEPS, step)
            self.scopes[step["id"]] = STEPS[kind].names(step[kind], scope)
            scope = under(scope, step["id"], STEPS[kind].check(step[kind], (), self, scope))
        return scope


def _gone(word: str) -> Refused:
    problem = Problem(
        "unknown_form",
        Text(f"没有表单“{shorten(word)}”。", f"There is no form '{shorten(word)}'."),
        hint=Text("请用现在的版本重新运行。", "Run it again on the version that stands now."),
    )
    return Refused((problem,), 409)
