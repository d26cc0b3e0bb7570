"""Notices going out: by each person's wish, once, gathered, not at night, each on record."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from seamline import clock
from seamline.facts import Actor, Event, Origin
from seamline.text import Text
from seamline.ui.app import create_app
from seamline.usecases import accounts, addresses, notices, preferences
from seamline.usecases.delivering import deliver
from seamline.usecases.submit import Submission, submit

from ..browsing import answering, started
from ..pages.conftest import Site
from ..published import published
from .conftest import ADMIN, CLI, PACKAGE, PASSWORD, connected

WANG = Actor("wang", "Wang", ("worker",))
SAY = Text("{who}提到了{record}", "{who} mentioned {record}")


class Office:
    """A workspace in the stand-ins' time, with three people who are reached."""

    def __init__(self, desk, wecom, sms):
        self.desk, self.wecom, self.sms = desk, wecom, sms

    @property
    def now(self):
        return self.wecom.bench.clock.now()

    def advance(self, seconds):
        self.wecom.advance(seconds)
        self.sms.advance(seconds)

    def tell(self, kind="mention", people=("wang",)):
        with clock.frozen(self.now), self.desk.store.unit() as unit:
            event = unit.journal.append(
                Event(kind="commented", at=clock.now(), actor="plan", via="form", form="task",
                      record=self.record.id)
            )  # fmt: skip
            notices.tell(unit, self.desk.catalogs.current(), event, kind, SAY, people=people)

    def deliver(self):
        with clock.frozen(self.now):
            return deliver(self.desk)

    def states(self, state=""):
        with self.desk.store.reading() as unit:
            return [(one.channel, one.state) for one in unit.deliveries.newest(100, state)][::-1]

    def words(self):
        sent = [one for one in self.wecom.requests() if one["path"].endswith("message/send")]
        return [next(iter(one["body"][one["body"]["msgtype"]].values())) for one in sent]


@pytest.fixture
def office(tmp_path, _wecom, _sms):
    desk = published(tmp_path / "workspace", PACKAGE)
    for login, role in (("wang", "worker"), ("li", "worker"), ("plan", "planner")):
        accounts.create_user(
            desk, ADMIN, CLI, login=login, name=login.title(), roles=[role], password=PASSWORD
        )
    for standin in (_wecom, _sms):
        standin.reset()
        standin.bench.clock.hold(True)
    made = Office(desk, _wecom, _sms)
    # Ten in the morning in Shanghai, and neither a full nor a half hour.
    ten = made.now.replace(hour=2, minute=10, second=0) + timedelta(days=1)
    _wecom.advance((ten - _wecom.bench.clock.now()).total_seconds())
    _sms.advance((ten - _sms.bench.clock.now()).total_seconds())
    connected(desk, _wecom, _sms)
    for login, member in (("wang", "m05"), ("li", "m06")):
        addresses.set_address(desk, ADMIN, CLI, login, "wecom", member)
    addresses.set_address(desk, ADMIN, CLI, "wang", "phone", "13800000005")
    with clock.frozen(made.now):
        asked = Submission("task", "create", {"subject": "连杆"})
        made.record = submit(desk, WANG, Origin("form"), asked).record
    yield made
    desk.close()


def test_what_comes_together_goes_out_together(office):
    for _ in range(3):
        office.tell()
    assert office.deliver() == 0
    office.advance(16 * 60)
    assert office.deliver() == 1
    assert len(office.wecom.effects()) == 1
    assert office.words()[0].startswith("您有 3 条通知\n· Plan提到了任务 T-0001")
    assert office.states() == [("wecom", "accepted")] * 3


def test_what_was_read_in_the_product_does_not_go_out(office):
    office.tell()
    notices.read(office.desk, WANG)
    office.advance(16 * 60)
    office.deliver()
    assert office.wecom.effects() == []
    assert office.states() == [("wecom", "skipped")]


def test_trouble_goes_out_at_once_by_every_channel_and_is_followed_to_its_receipt(office):
    office.tell("trouble")
    office.deliver()
    assert len(office.wecom.effects()) == len(office.sms.effects()) == 1
    assert office.words()[0].startswith("异常上报\nT-0001:")
    office.advance(121)
    office.deliver()
    assert sorted(office.states()) == [("sms", "delivered"), ("wecom", "accepted")]


def test_nobody_is_woken_but_for_trouble(office):
    office.advance(13 * 3600)  # 23:10
    office.tell()
    office.tell("trouble")
    office.deliver()
    assert len(office.wecom.effects()) == 1
    with office.desk.store.reading() as unit:
        (waits,) = unit.deliveries.newest(state="waiting")
    assert waits.why is not None and "nobody is disturbed" in waits.why.en
    office.advance(7.9 * 3600)  # after seven
    office.deliver()
    assert len(office.wecom.effects()) == 2


def test_what_was_due_while_the_server_was_away_wakes_nobody(office):
    office.advance(10.5 * 3600)  # 20:40
    office.tell()
    office.advance(3 * 3600)
    office.deliver()
    assert office.wecom.effects() == []
    with office.desk.store.reading() as unit:
        (one,) = unit.deliveries.newest()
    assert one.why is not None and "nobody is disturbed" in one.why.en
    office.advance(8 * 3600)
    office.deliver()
    assert len(office.wecom.effects()) == 1


def test_a_person_decides_what_comes_by_which_channel_and_when(office):
    preferences.wish(office.desk, WANG, {"wecom:followed"}, "none", "0")
    office.tell("mention")
    office.tell("followed")
    office.deliver()
    assert office.states() == [("wecom", "accepted")]
    kept = preferences.of(office.desk, "wang").wished
    assert kept["quiet"] == "none"


