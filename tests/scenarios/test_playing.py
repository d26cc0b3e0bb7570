"""Scenarios played: what is filled in, what is compared, and what is said where it differs."""

from __future__ import annotations

import json

import pytest

from seamline.package import read_package
from seamline.ui import cli
from seamline.usecases import scenarios

GIVEN = "given:\n  - {form: customer, as: small, values: {credit_line: 500}}\n"
GOOD = "agreement: true, lines: [{qty: 2, price: 100}]"


def played(folder, *args):
    return scenarios.run([read_package(folder)], *args)


def said(folder) -> list[str]:
    (result,) = played(folder)
    assert not result.passed
    return [one.en for one in result.sentences()]


def step(values: str, then: str, more: str = "") -> str:
    return f"  - when: {{form: order, step: create, as: clerk, values: {{{values}}}{more}}}\n" \
           f"    then: {then}\n"  # fmt: skip


@pytest.mark.cap(115)
def test_given_when_then(write):
    body = (
        GIVEN
        + "steps:\n"
        + step(
            GOOD,
            "{outcome: passed, fired: [], state: submitted, held: 'no', values: {total: 200.0}}",
        )
    )
    body += step("agreement: false", "{outcome: refused, fired: [agreement], not_fired: [big]}")
    body += step(
        "agreement: true, lines: [{qty: 6, price: 100}]",
        "{outcome: held, fired: [credit], held: pending, "
        "values: {customer: small, lines: [{amount: 600}]}}",
    )
    body += "  - when: {form: order, step: cancel, as: clerk, reason: why}\n" \
            "    then: {outcome: refused, problems: [{code: held_for_review}]}\n"  # fmt: skip
    (result,) = played(write("one", body))
    assert [one.en for one in result.sentences()] == []
    assert [one.came.outcome for one in result.steps] == ["passed", "refused", "held", "refused"]


def test_it_comes_out_the_same_on_every_day(write):
    body = GIVEN + "steps:\n" + step(GOOD, "{values: {due_date: '2026-02-04'}}")
    assert played(write("one", body))[0].passed
    # The clock never goes back: what is given stands at the first time that is named.
    body = GIVEN + "steps:\n" + step(GOOD, "{values: {due_date: '2027-03-02'}}")
    body += step(GOOD, "{values: {due_date: '2027-03-02'}}", ', at: "2027-01-31 08:00"')
    assert played(write("one", body))[0].passed


def test_what_differs_is_said_in_words(write):
    folder = write("one", GIVEN + "steps:\n" + step(
        "agreement: false", "{outcome: passed, fired: [big], not_fired: [agreement]}"))  # fmt: skip
    assert said(folder) == [
        "outcome: expected passed, came refused (agreement: Attach the technical agreement.).",
        "rules that fired: expected big, came agreement.",
        "rule agreement fired and must not.",
    ]
    folder = write("one", GIVEN + "steps:\n" + step(
        GOOD, "{state: released, held: pending, values: {total: 201, customer_po: X}, "
        "problems: [{code: required}], unchecked: [credit]}"))  # fmt: skip
    assert said(folder) == [
        "rules that could not be checked: expected credit, came none.",
        "problems: expected required, came none.",
        "state: expected released, came submitted.",
        "held: expected pending, came no.",
        "total: expected 201, came 200.00.",
        "customer_po: expected X, came None.",
    ]


def test_a_refusal_that_nobody_spoke_of_is_no_verdict(write):
    folder = write("one", GIVEN + "steps:\n" + step("due_date: null", "{outcome: refused}"))
    (sentence,) = said(folder)
    assert sentence.startswith("outcome: expected a verdict of the rules, came refused (due_date:")
    body = GIVEN + "steps:\n" + step(
        "due_date: null", "{outcome: refused, problems: [{path: due_date}]}")  # fmt: skip
    assert played(write("one", body))[0].passed


def test_what_is_given_is_not_judged_and_may_stand_in_any_state(write):
    body = """given:
  - {form: customer, values: {credit_line: 1}}
  - {form: order, as: old, state: released, values: {agreement: false, lines: [{qty: 9}]}}
when:
  {form: order, step: rush, as: clerk, record: old, reason: y, values: {due_date: "2026-03-01"}}
then: {outcome: passed, state: released, values: {total: 9, due_date: "2026-03-01"}}
"""
    assert played(write("one", body))[0].passed
    broken = body.replace("agreement: false", "due_date: null")
    (sentence,) = said(write("one", broken))
    assert sentence.startswith("given record 2 (order) cannot be made: due_date:")


def test_switches_of_a_scenario_and_of_a_flip(write):
    body = GIVEN + "switches: {order_create.credit: false}\nsteps:\n" + step(
        "agreement: true, lines: [{qty: 6, price: 100}]", "{outcome: passed}")  # fmt: skip
    assert played(write("one", body))[0].passed
    body = GIVEN + "steps:\n" + step("agreement: false", "{outcome: refused}")
    folder = write("one", body)
    assert played(folder)[0].passed
    (flipped,) = played(folder, {"order_create.agreement": False})
    assert not flipped.passed
    (shadowed,) = played(folder, {}, frozenset({"order_create.agreement"}))
    assert not shadowed.passed


@pytest.fixture
def command(monkeypatch, capsys):
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")

    def run(*words):
        code = cli.main(["test", *map(str, words)])
        return code, capsys.readouterr().out

    return run


def test_the_command_says_what_came(write, command):
    folder = write("one", GIVEN + "steps:\n" + step(GOOD, "{outcome: passed}"))
    code, out = command(folder)
    assert code == 0
    assert "✓ small_desk.one  Scenario" in out
    assert "1 scenario(s), 1 step(s), 0 failing" in out
    write("two", GIVEN + "steps:\n" + step(GOOD, "{outcome: held}"))
    code, out = command(folder, "--language", "zh")
    assert code == 1
    assert "结果：应为 held，得到 passed。" in out
    code, out = command(folder, "--format", "json")
    report = json.loads(out)
    assert (code, report["ok"]) == (1, False)
    assert [one["passed"] for one in report["scenarios"]] == [True, False]
