"""What is wrong with a promise is said at its place, in two languages, with a near name."""

from __future__ import annotations

from pathlib import Path

import pytest

from seamline.package import read_sources
from seamline.problems import Refused

pytestmark = pytest.mark.cap(30)
HERE = Path(__file__).parents[1] / "packages" / "promise_desk"
PATH = "promises/ready.yaml"


@pytest.fixture(scope="module")
def sources() -> dict[str, str]:
    return {
        path.relative_to(HERE).as_posix(): path.read_text("utf-8") for path in HERE.rglob("*.yaml")
    }


def test_a_promise_is_read_whole(sources):
    (promise,) = read_sources(sources).promises
    assert (promise.item, promise.lead.days, promise.lead.count) == ("part", "lead_time", "working")
    assert [line.table for line in promise.lines] == ["lines", ""]
    assert promise.lines[0].wanted == ("own_wish", "wish")
    assert promise.lines[0].again == ("again",)
    assert promise.arrivals[0].on == "due"


@pytest.mark.parametrize(
    ("old", "new", "code", "hint"),
    [
        ("item: part\nlines", "item: prt\nlines", "unknown_form", "part"),
        ("form: shelf", "form: shelv", "unknown_form", "shelf"),
        ("table: lines\n", "table: line\n", "unknown_table", "lines"),
        ("qty: qty", "qty: qtty", "unknown_field", "qty"),
        ("qty: qty", "qty: own_wish", "wrong_field_type", "qty"),
        ("qty: there", "qty: counted", "wrong_field_type", "there"),
        ("[own_wish, wish]", "[own_wish, wihs]", "unknown_field", "wish"),
        ("[own_wish, wish]", "[own_wish, note]", "wrong_field_type", "wish"),
        ("into: promised", "into: why", "not_promised_kind", ""),
        ("into: promised", "into: own_wish", "not_promised_kind", "kind: promised"),
        ("reason: why", "reason: promised", "not_promised_kind", "reason"),
        ("into: ready", "into: redy", "unknown_field", "ready"),
        ("{form: shelf, item: part", "{form: shelf, item: there", "not_the_item", "part"),
        ("{form: shelf, item: part", "{form: shelf, item: _self", "not_the_item", ""),
        ("as_of: counted", "as_of: there", "wrong_field_type", "counted"),
        ("on: due", "on: lines", "wrong_field_type", "due"),
        ("where: {var: usable}", "where: {var: useable}", "unknown_name", "usable"),
        ("where: {var: usable}", "where: {var: part._locked}", "unknown_name", ""),
        ('while: {"==": [{var: _state}', 'while: {"==": [{var: _code}', "unknown_name", ""),
        ('while: {"==": [{var: _state}', 'while: {"=": [{var: _state}', "unknown_operator", ""),
        ("again: [again]", "again: [agan]", "unknown_step", "again"),
        ("days: lead_time", "days: led_time", "unknown_field", "lead_time"),
        ("days: lead_time", "days: code", "wrong_field_type", "lead_time"),
        ("days: lead_time", "days: -1", "out_of_bounds", ""),
        ("days: lead_time", "days: 2.5", "wrong_type", ""),
        ("count: working", "count: workdays", "not_one_of", ""),
        ("lead:", "leed:", "unknown_key", "lead"),
        ("  - {form: repair", "  - {form: order, table: lines, item: part, qty: qty, "
         "into: promised}\n  - {form: repair", "promised_twice", ""),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_place(sources, old, new, code, hint):
    text = sources[PATH]
    assert text.count(old) == 1
    with pytest.raises(Refused) as refused:
        read_sources({**sources, PATH: text.replace(old, new)})
    named = {problem.code: problem for problem in refused.value.problems}
    assert code in named, [problem.line("en") for problem in refused.value.problems]
    problem = named[code]
    assert problem.place.file == PATH and problem.place.line
    assert problem.say.zh != problem.say.en
    if hint:
        assert problem.hint is not None and hint in problem.hint.en + problem.say.en


def test_a_promise_needs_something_to_promise_from(sources):
    text = sources[PATH].partition("stock:")[0]
    with pytest.raises(Refused) as refused:
        read_sources({**sources, PATH: text})
    assert [problem.code for problem in refused.value.problems] == ["promise_of_nothing"]


def test_a_field_that_nobody_fills_is_named(sources):
    text = sources["forms/job.yaml"] + (
        "      - {id: ready, kind: promised, label: {zh: 备妥, en: Ready}}\n"
    )
    with pytest.raises(Refused) as refused:
        read_sources({**sources, "forms/job.yaml": text})
    (problem,) = refused.value.problems
    assert (problem.code, problem.place.file) == ("never_promised", "forms/job.yaml")


def test_a_form_that_failed_is_not_blamed_a_second_time(sources):
    broken = sources["forms/shelf.yaml"].replace("kind: decimal", "kind: decimel")
    with pytest.raises(Refused) as refused:
        read_sources({**sources, "forms/shelf.yaml": broken})
    assert {problem.place.file for problem in refused.value.problems} == {"forms/shelf.yaml"}


def test_a_promise_that_failed_is_not_missed(sources):
    with pytest.raises(Refused) as refused:
        read_sources({**sources, PATH: sources[PATH].replace("lead:", "leed:")})
    assert {problem.place.file for problem in refused.value.problems} == {PATH}
