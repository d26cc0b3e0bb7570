"""Edits of an installed package: versions, words, roll-back, upgrades over them."""

from __future__ import annotations

import pytest

from seamline.catalog import Catalogs
from seamline.facts import Actor, Origin
from seamline.problems import Refused
from seamline.usecases import edit, install
from seamline.usecases.submit import Submission, submit

ADMIN = Actor("admin", "Admin", ("administrator",))
CLERK = Actor("li", "李娜", ("clerk",))
CLI = Origin("cli", "", "test")
RULES = "rulesets/order_create.yaml"
FORM = "forms/order.yaml"
AGREEMENT = '{"!": [{var: agreement}]}'


def text(desk, path=RULES) -> str:
    return edit.text_of(desk, ADMIN, "small_desk", path).text


def put(desk, text, path=RULES, reason="asked by sales", **more):
    return edit.edit(desk, ADMIN, CLI, "small_desk", path, text, reason, **more)


def order(desk, **values):
    good = {"customer": "C1", "due_date": "2027-03-01", "agreement": True,
            "lines": [{"part": "A", "qty": 3, "price": "500"}]}  # fmt: skip
    return submit(desk, CLERK, CLI, Submission("order", "create", good | values))


def refused(status, code, work, *args, **more):
    with pytest.raises(Refused) as refusal:
        work(*args, **more)
    assert (refusal.value.status, refusal.value.problems[0].code) == (status, code)
    return refusal.value.problems


@pytest.mark.cap(71)
def test_an_edit_is_a_version_that_serves_and_can_be_taken_back(desk):
    before = order(desk)
    assert before.outcome == "reminded"
    own = text(desk)
    made = put(desk, own.replace("1000]", "2000]"))
    assert [one.en for one in made.diff] == [
        "condition of 'Large order': was 'Total is more than 1000', now 'Total is more than 2000'"
    ]
    assert made.diff[0].zh == "“大单”的条件：原为“Total大于1000”，改为“Total大于2000”"
    assert order(desk).outcome == "passed"
    # Another process takes it over as well.
    other = Catalogs(desk.store).current().rules["order.create"]
    assert other.version != before.decision.ruleset_version
    # What was judged before keeps the version that judged it.
    judged = edit.judged_by(desk, before.decision)
    assert (judged.version.number, judged.newest.number) == (0, 1)
    assert judged.diff == made.diff

    back = edit.roll_back(desk, ADMIN, CLI, "small_desk", RULES, 0, "not what we meant")
    assert back.version.number == 2
    assert order(desk).outcome == "reminded"
    assert text(desk) == own
    assert edit.judged_by(desk, before.decision).diff == ()
    versions = edit.history(desk, ADMIN, "small_desk", RULES)
    assert [(one.number, one.actor, one.reason, one.newest) for one in versions] == [
        (2, "admin", "not what we meant", True),
        (1, "admin", "asked by sales", False),
        (0, "", "", False),
    ]


@pytest.mark.cap(71)
def test_the_journal_says_who_changed_what(desk):
    made = put(desk, text(desk).replace("big", "large"))
    assert made.event.kind == "edited"
    assert (made.event.actor, made.event.reason, made.event.step) == (
        "admin", "asked by sales", "order.create",
    )  # fmt: skip
    body = made.event.body
    assert (body["package"], body["path"], body["number"]) == ("small_desk", RULES, 1)
    assert body["scenarios"] == 1
    assert [one["en"] for one in body["diff"]] == [
        "soft reminder 'Large order' added: Total is more than 1000",
        "soft reminder 'Large order' retired",
    ]
    assert desk.store.dialect in ("sqlite", "postgresql")
    with desk.store.reading() as unit:
        assert unit.journal.verify().sound


