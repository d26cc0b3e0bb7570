"""What the rules of a step make of a record: every outcome, every switch, every sentence."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from seamline.metadata import ReviewNode, Rule, RuleSet
from seamline.problems import Place, Refused
from seamline.rules import TRACE_LIMIT, compile_ruleset, decide
from seamline.scope import Scope
from seamline.text import Text

SCOPE = Scope(
    {
        "h1": "boolean",
        "h2": "boolean",
        "s1": "boolean",
        "s2": "boolean",
        "r": "boolean",
        "customer": "text",
        "customer.limit": "number",
        "qty": "number",
        "due": "date",
        "at": "datetime",
        "lead": "duration",
        "tags": "list",
        "lines": "table",
    },
    {"lines": Scope({"n": "number"})},
)
T, F, U = True, False, None


def rule(name, when=None, say=None, **more):
    when = {"==": [{"var": name}, True]} if when is None else when
    return Rule(name, Text(f"规则{name}", f"Rule {name}"), when, say or Text.same(name), **more)


def review(when=None, **more):
    return ReviewNode("r", Text("审核", "Review"), "risk", 7200, when, **more)


def ruleset(hard=(), soft=(), last=None):
    return RuleSet("order", Text.same("x"), "form.create", last or review(), hard, soft)


FULL = ruleset(
    (rule("h1"), rule("h2")), (rule("s1"), rule("s2")), review({"==": [{"var": "r"}, True]})
)
MODEL = compile_ruleset(FULL, SCOPE)


def judged(facts, model=MODEL, **switches):
    named = {f"order.{name}": on for name, on in switches.items()}
    outcome, findings = decide(model, facts, named)
    return outcome, [(f.rule, f.rule_class, f.result) for f in findings]


@pytest.mark.parametrize(
    ("h1", "s1", "r", "outcome", "findings"),
    [
        (F, F, F, "passed", []),
        (T, F, F, "refused", ["h1 true"]),
        (U, F, F, "held", ["h1 unknown"]),
        (F, T, F, "reminded", ["s1 true"]),
        (F, U, F, "passed", ["s1 unknown"]),
        (F, F, T, "held", ["r true"]),
        (F, F, U, "held", ["r unknown"]),
        (T, T, T, "refused", ["h1 true", "s1 true", "r true"]),
        (U, T, F, "held", ["h1 unknown", "s1 true"]),
        (F, T, T, "held", ["s1 true", "r true"]),
        (T, U, U, "refused", ["h1 true", "s1 unknown", "r unknown"]),
    ],
)
def test_outcomes(h1, s1, r, outcome, findings):
    got, found = judged({"h1": h1, "h2": F, "s1": s1, "s2": F, "r": r})
    assert got == outcome
    assert [f"{name} {result}" for name, _, result in found] == findings


def test_the_strongest_finding_decides_whatever_the_others_say():
    for values in product((T, F, U), repeat=5):
        facts = dict(zip(("h1", "h2", "s1", "s2", "r"), values, strict=True))
        hard, soft, last = values[:2], values[2:4], values[4]
        outcome, found = judged(facts)
        assert (outcome == "refused") is (T in hard)
        if T not in hard:
            assert (outcome == "held") is (U in hard or last is not F)
            if outcome != "held":
                assert outcome == ("reminded" if T in soft else "passed")
        assert len(found) == sum(value is not F for value in values)


def test_no_rules_pass():
    assert decide(None, {"h1": True}, {}) == ("passed", ())


@pytest.mark.parametrize(
    ("facts", "switches", "outcome"),
    [
        ({"h1": T}, {"h1": F}, "passed"),
        ({"h1": T}, {"h1": T}, "refused"),
        ({"h1": U}, {"h1": F}, "passed"),
        ({"h1": T, "h2": T}, {"h1": F}, "refused"),
        ({"s1": T}, {"s1": F}, "passed"),
        ({"r": T}, {"r": F}, "passed"),
        ({"h1": U}, {"r": F}, "held"),
    ],
)
def test_a_switched_off_rule_does_not_run(facts, switches, outcome):
    clean = dict.fromkeys(("h1", "h2", "s1", "s2", "r"), F)
    assert judged(clean | facts, **switches)[0] == outcome


def test_a_rule_delivered_off_stays_off_until_a_person_switches_it_on():
    model = compile_ruleset(ruleset((rule("h1", enabled=False),)), SCOPE)
    assert judged({"h1": T}, model)[0] == "passed"
    assert judged({"h1": T}, model, h1=True)[0] == "refused"


def test_a_switch_of_another_rule_set_moves_nothing():
    assert decide(MODEL, {"h1": T}, {"other.h1": F, "h1": F})[0] == "refused"


def test_a_finding_says_what_it_saw():
    say = Text(
        "{customer} 超限 {customer.limit},{qty}",
        "{customer} is over {customer.limit} with {qty}",
    )
    when = {">": [{"var": "qty"}, {"var": "customer.limit"}]}
    model = compile_ruleset(ruleset((rule("a", when, say),)), SCOPE)
    facts = {"customer": "C1", "customer.limit": Decimal("1.50"), "qty": Decimal(2)}
    outcome, (finding,) = decide(model, facts, {})
    assert outcome == "refused"
    assert finding.say == Text("C1 超限 1.50,2", "C1 is over 1.50 with 2")
    assert finding.fields == ("qty", "customer.limit")
    assert [(c.path, c.operator, c.left, c.right) for c in finding.trace] == [
        ("qty", ">", Decimal(2), Decimal("1.50"))
    ]
    assert model.needs == {"qty", "customer", "customer.limit"}


def test_a_rule_that_cannot_be_checked_says_what_is_missing():
    rows = {"some": [{"var": "lines"}, {"<": [{"var": "n"}, 5]}]}
    when = {"or": [{">": [{"var": "qty"}, {"var": "customer.limit"}]}, rows]}
    model = compile_ruleset(ruleset((rule("a", when),)), SCOPE)
    facts = {"qty": Decimal(1), "lines": ({"n": 7}, {"n": None})}
    outcome, (finding,) = decide(model, facts, {})
    assert (outcome, finding.result) == ("held", "unknown")
    assert finding.say.en == "'Rule a' cannot be checked; missing: customer.limit, lines[2].n"
    assert finding.say.zh == "“规则a”无法检查，缺少：customer.limit, lines[2].n"


@pytest.mark.parametrize(
    ("name", "value", "zh", "en"),
    [
        ("customer", None, "—", "—"),
        ("customer", "", "—", "—"),
        ("customer", "{qty} %s \\1", "{qty} %s \\1", "{qty} %s \\1"),
        ("qty", Decimal("1E+3"), "1000", "1000"),
        ("qty", 7, "7", "7"),
        ("h1", True, "是", "yes"),
        ("h1", False, "否", "no"),
        ("due", date(2026, 3, 1), "2026-03-01", "2026-03-01"),
        ("at", datetime(2026, 3, 1, 20, tzinfo=UTC), "2026-03-02 04:00", "2026-03-02 04:00"),
        ("lead", timedelta(hours=2, minutes=5), "2小时5分钟", "2 h 5 min"),
        ("tags", ("a", "b"), "a、b", "a, b"),
        ("tags", (), "—", "—"),
    ],
)
def test_how_a_fact_stands_in_a_sentence(name, value, zh, en):
    say = Text(f"<{{{name}}}>", f"<{{{name}}}>")
    model = compile_ruleset(ruleset((rule("a", True, say),)), SCOPE, zone=ZoneInfo("Asia/Shanghai"))
    _, (finding,) = decide(model, {name: value}, {})
    assert finding.say == Text(f"<{zh}>", f"<{en}>")


def test_everything_wrong_in_a_rule_set_is_told_at_once():
    wrong = ruleset(
        (rule("h1", {"var": "nope"}), rule("h1", say=Text("{qtty}", "{customer.__class__}"))),
        (rule("s1", {"==": [{"var": "qty"}, "x"]}, say=Text("{lines}", "{} {0} ok")),),
        review(say=Text("{ qty }", "x")),
    )
    with pytest.raises(Refused) as refused:
        compile_ruleset(wrong, SCOPE)
    assert [(p.place.path, p.code) for p in refused.value.problems] == [
        ("order.hard[h1].when.var", "unknown_name"),
        ("order.hard[h1].id", "duplicate_rule"),
        ("order.hard[h1].say.zh", "unknown_name"),
        ("order.hard[h1].say.en", "unknown_name"),
        ("order.soft[s1].say.zh", "unknown_name"),
        ("order.soft[s1].say.en", "unknown_name"),
        ("order.soft[s1].say.en", "unknown_name"),
        ("order.soft[s1].when.==[2]", "condition_type"),
        ("order.review.say.zh", "unknown_name"),
    ]
    assert refused.value.problems[2].hint == Text("是否想写“qty”？", "Did you mean 'qty'?")


def test_a_review_without_a_sentence_says_its_title():
    node = ReviewNode("r", Text("审核{nope}", "Review"), "risk", 7200)
    with pytest.raises(Refused) as refused:
        compile_ruleset(ruleset(last=node), SCOPE)
    assert [p.place.path for p in refused.value.problems] == ["order.review.title.zh"]
    model = compile_ruleset(ruleset(last=review(True)), SCOPE)
    assert decide(model, {}, {})[1][0].say == Text("审核", "Review")


def test_a_caller_that_knows_lines_places_problems_itself():
    ways = []

    def locate(way):
        ways.append(way)
        return Place(file="r.yaml", line=1, column=1)

    with pytest.raises(Refused):
        compile_ruleset(ruleset((rule("h1"), rule("h2", {"var": "nope"}))), SCOPE, locate=locate)
    assert ways == [("hard", 1, "when", "var")]


def test_the_version_follows_the_content():
    assert compile_ruleset(FULL, SCOPE).version == MODEL.version
    assert len(MODEL.version) == 12
    others = [
        ruleset(FULL.hard, FULL.soft),
        ruleset(FULL.hard[:1], FULL.soft, FULL.review),
        ruleset((rule("h1", enabled=False), FULL.hard[1]), FULL.soft, FULL.review),
        ruleset((rule("h1", say=Text("x", "y")), FULL.hard[1]), FULL.soft, FULL.review),
    ]
    versions = {compile_ruleset(other, SCOPE).version for other in others}
    assert len(versions | {MODEL.version}) == len(others) + 1


def test_the_trace_of_a_finding_is_bounded():
    part = {"or": [{"==": [{"var": "n"}, n]} for n in range(30)]}
    model = compile_ruleset(ruleset((rule("a", {"some": [{"var": "lines"}, part]}),)), SCOPE)
    _, (finding,) = decide(model, {"lines": ({"n": 29},) * 50}, {})
    assert len(finding.trace) == TRACE_LIMIT


def test_more_than_three_five_and_one_cannot_even_be_built():
    rules = tuple(rule(f"x{n}") for n in range(6))
    with pytest.raises(ValueError, match="at most 3"):
        ruleset(rules[:4])
    with pytest.raises(ValueError, match="at most 5"):
        ruleset((), rules)
