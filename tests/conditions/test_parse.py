"""What a condition may say, and how a wrong one is told."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from seamline.conditions.node import And, Compare, Fixed, Member, Not, Rows, Truth, Var
from seamline.conditions.parse import names, names_in_order, parse
from seamline.problems import Place, Refused
from seamline.scope import Scope

SCOPE = Scope(
    {
        "qty": "number",
        "name": "text",
        "flag": "boolean",
        "due": "date",
        "at": "datetime",
        "lead": "duration",
        "tags": "list",
        "papers": "file",
        "spot": "place",
        "customer.credit_line": "number",
        "lines": "table",
    },
    {"lines": Scope({"qty": "number", "available": "number"})},
)
QTY, NAME = {"var": "qty"}, {"var": "name"}


def problems(document, scope=SCOPE, **more):
    with pytest.raises(Refused) as refused:
        parse(document, scope, **more)
    return refused.value.problems


@pytest.mark.parametrize(
    ("field", "written", "read"),
    [
        ("qty", 3, 3),
        ("qty", 0.1, Decimal("0.1")),
        ("qty", Decimal("12.50"), Decimal("12.50")),
        ("name", "V2.0", "V2.0"),
        ("name", "Å", "Å"),
        ("flag", True, True),
        ("due", "2026-03-31", date(2026, 3, 31)),
        ("due", date(2026, 3, 31), date(2026, 3, 31)),
        ("at", "2026-03-31T08:00:00+08:00", datetime(2026, 3, 31, tzinfo=UTC)),
        ("at", "2026-03-31T00:00:00Z", datetime(2026, 3, 31, tzinfo=UTC)),
        ("lead", "2h", timedelta(hours=2)),
        ("lead", "1d12h30m", timedelta(days=1, hours=12, minutes=30)),
        ("papers", 2, 2),
    ],
)
def test_a_constant_takes_the_type_of_its_field(field, written, read):
    node = parse({"==": [{"var": field}, written]}, SCOPE)
    assert node == Compare("==", Var(field, SCOPE.types[field]), read)
    assert type(node.right) is type(read)


@pytest.mark.parametrize(
    ("document", "node"),
    [
        (True, Fixed(True)),
        ({"var": "name"}, Truth(Var("name", "text"))),
        ({"var": ["name"]}, Truth(Var("name", "text"))),
        ({"!": NAME}, Not(Truth(Var("name", "text")))),
        ({"!": [NAME]}, Not(Truth(Var("name", "text")))),
        ({"<": [5, QTY]}, Compare(">", Var("qty", "number"), 5)),
        (
            {"<=": [1, QTY, 5]},
            And((Compare(">=", Var("qty", "number"), 1), Compare("<=", Var("qty", "number"), 5))),
        ),
        ({"in": [NAME, ["a", "b", "a"]]}, Member(Var("name", "text"), ("a", "b"))),
        ({"in": ["red", {"var": "tags"}]}, Member("red", Var("tags", "list"))),
        (
            {"some": [{"var": "lines"}, {"<": [{"var": "available"}, QTY]}]},
            Rows(
                "some",
                "lines",
                Compare("<", Var("available", "number"), Var("qty", "number")),
            ),
        ),
    ],
)
def test_what_a_document_means(document, node):
    assert parse(document, SCOPE) == node


REFUSED = [
    # document, code, path, a word of the sentence, a word of the mending act
    ({"==": [QTY, "ten"]}, "condition_type", "==[2]", "'qty' (a number)", "without quotes"),
    ({"==": ["ten", QTY]}, "condition_type", "==[1]", '"ten"', "without quotes"),
    ({"==": [NAME, 5]}, "condition_type", "==[2]", "'name' (text)", "quoted"),
    ({"<": [QTY, NAME]}, "condition_type", "<[2]", "field 'name' (text)", ""),
    ({"==": [QTY, True]}, "condition_type", "==[2]", "true", "number"),
    ({"==": [{"var": "flag"}, 1]}, "condition_type", "==[2]", "yes/no", "true or false"),
    ({"<": [{"var": "flag"}, True]}, "condition_type", "<[1]", "'<'", "=="),
    ({"==": [{"var": "due"}, "31.3.2026"]}, "condition_type", "==[2]", "a date", "2026-03-31"),
    ({"==": [{"var": "due"}, "2026-02-30"]}, "condition_type", "==[2]", "a date", "2026-03-31"),
    ({"<": [{"var": "at"}, "2026-03-31"]}, "condition_type", "<[2]", "time", "zone"),
    ({"<": [{"var": "at"}, "2026-03-31T08:00:00"]}, "condition_type", "<[2]", "time", "zone"),
    ({"<": [{"var": "lead"}, "2 hours"]}, "condition_type", "<[2]", "a duration", '"2h"'),
    ({"<": [{"var": "lead"}, "2h2h"]}, "condition_type", "<[2]", "a duration", '"2h"'),
    ({"==": [NAME, None]}, "condition_type", "==[2]", "null", '{"!": {"var": "field"}}'),
    ({"==": [NAME, ""]}, "condition_type", "==[2]", "", '{"!": {"var": "field"}}'),
    ({"==": [{"var": "tags"}, "red"]}, "condition_type", "==[1]", "list", '{"in": ["word"'),
    ({"==": [{"var": "lines"}, 1]}, "condition_type", "==[1]", "sub-table", "some / all / none"),
    ({"==": [{"var": "spot"}, "x"]}, "condition_type", "==[1]", "a place", "presence"),
    ({"==": [1, 1]}, "condition_without_field", "==", "constants", "var"),
    ({"in": ["a", ["a"]]}, "condition_without_field", "in", "constants", "var"),
    ({"in": [NAME, "abc"]}, "condition_type", "in[2]", "list", "inside a text"),
    ({"in": [NAME, []]}, "condition_list", "in[2]", "got 0", ""),
    ({"in": [NAME, ["a", 5]]}, "condition_type", "in[2][2]", "5", "quoted"),
    ({"in": [QTY, {"var": "tags"}]}, "condition_type", "in", "tags", "quoted"),
    ({"in": [5, {"var": "tags"}]}, "condition_type", "in[1]", "5", "quoted"),
    ({"var": "qtty"}, "unknown_name", "var", "'qtty'", "'qty'"),
    ({"var": "available"}, "unknown_name", "var", "'available'", "sub-table 'lines'"),
    ({"var": "lines.qty"}, "unknown_name", "var", "'lines.qty'", "inside some / all / none"),
    ({"var": ["name", "x"]}, "condition_var", "var", "[…2]", "no default"),
    ({"var": ""}, "condition_var", "var", '""', "no whole row"),
    ({"var": 1}, "condition_var", "var", "1", "no position"),
    ({"+": [1, 2]}, "unknown_operator", "", "'+'", "computed field"),
    ({">": [{"*": [QTY, 2]}, 1]}, "unknown_operator", ">[1]", "'*'", "computed field"),
    ({"==": [{"==": [QTY, 1]}, True]}, "condition_operand", "==[1]", "'=='", ""),
    ({"===": [QTY, 1]}, "unknown_operator", "", "'==='", "=="),
    ({"!!": NAME}, "unknown_operator", "", "'!!'", "alone"),
    ({"missing": ["name"]}, "unknown_operator", "", "'missing'", '{"!"'),
    ({"ands": [True]}, "unknown_operator", "", "'ands'", "'and'"),
    ({"zzz": 1}, "unknown_operator", "", "'zzz'", "some all none"),
    ({1: 1}, "unknown_operator", "", "'1'", ""),
    ({}, "condition_shape", "", "exactly one operator", ""),
    ({"var": "qty", "==": 1}, "condition_shape", "", "exactly one operator", ""),
    ("qty", "condition_shape", "", '"qty"', ""),
    (None, "condition_shape", "", "null", ""),
    ([], "condition_shape", "", "[…0]", ""),
    ({"and": []}, "condition_operands", "and", "got 0", ""),
    ({"and": {"var": "flag"}}, "condition_operands", "and", "a list", ""),
    ({"==": [QTY]}, "condition_operands", "==", "got 1", ""),
    ({">": [1, QTY, 5]}, "condition_operands", ">", "got 3", "Write a range"),
    ({"some": [NAME, True]}, "condition_not_a_table", "some[1]", "'name' (text)", ""),
    ({"some": [{"var": "tags"}, True]}, "condition_not_a_table", "some[1]", "list", '{"in"'),
    ({"some": [{"var": "lines"}, NAME]}, "unknown_name", "some[2].var", "'name'", ""),
]


@pytest.mark.parametrize(("document", "code", "path", "word", "mend"), REFUSED)
def test_a_wrong_condition_is_told_with_its_place_and_mend(document, code, path, word, mend):
    [problem] = problems(document)
    assert (problem.code, problem.place.path) == (code, path)
    assert word in problem.say.en
    assert mend in (problem.hint.en if problem.hint else "")
    assert any("一" <= sign <= "鿿" for sign in problem.say.zh)


def test_everything_wrong_is_told_at_once_at_the_place_given():
    document = {"and": [{"==": [QTY, "x"]}, {"or": [{"var": "nam"}, {"<": [NAME, 1]}]}]}
    found = problems(document, place=Place(path="hard[a].when", file="r.yaml", line=3, column=1))
    assert [str(problem.place) for problem in found] == [
        "r.yaml:3:1: hard[a].when.and[1].==[2]",
        "r.yaml:3:1: hard[a].when.and[2].or[1].var",
        "r.yaml:3:1: hard[a].when.and[2].or[2].<[2]",
    ]


def test_a_caller_that_knows_lines_places_problems_itself():
    ways = []

    def locate(way):
        ways.append(way)
        return Place(file="r.yaml", line=len(way) + 1, column=1)

    [problem] = problems({"and": [{"==": [QTY, "x"]}]}, locate=locate)
    assert (ways, problem.place.line) == ([("and", 0, "==", 1)], 5)


def test_names_read_by_a_condition():
    document = {
        "and": [
            {">": [QTY, {"var": "customer.credit_line"}]},
            {"none": [{"var": "lines"}, {"<": [{"var": "available"}, QTY]}]},
            {"in": ["a", {"var": "tags"}]},
            {"!": NAME},
        ]
    }
    node = parse(document, SCOPE)
    in_order = ("qty", "customer.credit_line", "lines", "lines[].available", "lines[].qty")
    assert names_in_order(node) == (*in_order, "tags", "name")
    assert names(node) == {*in_order, "tags", "name"}


def nested(depth):
    document = {"var": "flag"}
    for _ in range(depth):
        document = {"!": document}
    return document


def endless():
    document = {}
    document["!"] = document
    return document


def endless_list():
    items = []
    items.append(items)
    return {"and": items}


def odd_names():
    return "x" * 10_000_000, "\ud800", "\x00", "{qty}", "__class__", "qty" * 50_000


HOSTILE = [
    (nested(17), "condition_too_deep"),
    (nested(5_000), "condition_too_deep"),
    (endless(), "condition_too_deep"),
    (endless_list(), "condition_shape"),
    ({"and": [{"var": "flag"}] * 200}, "condition_too_large"),
    ({"and": [{"var": "flag"}] * 1_000_000}, "condition_operands"),
    ({"and": [{"or": [{"and": [{"var": "flag"}] * 9}] * 9}] * 9}, "condition_too_large"),
    ({"in": [QTY, list(range(1_001))]}, "condition_list"),
    ({"or": [{"in": [QTY, ["x"] * 1_000]}] * 49}, "condition_too_large"),
    ({"or": [{"in": [NAME, ["e\u0301" * 400] * 1_000]}] * 49}, "condition_too_large"),
    ({"and": [{"var": "customer.credit_lime"}] * 190}, "unknown_name"),
    ({"and": [{"matches": [NAME, "(a+)+$"]}] * 190}, "unknown_operator"),
    ({"in": [{"var": "(" * 150 + "a" + ")*" * 150}, ["a"]]}, "unknown_name"),
    ({"==": [NAME, "x" * 1_001]}, "condition_type"),
    ({"==": [NAME, "x" * 10_000_000]}, "condition_type"),
    ({"==": [NAME, "a\x00b"]}, "condition_type"),
    ({"==": [NAME, "\ud800"]}, "condition_type"),
    ({"==": [QTY, 10**18]}, "condition_type"),
    ({"==": [QTY, 10**100_000]}, "condition_type"),
    ({"==": [QTY, 1e300]}, "condition_type"),
    ({"==": [QTY, math.inf]}, "condition_type"),
    ({"==": [QTY, math.nan]}, "condition_type"),
    ({"==": [QTY, Decimal("sNaN")]}, "condition_type"),
    ({"==": [QTY, Decimal("1e999999")]}, "condition_type"),
    ({"==": [QTY, Decimal("0." + "1" * 30)]}, "condition_type"),
    ({"==": [{"var": "lead"}, "999999999w"]}, "condition_type"),
    ({"==": [{"var": "at"}, "0001-01-01T00:00:00+23:59"]}, "condition_type"),
    ({"==": [{"var": "due"}, "２０２６-０１-０１"]}, "condition_type"),
    ({"==": [QTY, {"a": 1, "b": 2}]}, "condition_shape"),
    ({"==": [QTY, b"1"]}, "condition_type"),
    ({"==": [QTY, object()]}, "condition_type"),
    ({"x" * 10_000_000: 1}, "unknown_operator"),
    *(({"var": name}, "unknown_name") for name in odd_names()),
]


@pytest.mark.parametrize(("document", "code"), HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_conditions_are_refused_with_a_short_sentence(document, code):
    found = problems(document)
    assert code in {problem.code for problem in found}
    for problem in found:
        assert len(problem.line("zh").encode()) < 1_000
        assert len(problem.line("en").encode()) < 1_000


def test_the_limits_themselves_are_allowed():
    parse(nested(15), SCOPE)
    parse({"and": [{"var": "flag"}] * 199}, SCOPE)
    parse({"in": [QTY, list(range(1_000))]}, SCOPE)
    parse({"or": [{"in": [QTY, list(range(1_000))]}] * 2}, SCOPE)
    parse({"==": [NAME, "x" * 1_000]}, SCOPE)
    parse({"==": [QTY, 10**18 - 1]}, SCOPE)