def test_an_edit_that_breaks_something_leaves_everything_as_it_was(desk):
    own, catalog = text(desk), desk.catalogs.current().version
    failed = refused(422, "scenario_failed", put, desk, own.replace(AGREEMENT, "{var: agreement}"))
    assert "No order without an agreement" in failed[0].say.en
    assert "没有协议不能下单" in failed[0].say.zh
    wrong = refused(422, "unknown_name", put, desk, own.replace("var: total", "var: totl"))
    assert {problem.place.file for problem in wrong} == {RULES}
    refused(422, "nothing_changed", put, desk, own)
    refused(422, "reason_required", put, desk, own + "\n", reason=" ")
    refused(422, "stray_document", put, desk, own, "../rules.yaml")
    refused(404, "unknown_package", edit.edit, desk, ADMIN, CLI, "smal_desk", RULES, own, "why")
    refused(404, "unknown_version", edit.roll_back, desk, ADMIN, CLI, "small_desk", RULES, 7, "w")
    refused(404, "unknown_document", edit.history, desk, ADMIN, "small_desk", "forms/gone.yaml")
    refused(403, "not_allowed", edit.edit, desk, CLERK, CLI, "small_desk", RULES, own, "why")
    renamed = text(desk, "package.yaml").replace("package: small_desk", "package: other")
    refused(422, "package_renamed", put, desk, renamed, "package.yaml")
    desk.catalogs.refresh()
    assert (text(desk), desk.catalogs.current().version) == (own, catalog)


def test_two_who_edit_the_same_version(desk):
    own = text(desk)
    put(desk, own.replace("1000]", "2000]"), over=0)
    problems = refused(412, "version_moved_on", put, desk, own.replace("1000]", "3000]"), over=0)
    assert "version 1" in problems[0].say.en


def test_a_field_added_by_an_edit_has_its_column(desk):
    line = "      - {id: customer_po, kind: text, label: Customer PO}\n"
    added = "      - {id: channel, kind: text, label: {zh: 渠道, en: Channel}, required: true}\n"
    made = put(desk, text(desk, FORM).replace(line, line + added), FORM)
    assert [one.en for one in made.diff] == ["field 'Channel' added (channel, text, required)"]
    assert made.plan.changes
    assert order(desk, channel="wechat").record.values["channel"] == "wechat"
    edit.roll_back(desk, ADMIN, CLI, "small_desk", FORM, 0, "not needed")
    assert "channel" not in order(desk).record.values


def test_documents_come_and_go(desk):
    role = "seamline: 1\nrole: helper\ntitle: Helper\ngrants: [{form: order}]\n"
    assert put(desk, role, "roles/helper.yaml").diff[0].en == "role 'helper' added"
    assert "helper" in desk.catalogs.current().access.roles
    assert put(desk, "", "roles/helper.yaml").diff[0].en == "role 'helper' removed"
    assert "helper" not in desk.catalogs.current().access.roles


@pytest.mark.cap(110)
def test_a_new_version_of_the_package_spares_local_edits(desk, folder):
    own = text(desk)
    local = own.replace("1000]", "2000]")
    put(desk, local)
    head = folder / "package.yaml"
    head.write_text(head.read_text(encoding="utf-8").replace("0.1.0", "0.2.0"), encoding="utf-8")
    (problem,) = refused(409, "local_edit", install.publish, desk, ADMIN, CLI, folder)
    assert problem.place.file == RULES
    # The new version says the same: nothing would be lost.
    (folder / RULES).write_text(local, encoding="utf-8")
    install.publish(desk, ADMIN, CLI, folder)
    assert text(desk) == local
    # Back at what the package says, a later version may say something else.
    (folder / RULES).write_text(own, encoding="utf-8")
    install.publish(desk, ADMIN, CLI, folder)
    assert (text(desk), order(desk).outcome) == (own, "reminded")
    versions = edit.history(desk, ADMIN, "small_desk", RULES)
    assert [one.number for one in versions] == [2, 1, 0]
    assert versions[0].reason == "small_desk 0.2.0"


@pytest.mark.cap(115)
def test_publishing_plays_the_scenarios(desk, folder):
    scenario = folder / "scenarios/agreement.yaml"
    said = scenario.read_text(encoding="utf-8").replace("refused", "passed")
    scenario.write_text(said, encoding="utf-8")
    (problem,) = refused(422, "scenario_failed", install.publish, desk, ADMIN, CLI, folder)
    assert problem.place.path == "small_desk.agreement"
    install.publish(desk, ADMIN, CLI, folder, skip_scenarios=True)
    with desk.store.reading() as unit:
        events = [one for one in unit.journal.after(0, 100) if one.kind == "published"]
    assert [one.body["scenarios"] for one in events] == [1, "skipped"]
