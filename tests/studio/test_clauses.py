"""The rule builder loses nothing: every condition comes back as it was, seen or kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from seamline.forms import form_scope
from seamline.package import read_package
from seamline.problems import Refused
from seamline.scope import Scope
from seamline.ui.designing.clauses import (
    Clause,
    Names,
    alike,
    built,
    clause_of,
    every,
    names_of,
    operators_of,
)
from seamline.ui.designing.conditions import with_known
from seamline.usecases.explain import vocabulary_of

EXAMPLE = Path(__file__).parents[2] / "examples" / "auto_parts"


def again(clause: Clause) -> Any:
    """Return what the clauses say, put together from what the page shows of each."""
    match clause.kind:
        case "group":
            return {clause.word: [again(part) for part in clause.parts]}
        case "rows":
            return {clause.word: [{"var": clause.name}, again(clause.parts[0])]}
        case "test":
            assert clause.names is not None
            said = built(
                clause.names, clause.name, clause.word, clause.mode, clause.value, clause.unit
            )
            return clause.data if alike(said, clause.data) else said
    return clause.data


@pytest.mark.cap(67)
def test_every_rule_of_the_example_comes_back_as_it_was() -> None:
    package = read_package(EXAMPLE)
    forms = {form.id: form for form in package.forms}
    kept = seen = 0
    for ruleset in package.rulesets:
        form = forms[ruleset.step.partition(".")[0]]
        names = names_of(form_scope(form, forms), vocabulary_of(form, forms), "zh")
        for rule in (*ruleset.hard, *ruleset.soft, ruleset.review):
            if rule.when is not None:
                clause = clause_of(rule.when, "when", names)
                assert again(clause) == rule.when
                kept += sum(one.kind == "kept" for one in every(clause))
                seen += 1
    assert seen > 20
    assert kept == 0


NAMES = Names(
    {"qty": "Quantity", "who": "Who", "ok": "Fine"},
    {"qty": "number", "who": "text", "ok": "boolean"},
    {},
    {},
    "en",
)


def test_what_has_no_form_is_kept_untouched() -> None:
    odd: Any
    for odd in (
        {"<": [5, {"var": "qty"}]},
        {"!": [{"==": [{"var": "qty"}, 5]}]},
        {"==": [{"var": "unheard_of"}, 1]},
        {"<": [{"var": "qty"}, 1.50, 3]},
        {"in": ["a", {"var": "who"}]},
        {"==": [{"var": "who"}, "a, b "]},
    ):
        clause = clause_of({"and": [odd, {"var": "ok"}]}, "when", NAMES)
        assert [part.kind for part in clause.parts] == ["kept", "test"]
        assert again(clause) == {"and": [odd, {"var": "ok"}]}


def test_operators_and_values_fit_the_type() -> None:
    assert operators_of(NAMES, "ok") == ("==", "given", "empty")
    assert built(NAMES, "ok", "==", "value", "false") == {"==": [{"var": "ok"}, False]}
    assert "<" not in operators_of(NAMES, "who")
    assert built(NAMES, "qty", "<", "value", "5") == {"<": [{"var": "qty"}, 5]}
    assert built(NAMES, "who", "<", "value", "5") == {"==": [{"var": "who"}, "5"]}
    assert built(NAMES, "who", "in", "value", "a，b") == {"in": [{"var": "who"}, ["a", "b"]]}
    assert built(NAMES, "qty", ">", "field", "qty") == {">": [{"var": "qty"}, {"var": "qty"}]}
    with pytest.raises(Refused):
        built(NAMES, "qty", "<", "value", "many")


def test_spans_are_said_in_the_language_of_the_reader_where_no_form_is_asked_about() -> None:
    names = with_known(None, Scope({"order.due": "date"}), "en")
    clause = clause_of({"falls": [{"var": "order.due"}, "last 7d"]}, "when", names)
    assert list(clause.units.values()) == ["days", "weeks"]
