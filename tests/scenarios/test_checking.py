"""What a scenario names has to be there; what is wrong is said in both languages."""

from __future__ import annotations

import pytest

from seamline.package import read_package
from seamline.problems import Problem, Refused

ORDER = "when: {form: order, step: create, as: clerk}\n"
WRONG = [
    ("given: [{form: custmer}]\n" + ORDER + "then: {outcome: passed}", "unknown_form", "customer"),
    ("given: [{form: customer, values: {cod: K}}]\n" + ORDER + "then: {outcome: passed}",
     "unknown_field", "code"),
    ("given: [{form: order, state: relesed}]\n" + ORDER + "then: {outcome: passed}",
     "unknown_state", "released"),
    ("when: {form: order, step: creat, as: clerk}\nthen: {outcome: passed}", "unknown_step",
     "create"),
    ("when: {form: order, step: create, as: clark}\nthen: {outcome: passed}", "unknown_role",
     "clerk"),
    ("when: {form: order, step: create, as: clerk, values: {lines: [{qti: 1}]}}\n"
     "then: {outcome: passed}", "unknown_column", "qty"),
    ("when: {form: order, step: create, as: clerk, values: {total: 1}}\nthen: {outcome: passed}",
     "filled_by_platform", ""),
    ('when: {form: order, step: create, as: clerk, at: "2026-02-30 10:00"}\n'
     "then: {outcome: passed}", "no_such_moment", ""),
    ("when: {form: order, step: create, as: clerk, confirm: [custmer_po]}\n"
     "then: {outcome: passed}", "unknown_duplicate", "customer_po"),
    (ORDER + "then: {fired: [agrement]}", "unknown_rule", "agreement"),
    (ORDER + "then: {not_fired: [bigg]}", "unknown_rule", "big"),
    (ORDER + "then: {state: gone}", "unknown_state", ""),
    (ORDER + "then: {values: {totl: 1}}", "unknown_field", "total"),
    ("switches: {order_create.bigg: false}\n" + ORDER + "then: {outcome: passed}", "unknown_rule",
     "order_create.big"),
    (ORDER + "then: {outcome: paused}", "not_one_of", "passed"),
    (ORDER, "missing_key", ""),
    (ORDER + "then: {outcome: passed}\nsteps: [{" + ORDER.strip() + ", then: {outcome: passed}}]",
     "steps_and_when", ""),
]  # fmt: skip


def problems(folder) -> tuple[Problem, ...]:
    with pytest.raises(Refused) as refusal:
        read_package(folder)
    return refusal.value.problems


@pytest.mark.cap(115)
@pytest.mark.parametrize(("body", "code", "near"), WRONG, ids=[code for _, code, _ in WRONG])
def test_what_it_names_has_to_be_there(write, body, code, near):
    (problem,) = problems(write("one", body))
    assert problem.code == code
    assert problem.place.file == "scenarios/one.yaml"
    assert problem.place.line > 3 or code == "missing_key"
    assert problem.say.zh != problem.say.en
    assert near in problem.sentence("zh")
    assert near in problem.sentence("en")


def test_two_scenarios_cannot_share_an_id(write, folder):
    write("one", ORDER + "then: {outcome: passed}")
    twice = (folder / "scenarios/one.yaml").read_text(encoding="utf-8")
    (folder / "scenarios/two.yaml").write_text(twice, encoding="utf-8")
    assert [problem.code for problem in problems(folder)] == ["duplicate_scenario"]


def test_what_names_a_broken_form_is_left_in_peace(write, folder):
    (folder / "forms/order.yaml").write_text("seamline: 1\nform: order\n", encoding="utf-8")
    write("one", ORDER + "then: {outcome: passed, state: gone}")
    assert {problem.place.file for problem in problems(folder)} == {"forms/order.yaml"}