def test_what_waits_already_goes_by_the_hours_a_person_sets_later(office):
    office.advance(13 * 3600)  # 23:10
    office.tell()
    preferences.wish(office.desk, WANG, {"wecom:mention"}, "23:00-09:00", "")
    office.advance(8 * 3600)  # after the seven of the channel
    assert office.deliver() == 0
    with office.desk.store.reading() as unit:
        (waits,) = unit.deliveries.newest(state="waiting")
    assert waits.due_at is not None and waits.due_at.hour == 1  # nine in Shanghai
    preferences.wish(office.desk, WANG, {"wecom:mention"}, "none", "")
    assert office.deliver() == 1
    assert len(office.wecom.effects()) == 1


def test_nobody_gets_more_in_a_day_than_the_budget(office):
    preferences.wish(office.desk, WANG, {"wecom:mention"}, "none", "0")
    for _ in range(5):
        office.tell()
        office.deliver()
        office.advance(61)
    assert len(office.wecom.effects()) == 3
    assert office.states("waiting") == [("wecom", "waiting")] * 2
    office.advance(25 * 3600)
    office.deliver()
    assert len(office.wecom.effects()) == 4  # the two that waited, in one
    assert office.states("waiting") == []


@pytest.mark.parametrize(
    ("fault", "state", "effects"),
    [("lost_reply", "accepted", 1), ("http_502_html", "accepted", 1), ("reset", "accepted", 1),
     ("code_45009", "accepted", 1), ("code_60020", "failed", 0), ("code_81013", "failed", 0)],
)  # fmt: skip
def test_whatever_goes_wrong_it_is_one_message_or_one_that_failed(office, fault, state, effects):
    preferences.wish(office.desk, WANG, {"wecom:mention"}, "none", "0")
    office.wecom.fault(fault, path="*/message/send", times=1)
    office.tell()
    for _ in range(4):
        office.deliver()
        office.advance(90)
    assert office.states() == [("wecom", state)]
    assert len(office.wecom.effects()) == effects
    with office.desk.store.reading() as unit:
        (one,) = unit.deliveries.newest()
    assert one.why is not None or state == "accepted"


def test_a_process_that_was_killed_in_between_sends_it_no_second_time(office):
    preferences.wish(office.desk, WANG, {"wecom:mention"}, "none", "0")
    office.tell()
    with clock.frozen(office.now), office.desk.store.unit() as unit:
        (due,) = unit.deliveries.due(office.now)
        assert unit.deliveries.take(due, office.now, timedelta(minutes=5))
        assert unit.deliveries.take(due, office.now, timedelta(minutes=5)) == ()
    assert office.deliver() == 0
    office.advance(301)
    assert office.deliver() == 1
    assert office.deliver() == 0
    assert len(office.wecom.effects()) == 1


def test_what_a_killed_process_had_sent_takes_nothing_with_it(office):
    preferences.wish(office.desk, WANG, {"wecom:mention"}, "", "0")
    office.advance(10.7 * 3600)  # 20:52
    office.tell()
    office.deliver()
    with office.desk.store.unit() as unit:  # it was killed before it kept that
        (one,) = unit.deliveries.newest()
        taken = replace(one, state="sending", due_at=office.now, sent_at=None, reference="")
        unit.deliveries.change([taken])
    office.advance(0.4 * 3600)
    office.deliver()
    office.tell()
    office.advance(12 * 3600)
    office.deliver()
    assert office.states() == [("wecom", "accepted")] * 2
    assert len(office.wecom.effects()) == 2


def test_who_left_or_may_not_see_it_any_more_hears_nothing(office):
    office.tell(people=("wang", "li"))
    accounts.set_active(office.desk, ADMIN, CLI, "li", False)
    office.advance(16 * 60)
    office.deliver()
    assert sorted(office.states()) == [("wecom", "accepted"), ("wecom", "skipped")]
    assert len(office.wecom.effects()) == 1


@pytest.mark.browser
def test_the_pages_on_a_phone(office):
    office.tell("trouble")
    office.deliver()
    accounts.create_user(
        office.desk, ADMIN, CLI, login="boss", name="Boss", roles=["administrator"],
        password=PASSWORD,
    )  # fmt: skip
    app = create_app(office.desk)
    site = Site(app.test_client())
    site.sign_in("boss")
    assert "m05" not in site.get("/people/sent").get_data(as_text=True)
    assert site.text.count("Wang") == 2
    site.get("/connections/wecom")
    assert "每天最多 3 条" in site.text and "有人提到我" in site.text
    with answering(app) as url, started() as browser:
        page = browser.new_context(
            viewport={"width": 390, "height": 844}, locale="zh-CN"
        ).new_page()
        page.goto(f"{url}/sign-in?next=/account/settings")
        page.get_by_label("登录名").fill("wang")
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        tick = page.get_by_label("我关注的记录有变化: 企业微信")
        tick.check()
        assert "每天最多 3 条" in page.locator("#reach").inner_text()
        page.get_by_label("从", exact=True).fill("22:00")
        page.locator("#reach button").click()
        assert "两个不同的时间" in page.get_by_role("alert").inner_text()
        assert page.get_by_label("从", exact=True).input_value() == "22:00" and tick.is_checked()
        page.get_by_label("任何时间都可以").check()
        page.locator("#reach button").click()
        page.wait_for_url("**#reach")
        assert page.get_by_label("我关注的记录有变化: 企业微信").is_checked()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
