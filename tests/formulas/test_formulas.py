"""What formulas give, what they are refused for, and that they agree with Python's own numbers."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Context, Decimal, DivisionByZero, InvalidOperation, localcontext

import pytest
from hypothesis import given, settings, strategies as st

from seamline import clock
from seamline.formulas import FUNCTIONS, in_order, parse
from seamline.problems import Place, Refused
from seamline.scope import Scope

CALM = settings(max_examples=300, deadline=None)
ROW = Scope(
    {
        "qty": "number",
        "price": "number",
        "due": "date",
        "lead": "duration",
        "material": "text",
        "material.weight": "number",
        "tags": "list",
    }
)
SCOPE = Scope(
    {
        "qty": "number",
        "price": "number",
        "none": "number",
        "name": "text",
        "urgent": "boolean",
        "due": "date",
        "signed": "date",
        "at": "datetime",
        "lead": "duration",
        "papers": "file",
        "spot": "place",
        "tags": "list",
        "customer": "text",
        "customer.credit": "number",
        "lines": "table",
        "other": "table",
    },
    {"lines": ROW, "other": ROW},
)
FACTS = {
    "qty": 3,
    "price": Decimal("1.10"),
    "none": None,
    "name": "轴承",
    "urgent": True,
    "due": date(2026, 3, 1),
    "signed": date(2026, 2, 18),
    "at": datetime(2026, 2, 18, 2, 30, tzinfo=UTC),
    "lead": timedelta(hours=36),
    "papers": 2,
    "spot": "31.2,121.4",
    "tags": ("a", "b"),
    "customer": "C001",
    "customer.credit": Decimal("500.00"),
    "lines": (
        {"qty": 2, "price": Decimal("1.5"), "due": date(2026, 5, 1), "material.weight": Decimal(2)},
        {"qty": 4, "price": None, "due": date(2026, 4, 1), "lead": timedelta(hours=2)},
        {"qty": None, "price": Decimal("9"), "due": None, "lead": timedelta(hours=4)},
    ),
    "other": (),
}
GIVES = [
    ("qty * price", Decimal("3.30")),
    ("0.1 + 0.2", Decimal("0.3")),
    ("-qty + 1", Decimal(-2)),
    ("7 // 2", Decimal(3)),
    ("7 % 3", Decimal(1)),
    ("-7 // 2", Decimal(-3)),  # like Decimal: towards zero
    ("1 / 3 * 3", Decimal("0." + "9" * 60)),
    ("qty / 0", None),
    ("qty // 0", None),
    ("qty % 0", None),
    ("qty * none", None),
    ("coalesce(none, qty / 0, 7)", Decimal(7)),
    ("（qty＋１）×2，".removesuffix("，"), Decimal(8)),
    ("round(2.5)", Decimal(3)),
    ("round(-2.5)", Decimal(-3)),
    ("round(price * 1.13, 2)", Decimal("1.24")),
    ("abs(2 - qty)", Decimal(1)),
    ("min(qty, price, 2)", Decimal("1.10")),
    ("max(qty, none)", None),
    ("customer.credit - 100", Decimal(400)),
    ("papers + 1", Decimal(3)),
    ("sum(lines.qty)", Decimal(6)),
    ("sum(lines.qty * lines.price)", Decimal("3.0")),
    ("sum(lines.qty * price)", Decimal("6.60")),
    ("sum(lines.material.weight)", Decimal(2)),
    ("sum(other.qty)", Decimal(0)),
    ("avg(lines.qty)", Decimal(3)),
    ("avg(other.qty)", None),
    ("avg(lines.lead)", timedelta(hours=3)),
    ("min(lines.due)", date(2026, 4, 1)),
    ("max(lines.due)", date(2026, 5, 1)),
    ("max(other.due)", None),
    ("count(lines)", 3),
    ("count(lines.price)", 2),
    ("count(other)", 0),
    ("count(tags)", 2),
    ("due - signed", timedelta(days=11)),
    ("due + days(3)", date(2026, 3, 4)),
    ("due - days(0.5)", date(2026, 3, 1)),
    ("due + hours(36)", date(2026, 3, 2)),
    ("days(-1.5) + due", date(2026, 2, 28)),
    ("at + hours(1.5)", datetime(2026, 2, 18, 4, 0, tzinfo=UTC)),
    ("at - at", timedelta(0)),
    ("lead * 2", timedelta(hours=72)),
    ("0.5 * lead", timedelta(hours=18)),
    ("lead / 3", timedelta(hours=12)),
    ("lead / hours(12)", Decimal(3)),
    ("lead / hours(0)", None),
    ("-lead", timedelta(hours=-36)),
    ("days_between(signed, due)", 11),
    ("days_between(due, signed)", -11),
    ("days_between(today(), due)", 11),
    ("today()", date(2026, 2, 18)),
    ("now()", datetime(2026, 2, 18, 2, 30, tzinfo=UTC)),
    ("due + days(99999999)", None),
    ("days(999999999 * 999999999)", None),
    ('concat(name, "-", price, "-", due, "-", none, urgent)', "轴承-1.1-2026-03-01-true"),
    ("concat(none)", None),
    ('name + "（A）"', "轴承（A）"),
    ("concat(spot)", "31.2,121.4"),
    ("qty > 2", True),
    ("qty >= none", None),
    ('name == "轴承"', True),
    ("urgent and none > 1", None),
    ("urgent or none > 1", True),
    ("not urgent", False),
    ("not (none > 1)", None),
    ("qty if urgent else price", 3),
    ("qty if none > 1 else price", None),
    ("1_000 + 1e2", Decimal(1100)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "result"), GIVES, ids=[text for text, _ in GIVES])
def test_gives(text, result):
    with clock.frozen(FACTS["at"]):
        given = parse(text, SCOPE).compute(FACTS)
    assert given == result
    assert isinstance(given, type(result)) or isinstance(result, Decimal)


REFUSED = [
    ("", "blank", 1),
    ("qty *", "bad_formula", None),
    ("qty = 3", "bad_formula", 5),
    ("a" * 1001, "formula_too_long", 1001),
    ("+".join(["1"] * 180), "formula_too_deep", 1),
    ("max(" + ", ".join(["(1+1+1+1+1+1)"] * 20) + ")", "formula_too_long", 1),
    ("-" * 500 + "1", "formula_too_deep", 1),
    ("(" * 300 + "1" + ")" * 300, "bad_formula", None),
    ("qtty * 2", "unknown_name", 1),
    ("2 * customer.credti", "unknown_name", 5),
    ("sum(lines.qtty)", "unknown_name", 5),
    ("lines.qty", "table_outside_sum", 1),
    ("sum(lines)", "table_outside_sum", 5),
    ("sum(lines.qty * other.qty)", "two_tables", 17),
    ("sum(sum(lines.qty))", "nested_sum", 5),
    ("sum(qty)", "types_do_not_fit", 1),
    ("sum(lines.due)", "types_do_not_fit", 1),
    ("sum(lines.tags)", "unknown_name", 5),
    ("tags", "types_do_not_fit", 1),
    ("due + 3", "types_do_not_fit", 1),
    ("due + due", "types_do_not_fit", 1),
    ("due - at", "types_do_not_fit", 1),
    ("name * 2", "types_do_not_fit", 1),
    ("qty + urgent", "types_do_not_fit", 1),
    ("-name", "types_do_not_fit", 1),
    ("not qty", "types_do_not_fit", 1),
    ("qty and urgent", "types_do_not_fit", 1),
    ("1 if qty else 2", "types_do_not_fit", 6),
    ("1 if urgent else name", "types_do_not_fit", 1),
    ("name < name", "types_do_not_fit", 1),
    ("1 < qty < 3", "bad_comparison", 1),
    ("urgent is True", "bad_comparison", 1),
    ("qty ** 2", "unknown_operator", 1),
    ("qty @ 2", "unknown_operator", 1),
    ("~qty", "types_do_not_fit", 1),
    ("pow(qty, 2)", "unknown_function", 1),
    ("__import__('os').system('x')", "unknown_function", 1),
    ("name.__class__", "unknown_name", 1),
    ("'a'.join(name)", "unknown_function", 1),
    ("(1).real", "not_in_formulas", 1),
    ("[1, 2]", "not_in_formulas", 1),
    ("{1: 2}", "not_in_formulas", 1),
    ("lambda: 1", "not_in_formulas", 1),
    ("[x for x in lines]", "not_in_formulas", 1),
    ("f'{qty}'", "not_in_formulas", 1),
    ("(a := 1)", "not_in_formulas", 2),
    ("lines[0]", "not_in_formulas", 1),
    ("await qty", "not_in_formulas", 1),
    ("qty; price", "bad_formula", 4),
    ("None", "bad_constant", 1),
    ("...", "bad_constant", 1),
    ("1j", "bad_constant", 1),
    ("b'x'", "bad_constant", 1),
    ("0x1f", "bad_constant", 1),
    ("1e400", "bad_constant", 1),
    ("1e-400", "bad_constant", 1),
    ("1234567890123456789", "bad_constant", 1),
    ("round(qty, price)", "bad_constant", 12),
    ("round(qty, 10)", "bad_constant", 12),
    ("round(name)", "types_do_not_fit", 1),
    ("round()", "wrong_arguments", 1),
    ("days(1, 2)", "wrong_arguments", 1),
    ("days(n=1)", "wrong_arguments", 1),
    ("max(*lines)", "wrong_arguments", 1),
    ("today(1)", "wrong_arguments", 1),
    ("coalesce(qty, name)", "types_do_not_fit", 1),
    ("days_between(due, at)", "types_do_not_fit", 1),
    ("count(qty)", "types_do_not_fit", 1),
    ("qty\x00", "bad_formula", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "code", "spot"), REFUSED, ids=[row[0][:30] for row in REFUSED])
def test_refuses_and_names_the_character(text, code, spot):
    with pytest.raises(Refused) as refused:
        parse(text, SCOPE, Place("fields[x].formula"))
    problem = refused.value.problems[0]
    assert problem.code == code
    assert problem.place.path == "fields[x].formula"
    assert problem.say.zh.startswith("公式第")
    if spot is not None:
        assert problem.place.column == spot
        assert f"character {spot}:" in problem.say.en


def test_every_problem_is_said_at_once():
    with pytest.raises(Refused) as refused:
        parse("qtty * 2 + prise - nmae", SCOPE)
    said = [(problem.code, problem.hint.en) for problem in refused.value.problems]
    assert said == [
        ("unknown_name", "Did you mean 'qty'?"),
        ("unknown_name", "Did you mean 'price'?"),
        ("unknown_name", "Did you mean 'name'?"),
    ]


def test_characters_are_counted_not_bytes():
    with pytest.raises(Refused) as refused:
        parse('concat("轴承", nmae)', SCOPE)
    assert refused.value.problems[0].place.column == 14


def test_a_place_in_a_file_is_kept():
    place = Place("fields[x].formula", "forms/order.yaml", 12, 20)
    with pytest.raises(Refused) as refused:
        parse("1 + nmae", SCOPE, place)
    assert refused.value.problems[0].place == place


def test_needs_are_the_facts_it_reads():
    formula = parse("sum(lines.qty * price) + customer.credit + count(other)", SCOPE)
    assert formula.needs == {"lines[].qty", "price", "customer.credit", "other"}
    assert formula.type == "number"


def test_today_is_the_day_of_the_reader_where_it_is_given():
    formula = parse("today()", SCOPE)
    assert formula.compute({"_today": date(2026, 2, 19)}) == date(2026, 2, 19)


def test_a_fact_of_another_type_is_as_good_as_missing():
    assert parse("qty * 2", SCOPE).compute({"qty": "x"}) is None
    assert parse("due + days(1)", SCOPE).compute({"due": 5}) is None
    assert parse("sum(lines.qty)", SCOPE).compute({"lines": 5}) is None


def test_results_are_bounded():
    big = {"qty": Decimal(10) ** 17, "name": "x" * 20_000}
    product = parse(" * ".join(["qty"] * 60), SCOPE).compute(big)
    assert len(product.as_tuple().digits) <= 60
    assert len(parse("+".join(["name"] * 60), SCOPE).compute(big)) == 20_000
    assert len(parse("concat(name, name, name)", SCOPE).compute(big)) == 20_000


def test_another_context_of_the_thread_changes_nothing():
    with localcontext(Context(prec=2)):
        assert parse("-qty * 1.234567", SCOPE).compute({"qty": 9}) == Decimal("-11.111103")
        assert parse("round(qty, 2)", SCOPE).compute({"qty": Decimal("12.345")}) == Decimal("12.35")
        assert parse("abs(qty)", SCOPE).compute({"qty": Decimal("-12.345")}) == Decimal("12.345")


NUMBERS = st.decimals(-(10**9), 10**9, places=3, allow_nan=False, allow_infinity=False)
TERMS = st.recursive(
    st.sampled_from(["qty", "price"]) | st.integers(0, 999).map(str) | st.just("0.25"),
    lambda inner: (
        st.builds("({} {} {})".format, inner, st.sampled_from("+-*/%"), inner)
        | st.builds("({} // {})".format, inner, inner)
        | st.builds("(-{})".format, inner)
    ),
    max_leaves=12,
)


@CALM
@given(TERMS, NUMBERS, NUMBERS)
def test_agrees_with_decimal(text, qty, price):
    given_facts = {"qty": qty, "price": price}
    with localcontext(Context(prec=60)):
        try:
            exact = re.sub(r"\b[0-9]+([.][0-9]+)?", r"D('\g<0>')", text)
            expected = eval(exact, {"D": Decimal, **given_facts})
        except (DivisionByZero, InvalidOperation):
            expected = None
    assert parse(text, SCOPE).compute(given_facts) == expected


PIECES = [
    "qty", "price", "lines", "lines.qty", "due", "name", "urgent", "(", ")", ",", "+", "-", "*",
    "/", "//", "%", " ", "sum", "min", "days", "concat", "1", "0.5", "'a'", "if", "else", "not",
    "and",
    "==", "<", ".", "[", "]", "lambda", ":", "（", "＋", "\n", "**", "today()", "None", "é", "\\",
]  # fmt: skip


@CALM
@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join) | st.text(max_size=60))
def test_any_text_is_a_formula_or_refused(text):
    try:
        formula = parse(text, SCOPE)
    except Refused as refused:
        assert refused.problems
        assert all(problem.say.zh and problem.say.en for problem in refused.problems)
    else:
        formula.compute(FACTS)
        formula.compute({})


def test_every_function_says_how_it_is_used():
    for name, function in FUNCTIONS.items():
        assert function.name == name
        assert name in function.usage
        assert function.say.zh != function.say.en


def test_computed_fields_come_after_what_they_need():
    needs = {
        "total": {"lines.amount", "freight"},
        "lines.amount": {"lines.qty", "lines.share"},
        "lines.share": {"rate"},
        "rate": {"qty"},
        "tax": {"total"},
    }
    order, circles = in_order(needs)
    assert circles == ()
    assert sorted(order) == sorted(needs)
    for name, wanted in needs.items():
        assert all(order.index(one) < order.index(name) for one in wanted if one in needs)


def test_circles_are_named_once_from_end_to_end():
    order, circles = in_order(
        {
            "a": {"b"}, "b": {"lines.c"}, "lines.c": {"a"},
            "x": {"x"}, "free": set(), "behind": {"a", "free"},
        }
    )  # fmt: skip
    assert order == ("free",)
    assert circles == (("a", "b", "lines.c", "a"), ("x", "x"))
