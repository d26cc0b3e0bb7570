"""The preview of a flip or an edit: the same as judging every stored decision twice, one by one."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from seamline import clock
from seamline.documents import read
from seamline.facts import Actor, Decision, Origin
from seamline.forms import facts_from_json
from seamline.package.building import ruleset as ruleset_of
from seamline.problems import Refused
from seamline.rules import ORDER, compile_ruleset, decide
from seamline.store.ulid import ulid
from seamline.usecases import install, preview, switch

API = Origin("api", "127.0.0.1", "test")
ADMIN = Actor("admin", "Admin", ("administrator",))
STEP = "order.create"
KEYS = ("order_create.agreement", "order_create.big", "order_create.credit")
COUNT = 400
EDITED = """
seamline: 1
ruleset: order_create
title: {zh: 建单, en: Create}
step: order.create
hard:
  - id: big
    title: {zh: 大单, en: Large order}
    when: {">": [{var: total}, 2500]}
    say: {zh: 太大, en: Too large}
soft:
  - id: agreement
    title: {zh: 技术协议, en: Agreement}
    when: {or: [{"!": [{var: agreement}]}, {some: [{var: lines}, {">": [{var: qty}, 7]}]}]}
    say: {zh: 请补协议, en: Attach it}
  - id: due
    title: {zh: 交期, en: Due date}
    when: {"<": [{var: due_date}, "2027-01-20"]}
    say: {zh: 交期太近, en: Due soon}
review:
  id: credit
  title: {zh: 信用超限, en: Over the credit line}
  when: {">": [{var: total}, 800]}
  say: {zh: 超出信用额度, en: Over the credit line}
  pool: risk
  within: 2h
"""

EXAMPLE = """
seamline: 1
scenario: no_agreement
title: {zh: 没有协议不能下单, en: No order without an agreement}
given:
  - {form: customer, values: {code: C9, name: A, credit_line: 5000}}
when:
  form: order
  step: create
  as: clerk
  values: {customer: C9, due_date: "2027-03-01", agreement: false,
           lines: [{part: A, qty: 1, price: 2}]}
