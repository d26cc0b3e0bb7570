"""What is wrong with a correlation is said at its place, in two languages, with a near name."""

from __future__ import annotations

from pathlib import Path

import pytest

from seamline.package import read_sources
from seamline.problems import Refused

HERE = Path(__file__).parents[1] / "packages" / "correlated"
PATH = "correlations/short.yaml"


@pytest.fixture(scope="module")
def sources():
    return {
        path.relative_to(HERE).as_posix(): path.read_text("utf-8") for path in HERE.rglob("*.yaml")
    }


def test_a_correlation_is_read_whole(sources):
    package = read_sources(sources)
    short = next(one for one in package.correlations if one.id == "short")
    assert [fact.alias for fact in short.facts] == ["stock", "line"]
    assert short.facts[1].table == "lines"
    assert short.on == (
        ("==", "stock.part", "line.part"),
        ("<", "stock.available", "line.qty"),
    )
    assert short.lock is not None and short.lock.act == "order_taking"


@pytest.mark.parametrize(
    ("old", "new", "code", "hint"),
    [
        ("form: stock", "form: stok", "unknown_form", "stock"),
        ("table: lines", "table: line", "unknown_table", "lines"),
        ("{var: arriving}", "{var: ariving}", "unknown_name", "arriving"),
        ("line.qty]", "line.qtty]", "unknown_name", "line.qty"),
        ("line.qty]", "lime.qty]", "unknown_fact", "line"),
        ("line.qty]", "line.due]", "condition_type", ""),
        ("line.qty]", "now + 48h]", "condition_type", ""),
        ("line.qty]", "now + 48x]", "wrong_pattern", ""),
        ("line.qty]", "7]", "wrong_type", ""),
        ('["<", stock', '["=<", stock', "not_one_of", ""),
        ("as: line", "as: stock", "duplicate_fact", ""),
        ("as: line", "as: now", "duplicate_fact", ""),
        ('["==", stock.part, line.part]', '["!=", stock.part, line.part]', "fact_not_tied", ""),
        ("{stock.part}", "{stock.prt}", "unknown_name", "stock.part"),
        ("record: line.part", "record: line.qty", "unknown_reference", ""),
        ("record: line.part", "record: lin.part", "unknown_fact", "line"),
        ("then: {event: short,", "then: {evnt: short,", "unknown_key", "event"),
        ("facts:", "fakts:", "unknown_key", "facts"),
        ("correlation: short", "correlation: below", "duplicate_correlation", ""),
    ],
)
def test_a_mistake_is_named_with_its_place(sources, old, new, code, hint):
    text = sources[PATH]
    assert old in text
    with pytest.raises(Refused) as refused:
        read_sources({**sources, PATH: text.replace(old, new)})
    named = {problem.code: problem for problem in refused.value.problems}
    assert code in named, [problem.line("en") for problem in refused.value.problems]
    problem = named[code]
    assert problem.place.file.startswith("correlations/") and problem.place.line
    assert problem.say.zh != problem.say.en
    if hint:
        assert problem.hint is not None and hint in problem.hint.en + problem.hint.zh


def test_every_mistake_is_named_at_once(sources):
    text = sources[PATH].replace("form: stock", "form: stok").replace("{var: _state}", "{var: x}")
    with pytest.raises(Refused) as refused:
        read_sources({**sources, PATH: text})
    assert {problem.code for problem in refused.value.problems} == {"unknown_form", "unknown_name"}


def test_a_form_that_failed_is_not_blamed_a_second_time(sources):
    broken = sources["forms/stock.yaml"].replace("kind: decimal", "kind: decimel")
    with pytest.raises(Refused) as refused:
        read_sources({**sources, "forms/stock.yaml": broken})
    assert {problem.place.file for problem in refused.value.problems} == {"forms/stock.yaml"}
