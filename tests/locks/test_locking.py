"""Locks come with the verdict of their rule, end by themselves, and are told in the journal."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from seamline.conditions.parse import parse
from seamline.facts import Actor, Event, Origin
from seamline.problems import Refused
from seamline.store import Query
from seamline.text import Text
from seamline.usecases import edit, locks, look, switch
from seamline.usecases.submit import RefusedByRules, Submission, submit

STOCK_ROOM = Path(__file__).parent / "stock_room"
ADMIN = Actor("admin", "Admin", ("administrator",), language="en")
BUYER = Actor("zhou", "周敏", ("buyer",))
CLERK = Actor("li", "李娜", ("clerk",))


def standing(room, code):
    return [one.lock for one in locks.standing(room.desk, ADMIN, "material", code)]


def told(room, code) -> list[Event]:
    events = look.timeline(room.desk, ADMIN, "material", code)
    return [event for event in events if event.kind in ("locked", "unlocked")]


def ruled(name: str, *changes: tuple[str, str]) -> dict[str, str]:
    """Return a rule set of the package with passages replaced."""
    text = (STOCK_ROOM / "rulesets" / f"{name}.yaml").read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return {f"rulesets/{name}.yaml": text}


@pytest.mark.cap(27)
def test_low_stock_without_arrivals_closes_order_taking(any_room):
    here = any_room()
    here.order("M1", "M2", main_part="M1")
    done = here.stock("M1", available=12)
    (lock,) = standing(here, "M1")
    assert (lock.act, lock.rule, lock.cause) == (
        "order_taking", "stock_create.below_line", done.record.id,
    )  # fmt: skip
    assert lock.reason.zh == "可用 12.00，低于 13.00，72 小时内无到货。"
    assert lock.actor == BUYER.id
    for changes in ({"materials": ("M2", "M1")}, {"materials": (), "main_part": "M1"}):
        materials = changes.pop("materials")
        with pytest.raises(RefusedByRules) as refused:
            here.order(*materials, **changes)
        assert [problem.got for problem in refused.value.problems] == ["material_locked"]
    assert here.order("M2").decision.outcome == "passed"


def test_a_rule_that_is_edited_to_lock_nothing_lets_go(any_room):
    here = any_room()
    here.stock("M1", available=12)
    lock = "    lock: {record: material, act: order_taking}\n"
    for name, left in (("stock_change", 1), ("stock_create", 0)):
        ((path, text),) = ruled(name, (lock, "")).items()
        edit.edit(here.desk, ADMIN, Origin("cli"), "stock_room", path, text, "no lock")
        # Low stock still locks at the other step as long as that one has not been edited too.
        assert len(standing(here, "M1")) == left
    assert [event.kind for event in told(here, "M1")] == ["unlocked", "locked"]
    here.order("M1")


@pytest.mark.cap(27)
@pytest.mark.parametrize(
    ("available", "arrivals", "locked"), [(12, 0, True), (13, 0, False), (12, 1, False)]
)
def test_at_the_line_and_with_arrivals_nothing_is_closed(room, available, arrivals, locked):
    here = room()
    here.stock("M1", available, arrivals)
    assert bool(standing(here, "M1")) is locked


@pytest.mark.cap(28)
def test_the_lock_lifts_by_itself_when_its_condition_ends(any_room):
    here = any_room()
    record = here.stock("M1", available=5).record.code
    here.move(record, available=6)
    assert len(standing(here, "M1")) == 1, "put once, however often the rule is true"
    done = here.move(record, arrivals_72h=40)
    assert standing(here, "M1") == []
    here.order("M1")
    ended, put = told(here, "M1")
    assert [ended.kind, put.kind] == ["unlocked", "locked"]
    assert ended.body["by_itself"] is True
    assert ended.decision == done.decision.id
    assert put.step == "stock.create"
    assert put.body["say"]["en"].startswith("5.00 available")
    (kept,) = locks.history(here.desk, ADMIN, "material", "M1")
    assert not kept.lock.stands
    assert kept.lock.ended_by == ""


@pytest.mark.cap(28)
def test_a_lock_stands_while_any_of_its_causes_does(room):
    here = room()
    one, other = (here.stock("M1", available=5).record.code for _ in range(2))
    assert len(standing(here, "M1")) == 2
    here.move(one, available=50)
    assert len(standing(here, "M1")) == 1
    here.move(other, available=50)
    assert standing(here, "M1") == []


def test_a_cause_that_turns_to_another_record_frees_the_first(room):
    here = room()
    record = here.stock("M1", available=5).record.code
    here.move(record, material="M2")
    assert (len(standing(here, "M1")), len(standing(here, "M2"))) == (0, 1)
    here.move(record, "archive")
    assert standing(here, "M2") == []


def test_what_cannot_be_checked_changes_no_lock(room):
    here = room()
    record = here.stock("M1", available=5).record.code
    here.move(record, arrivals_72h=None)
    assert len(standing(here, "M1")) == 1
    here.stock("M2", available=5, arrivals=None)
    assert standing(here, "M2") == []


@pytest.mark.cap(28)
def test_a_person_with_the_right_lifts_it_with_a_reason(any_room):
    here = any_room()
    record = here.stock("M1", available=5).record.code
    (lock,) = standing(here, "M1")
    for actor, reason, status in (
        (CLERK, "x", 403), (BUYER, " ", 422), (BUYER, "x" * 1001, 422),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            locks.lift(here.desk, actor, here_origin(), lock.id, reason)
        assert refused.value.status == status
    (seen,) = locks.standing(here.desk, BUYER, "material", "M1")
    assert seen.may_lift
    assert seen.record.label == "零件 M1"
    ended = locks.lift(here.desk, BUYER, here_origin(), lock.id, "供应商已确认明早到货")
    assert (ended.ended_by, ended.end_reason) == (BUYER.id, "供应商已确认明早到货")
    assert told(here, "M1")[0].reason == "供应商已确认明早到货"
    here.order("M1")
    with pytest.raises(Refused) as refused:
        locks.lift(here.desk, BUYER, here_origin(), lock.id, "again")
    assert refused.value.status == 409
    here.move(record, available=4)
    assert standing(here, "M1") == [], "what a person lifted stays so while the rule stays true"
    here.move(record, available=40)
    here.move(record, available=3)
    assert len(standing(here, "M1")) == 1, "false in between, true again: locked again"


def here_origin():
    return Origin("form", "127.0.0.1")


@pytest.mark.parametrize("word", ["01ARZ3NDEKTSV4RRFFQ69G5FAV", "nothing", "", "'"])
def test_an_unknown_lock_is_not_there(room, word):
    here = room()
    with pytest.raises(Refused) as refused:
        locks.lift(here.desk, ADMIN, here_origin(), word, "x")
    assert refused.value.status == 404


@pytest.mark.cap(29, 57)
def test_the_same_rule_bound_as_soft_reminds_and_closes_nothing(room):
    """By configuration alone: the threshold of the lock becomes a reminder on the order."""
    lock = "    lock: {record: material, act: order_taking}\n"
    here = room(
        ruled("stock_create", (lock, "")) | ruled("stock_change", (lock, ""))
        | ruled("order_create", ("hard:", "soft:"))
    )  # fmt: skip
    done = here.stock("M1", available=5)
    assert done.outcome == "reminded"
    assert [one.rule for one in done.decision.findings] == ["below_line"]
    assert standing(here, "M1") == []
    assert here.order("M1").outcome == "passed"


@pytest.mark.cap(29)
def test_the_same_binding_as_soft_marks_the_line_of_a_locked_material(room):
    here = room(ruled("order_create", ("hard:", "soft:")))
    here.stock("M1", available=5)
    done = here.order("M2", "M1")
    assert done.outcome == "reminded"
    (finding,) = done.decision.findings
    assert finding.fields == ("lines", "lines[].material._locked", "main_part._locked")
    assert [clause.path for clause in finding.trace] == ["lines[2].material._locked"]
    assert here.order("M2").outcome == "passed"


@pytest.mark.cap(57)
def test_a_hard_rule_refuses_and_locks_nevertheless(room):
    here = room(ruled("stock_change", ("soft:", "hard:")))
    record = here.stock("M1", available=50).record.code
    with pytest.raises(RefusedByRules):
        here.move(record, available=2)
    (lock,) = standing(here, "M1")
    assert lock.rule == "stock_change.below_line"
    here.move(record, available=60)
    assert standing(here, "M1") == []


def test_a_rule_that_is_off_closes_nothing(room):
    here = room()
    record = here.stock("M1", available=50).record.code
    here.move(record, available=5)
    for position in ("off", "on", "shadow"):
        assert len(standing(here, "M1")) == (position != "on")
        switch.flip(
            here.desk, ADMIN, here_origin(), "stock_change.below_line", position, "Stocktaking"
        )
        assert standing(here, "M1") == [], f"freed at once when the rule is {position}"
        here.move(record, available=4)
    assert standing(here, "M1") == [], "a rule on trial locks nothing"
    assert [event.kind for event in told(here, "M1")] == ["unlocked", "locked"] * 2


def test_a_record_locks_itself_and_sees_it(room):
    text = ruled(
        "stock_change",
        ("record: material", "record: _self"),
        ("review: {id: doubt, title: {zh: 复核, en: Doubt},",
         "hard: [{id: closed, title: {zh: 已锁, en: Closed}, say: {zh: 已锁, en: Closed},"
         " when: {and: [{var: _locked}, {\"!=\": [{var: safety}, 10]}]}}]\n"
         "review: {id: doubt, title: {zh: 复核, en: Doubt},"),
    )  # fmt: skip
    here = room(text)
    code = here.stock("M1", available=50).record.code
    here.move(code, safety=11, available=40)
    here.move(code, safety=10, available=3)
    with pytest.raises(RefusedByRules):
        here.move(code, safety=12)
    (lock,) = (one.lock for one in locks.standing(here.desk, BUYER, "stock", code))
    assert lock.record == lock.cause
    model = here.desk.catalogs.current().forms["stock"]
    found = look.page(here.desk, BUYER, "stock", Query(where=parsed(model, {"var": "_locked"})))
    assert [record.code for record in found.rows] == [code]
    free = {"!": [{"var": "_locked"}]}
    assert look.page(here.desk, BUYER, "stock", Query(where=parsed(model, free))).total == 0


def parsed(model, document):
    return parse(document, model.scope)


def test_lists_of_locked_things_by_what_a_reference_shows(any_room):
    here = any_room()
    here.order("M1", main_part="M1")
    here.order("M2", main_part="M2")
    here.order("M2")
    here.stock("M1", available=5)
    model = here.desk.catalogs.current().forms["sales_order"]

    def count(document):
        where = parsed(model, document)
        return look.page(here.desk, CLERK, "sales_order", Query(where=where)).total

    assert count({"var": "main_part._locked"}) == 1
    assert count({"==": [{"var": "main_part._locked"}, False]}) == 1
    assert count({"some": [{"var": "lines"}, {"var": "material._locked"}]}) == 1


def test_the_list_of_locks(any_room):
    here = any_room()
    for material in ("M1", "M2", "M1"):
        here.stock(material, available=5)
    assert len(locks.listing(here.desk, CLERK).items) == 3
    first = locks.listing(here.desk, ADMIN, limit=2)
    rest = locks.listing(here.desk, ADMIN, limit=2, before=first.next)
    assert [len(first.items), len(rest.items), rest.next] == [2, 1, None]
    mine = locks.listing(here.desk, ADMIN, form="material", record="M2", act="order_taking")
    assert [one.record.key for one in mine.items] == ["M2"]
    assert locks.listing(here.desk, ADMIN, act="paying").items == ()
    assert locks.listing(here.desk, Actor("x", "X", ())).items == ()
    with pytest.raises(Refused):
        locks.listing(here.desk, ADMIN, form="material", record="M9")


def test_a_rule_from_elsewhere_puts_once_and_releases(room):
    here = room()
    material = look.record(here.desk, ADMIN, "material", "M1")
    catalog = here.desk.catalogs.current()

    def put():
        with here.desk.store.unit() as unit:
            return locks.put(
                unit, catalog, ADMIN, here_origin(), form="material", record=material.id,
                act="order_taking", rule="matching.late", reason=Text("迟", "Late"),
            )  # fmt: skip

    assert put() is not None
    assert put() is None
    with here.desk.store.unit() as unit:
        assert locks.release(unit, catalog, ADMIN, here_origin(), "matching.late") == 1
        assert locks.release(unit, catalog, ADMIN, here_origin(), "matching.late") == 0
    assert [event.kind for event in told(here, "M1")] == ["unlocked", "locked"]


@pytest.mark.parametrize(
    ("lock", "said"),
    [
        ("{record: materiel, act: order_taking}", "unknown_reference"),
        ("{record: available, act: order_taking}", "unknown_reference"),
        ("{record: material}", "act"),
        ("{record: material, act: Order}", "Order"),
        ("material", "material"),
    ],
)
def test_a_lock_that_leads_nowhere_does_not_publish(room, lock, said):
    with pytest.raises(Refused) as refused:
        room(ruled("stock_create", ("{record: material, act: order_taking}", lock)))
    shown = [(problem.code, problem.say.en) for problem in refused.value.problems]
    assert len(shown) == 1
    assert said in f"{shown[0]}"


def test_a_form_cannot_take_the_address_of_locks(room):
    form = (STOCK_ROOM / "forms/material.yaml").read_text("utf-8")
    with pytest.raises(Refused) as refused:
        room({"forms/locks.yaml": form.replace("form: material", "form: locks")})
    assert [problem.code for problem in refused.value.problems] == ["reserved_id"]


def test_an_import_locks_like_any_other_way_in(room):
    here = room()
    submit(
        here.desk, BUYER, here_origin(),
        Submission("stock", "create", {"material": "M2", "safety": 10, "available": 1,
                                       "arrivals_72h": 0}),
    )  # fmt: skip
    assert len(standing(here, "M2")) == 1


def test_one_shortage_told_by_many_at_once_locks_once(any_room):
    here = any_room()
    records = [here.stock("M1", available=50).record.code for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        done = [pool.submit(here.move, record, available=1) for record in records for _ in "ab"]
    for one in done:
        assert one.exception() is None
    assert sorted(lock.cause for lock in standing(here, "M1")) == sorted(
        look.record(here.desk, ADMIN, "stock", record).id for record in records
    )


def test_a_rule_elsewhere_of_the_same_name_keeps_its_lock(room):
    here = room()
    record = here.stock("M1", available=5).record.code
    material = look.record(here.desk, ADMIN, "material", "M1")
    with here.desk.store.unit() as unit:
        locks.put(
            unit, here.desk.catalogs.current(), ADMIN, here_origin(), form="material",
            record=material.id, act="order_taking", rule="correlation.below_line",
            reason=Text("迟", "Late"),
        )  # fmt: skip
    here.move(record, available=50)
    assert [lock.rule for lock in standing(here, "M1")] == ["correlation.below_line"]