then: {outcome: refused, fired: [agreement]}
"""


def made_up(dice: random.Random) -> dict[str, object]:
    """Return facts as they are stored; now and then one is missing or of another type."""

    def maybe(value: object) -> object:
        return None if dice.random() < 0.12 else value

    lines = [
        {"part": "A", "qty": maybe(dice.randint(1, 9)), "price": "1.50", "amount": "3.00"}
        for _ in range(dice.randint(0, 3))
    ]
    return {
        "agreement": maybe(dice.random() < 0.7),
        "customer": "C1",
        "customer.credit_line": maybe(dice.choice(("1000.00", "2000.00", "5000.00"))),
        "due_date": maybe(f"2027-01-{dice.randint(1, 28):02d}"),
        "lines": lines,
        "total": dice.choice((None, "a lot", f"{dice.randint(0, 600_000) / 100:.2f}")),
    }


@pytest.fixture
def kept(desk):
    """Decisions of the last forty days over made-up facts, as the rules judged them."""
    dice, catalog = random.Random(11), desk.catalogs.current()
    model, scope = catalog.rules[STEP], catalog.forms["order"].scope
    decisions = []
    with desk.store.unit() as unit:
        for number in range(COUNT):
            at = clock.now() - timedelta(days=40) * number / COUNT
            facts = made_up(dice)
            outcome, findings = decide(model, facts_from_json(scope, facts), {})
            one = Decision(ulid(at), STEP, "order_create", model.version, outcome, findings, facts)
            unit.decisions.add(one, "" if outcome == "refused" else ulid(at), at)
            decisions.append((at, one))
    return decisions


def replayed(desk, kept, days, before, after):
    """Judge one by one; return counts as the preview gives them, with prompts on both sides."""
    scope = desk.catalogs.current().forms["order"].scope
    since = clock.now() - timedelta(days=days)
    moves, ids, prompts = Counter(), [], [0, 0]
    for at, one in kept:
        if at < since:
            continue
        facts = facts_from_json(scope, one.facts)
        judged = [decide(model, facts, switches) for model, switches in (before, after)]
        for side, (_, findings) in enumerate(judged):
            prompts[side] += sum(f.rule_class == "soft" and f.result == "true" for f in findings)
        old, new = (outcome for outcome, _ in judged)
        if old != new:
            word = {"refused": "stopped"}.get(new, new) if ORDER[new] > ORDER[old] else "released"
            moves[word] += 1
            ids.append((one.id, old, new))
    total = sum(at >= since for at, _ in kept)
    return total, moves, sorted(ids, reverse=True), prompts


def same(seen, expected):
    total, moves, ids, prompts = expected
    assert seen.total == total
    assert {word: count for word, count in seen.changed.items() if count} == dict(moves)
    assert [(one.decision, one.before, one.after) for one in seen.records] == ids[: preview.SHOWN]
    if seen.prompts_per_day is None:
        assert prompts[0] == prompts[1]
    else:
        shown = seen.prompts_per_day
        assert shown.before * prompts[1] == pytest.approx(shown.after * prompts[0])
        assert shown.before > 0 or not prompts[0]


@pytest.mark.cap(105)
@pytest.mark.parametrize("days", [30, 366])
def test_a_flip_is_previewed_as_replayed(desk, owner, kept, days):
    model = desk.catalogs.current().rules[STEP]
    touched = 0
    for off in (None, *KEYS):
        if off:
            switch.flip(desk, owner, API, off, "off", "x")
        now = dict(desk.catalogs.current().switches)
        for key in KEYS:
            on = not now.get(key, True)
            seen = preview.of_flip(desk, owner, key, on, days)
            expected = replayed(desk, kept, days, (model, now), (model, {**now, key: on}))
            same(seen, expected)
            touched += len(seen.records)
    assert touched > 300


@pytest.mark.cap(105)
def test_an_edit_is_previewed_as_replayed(desk, owner, kept):
    catalog = desk.catalogs.current()
    document = read(EDITED, "x", "yaml")
    edited = compile_ruleset(ruleset_of(document.data), catalog.forms["order"].scope)
    expected = replayed(desk, kept, 30, (catalog.rules[STEP], {}), (edited, {}))
    seen = preview.of_edit(desk, owner, EDITED, 30)
    same(seen, expected)
    assert min(seen.changed.values()) > 0 and seen.missing == ()


def test_a_flip_to_where_it_stands_changes_nothing(desk, owner, kept):
    seen = preview.of_flip(desk, owner, KEYS[0], True)
    assert sum(seen.changed.values()) == 0 and seen.records == () and seen.total > 0


@pytest.mark.cap(105)
def test_the_preview_names_records_people_and_prompts(desk, owner, place):
    for total in ("10", "500", "900"):
        place(lines=[{"part": "A", "qty": 3, "price": total}])
    seen = preview.of_flip(desk, owner, "order_create.big", False)
    assert (seen.total, seen.persons, seen.changed["released"]) == (3, 1, 2)
    assert (seen.prompts_per_day.before, seen.prompts_per_day.after) == (2.0, 0.0)
    assert all(one.code.startswith("OD-") and one.id for one in seen.records)
    assert seen.counts()["prompts"] == ["2.00", "0.00"]


def test_facts_that_were_not_kept_are_named(desk, owner, kept):
    document = EDITED.replace("{var: due_date}", "{var: customer._created_at}").replace(
        "2027-01-20", "2027-01-20T00:00:00Z"
    )
    assert preview.of_edit(desk, owner, document).missing == ("customer._created_at",)


def test_who_may_not_switch_sees_no_preview(desk, owner, clerk):
    for call in (
        lambda: preview.of_flip(desk, clerk, KEYS[0], False),
        lambda: preview.of_edit(desk, clerk, EDITED),
        lambda: preview.of_shadow(desk, clerk, KEYS[0]),
    ):
        with pytest.raises(Refused) as error:
            call()
        assert error.value.status == 403


def test_wrong_requests_are_refused_in_words(desk, owner):
    misspelt, nowhere = EDITED.replace("total", "totl"), EDITED.replace("order.c", "ordr.c")
    for call, status, code in (
        (lambda: preview.of_flip(desk, owner, "order_create.nix", False), 404, "unknown_rule"),
        (lambda: preview.of_flip(desk, owner, KEYS[0], False, 0), 422, "days_out_of_range"),
        (
            lambda: preview.of_edit(desk, owner, misspelt),
            422,
            "unknown_name",
        ),
        (
            lambda: preview.of_edit(desk, owner, nowhere),
            404,
            "unknown_form",
        ),
        (lambda: preview.of_shadow(desk, owner, KEYS[0]), 404, "no_trial"),
    ):
        with pytest.raises(Refused) as error:
            call()
        assert (error.value.status, error.value.problems[0].code) == (status, code)


@pytest.mark.cap(106)
def test_a_trial_is_compared_with_what_happened(desk, owner, place):
    switch.flip(desk, owner, API, "order_create.agreement", "shadow", "看看")
    place(agreement=False)
    place(agreement=False, lines=[{"part": "A", "qty": 9, "price": "900"}])
    place()
    report = preview.of_shadow(desk, owner, "order_create.agreement")
    assert (report.running, report.total, report.spoke, report.returned) == (True, 3, 2, 0)
    assert report.would == {("passed", "refused"): 1, ("held", "refused"): 1}
    assert [one.before for one in report.records] == ["held", "passed"]
    reader = replace(owner, roles=("clerk",))
    with pytest.raises(Refused):
        preview.of_shadow(desk, reader, "order_create.agreement")


@pytest.mark.cap(115)
def test_the_examples_that_would_not_hold_are_named(desk, owner, package):
    folder = package / "scenarios"
    folder.mkdir(exist_ok=True)
    (folder / "no_agreement.yaml").write_text(EXAMPLE, encoding="utf-8")
    install.publish(desk, ADMIN, API, package)
    broken = preview.examples(desk, owner, KEYS[0], False)
    assert "no_agreement" in [one.scenario for one in broken]
    assert preview.examples(desk, owner, KEYS[0], True) == ()
