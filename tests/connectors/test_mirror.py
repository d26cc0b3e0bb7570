"""The stock of a U8 company mirrored into the auto-parts package, through a real ODBC driver."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from seamline import clock
from seamline.connector import Retry
from seamline.connectors.u8.standin import faults
from seamline.connectors.u8.standin.actor import Actor, Movement
from seamline.facts import Actor as Person
from seamline.problems import Problem, Refused
from seamline.text import Text
from seamline.ui.app import create_app
from seamline.usecases import connections, drift as drifting, freshness
from seamline.usecases.mirroring.progress import Progress

ADMIN = Person("admin", "admin", ("administrator",))
CLERK = Person("li", "李娜", ("warehouse",))
START = datetime(2025, 12, 1, 1, tzinfo=UTC)


def place(factory, number=1):
    return factory.ask(
        "SELECT cInvCode, cWhCode, iQuantity FROM CurrentStock WHERE AutoID = ?", number
    )[0]


@pytest.mark.cap(19, 112)
def test_stock_comes_over_with_its_materials_age_and_basis(factory):
    done = factory.sync()
    assert (done["material"].created, done["stock"].created) == (9, 13)
    assert all(one.refused == 0 for one in done.values())
    code, house, qty = place(factory)
    stock = factory.record("stock", f"{code}@{house}")
    assert stock.values["erp_balance"] == Decimal(str(qty))
    assert (stock.values["basis"], stock.values["as_of"]) == ("u8", START)
    material = factory.record("material", code)
    assert material.values["available"] is not None
    assert material.values["stock_as_of"] == START


@pytest.mark.cap(20, 22)
def test_a_change_is_there_with_the_next_poll_and_only_that_is_read(filled):
    code, house, qty = place(filled)
    filled.do("UPDATE CurrentStock SET iQuantity = iQuantity + 5 WHERE AutoID = 1")
    filled.later(seconds=5)
    assert filled.tick() == 0  # not due yet
    filled.later(seconds=10)
    assert filled.tick() == 2  # the two mirrors of every 15 seconds
    stock = filled.record("stock", f"{code}@{house}")
    assert stock.values["erp_balance"] == Decimal(str(qty)) + 5
    assert stock.values["as_of"] == filled.moment
    (event,) = [e for e in filled.events("stepped") if e.record == stock.id]
    assert (event.actor, event.step) == ("connection:u8", "stock.mirror")
    filled.later(seconds=15)
    head = filled.desk.store
    with head.reading() as unit:
        before = unit.journal.head()
    assert filled.tick() == 2
    with head.reading() as unit:
        assert unit.journal.head() == before  # nothing changed, nothing was written


@pytest.mark.cap(26)
def test_shown_stock_is_the_balance_and_what_u8_has_not_posted_yet(filled):
    code, house, qty = place(filled)
    name = f"{code}@{house}"
    move = {"act": "issue", "material": code, "warehouse": house, "qty": "3", "source_no": "LL-1"}
    moves = [filled.submit("stock_move", "create", move).record.code for _ in range(3)]
    stands = filled.record("stock", name).values
    assert (stands["erp_balance"], stands["unposted"]) == (Decimal(str(qty)), Decimal("-9"))
    assert stands["on_hand"] == Decimal(str(qty)) - 9
    own = drifting.standings(filled.desk, ADMIN, "u8")[-1].unposted
    assert [(one.code, one.amount) for one in own] == [(name, Decimal("-9"))]
    # The next morning the clerk keys two of the three in: the sum that people see stays.
    with filled.company() as connection:
        Actor(connection).key_in(Movement(house, code, -3, one) for one in moves[:2])
    filled.later(hours=8)
    assert filled.sync()["stock"].settled == 2
    stands = filled.record("stock", name).values
    assert (stands["erp_balance"], stands["unposted"]) == (Decimal(str(qty)) - 6, Decimal("-3"))
    assert stands["on_hand"] == Decimal(str(qty)) - 9
    # Somebody touches the document again: it is the same move, and counts once.
    filled.do("UPDATE rdrecord32 SET cMemo = 'x' WHERE cDefine10 = ?", moves[0])
    filled.later(minutes=1)
    assert filled.sync()["stock"].settled == 0
    assert filled.record("stock", name).values["on_hand"] == Decimal(str(qty)) - 9


@pytest.mark.cap(77)
def test_what_u8_owns_is_not_changed_here(filled):
    code, house, _ = place(filled)
    with pytest.raises(Refused) as refused:
        filled.submit("stock", "change", {"erp_balance": "1"}, f"{code}@{house}")
    assert "用友 U8" in refused.value.problems[0].line("zh")


def test_a_move_to_a_place_u8_does_not_know_opens_it_and_u8_takes_it_over(filled):
    code, _, _ = place(filled)
    used = filled.ask("SELECT cWhCode FROM CurrentStock WHERE cInvCode = ?", code)
    house = next(house for house in ("01", "02", "03", "04", "08") if (house,) not in used)
    move = {"act": "receipt", "material": code, "warehouse": house, "qty": "7"}
    filled.submit("stock_move", "create", move)
    name = f"{code}@{house}"
    assert filled.record("stock", name).values["on_hand"] == 7
    filled.do(
        "INSERT INTO CurrentStock (AutoID, cWhCode, cInvCode, ItemId, iQuantity, bStopFlag)"
        " VALUES (999, ?, ?, 1, 2, 0)", house, code,
    )  # fmt: skip
    filled.later(minutes=1)
    assert filled.sync()["stock"].created == 0
    stands = filled.record("stock", name).values
    assert (stands["erp_balance"], stands["on_hand"], stands["basis"]) == (2, 9, "u8")


@pytest.mark.cap(112)
def test_what_is_gone_over_there_and_what_drifted_is_found_by_comparing(filled):
    code, house, _ = place(filled, 2)
    filled.do("DELETE FROM CurrentStock WHERE AutoID = 2")
    # As if a change had been missed: the row stands otherwise, under its old rowversion.
    with filled.company() as connection:
        connection.execute("DROP TRIGGER u8sim_update_CurrentStock")
        connection.execute("UPDATE CurrentStock SET iQuantity = 4321 WHERE AutoID = 5")
    filled.later(minutes=1)
    filled.sync()
    assert filled.record("stock", f"{code}@{house}").archived_at is None
    filled.later(hours=1)
    filled.tick()
    assert filled.record("stock", f"{code}@{house}").archived_at is not None
    other = place(filled, 5)
    assert filled.record("stock", f"{other[0]}@{other[1]}").values["erp_balance"] == 4321
    drift = filled.state("stock").progress["drift"]
    assert (drift["compared"], drift["different"], drift["gone"]) == (12, 1, 1)
    rows = {row[0]: row for row in drift["rows"]}
    assert rows[f"{code}@{house}"][1] == ""
    assert rows[f"{other[0]}@{other[1]}"][1] == "erp_balance"
    assert rows[f"{other[0]}@{other[1]}"][3] == "4321"
    told = {one.link: one for one in filled.notices()}["/connections/u8/drift#m-stock"]
    assert told.kind == "systems"
    assert "1 different, 1 gone" in told.say.en
    app = create_app(filled.desk)
    app.config["WTF_CSRF_ENABLED"] = False
    site = app.test_client()
    with clock.frozen(filled.moment):
        site.post("/sign-in", data={"login": "boss", "password": "correct horse battery"})
        answer = site.post("/connections/u8/drift/compare", follow_redirects=True)
    page = answer.get_data(as_text=True)
    assert "已比对" in page
    assert "4321" in page  # found before, told for the day
    report = [e for e in filled.events("mirror_compared") if e.code == "u8.stock"]
    assert report[-1].body["gone"] == 1
    filled.later(days=1)
    filled.tick()
    days = [e.body["day"] for e in filled.events("mirror_compared") if e.code == "u8.stock"]
    assert len(days) == 2


@pytest.mark.cap(22)
def test_while_u8_is_away_it_is_asked_less_and_less_and_then_caught_up_with(filled):
    code, house, qty = place(filled)
    filled.do("UPDATE CurrentStock SET iQuantity = iQuantity + 1 WHERE AutoID = 1")
    waits = []
    with filled.company() as holder:
        holder.isolation_level = None
        holder.execute("BEGIN EXCLUSIVE")
        for _ in range(3):
            filled.later(minutes=20)
            assert filled.tick() == 0
            waits.append(filled.state("stock").next_at - filled.moment)
        holder.execute("ROLLBACK")
    assert waits == [timedelta(seconds=30), timedelta(seconds=60), timedelta(seconds=120)]
    standing = connections.shown(filled.desk, ADMIN, "u8")
    assert standing.state.failures == 3
    assert standing.state.problem["code"] == "database_away"
    filled.later(minutes=20)
    assert filled.tick() == 4
    assert filled.record("stock", f"{code}@{house}").values["erp_balance"] == Decimal(str(qty)) + 1
    assert connections.shown(filled.desk, ADMIN, "u8").state.failures == 0


def test_a_mirror_that_gets_no_answer_does_not_stand_before_the_others(filled):
    code, house, qty = place(filled)
    with filled.company() as holder:
        holder.isolation_level = None
        holder.execute("BEGIN EXCLUSIVE")
        filled.later(seconds=15)
        filled.tick()
        holder.execute("ROLLBACK")
    filled.do("UPDATE CurrentStock SET iQuantity = iQuantity + 1 WHERE AutoID = 1")
    filled.later(seconds=30)
    assert filled.tick() == 1
    assert filled.record("stock", f"{code}@{house}").values["erp_balance"] == Decimal(str(qty)) + 1


def test_what_only_a_person_mends_is_told_once_also_of_a_system_that_was_away_before(filled):
    filled.later(minutes=20)
    with filled.company() as holder:
        holder.isolation_level = None
        holder.execute("BEGIN EXCLUSIVE")
        filled.tick()
        holder.execute("ROLLBACK")
    assert not filled.events("mirror_failed")
    filled.do("UPDATE CurrentStock SET iQuantity = iQuantity + 5")
    filled.do("ALTER TABLE CurrentStock RENAME COLUMN fStopQuantity TO fStopped")
    for _ in range(2):
        filled.later(minutes=20)
        filled.tick()
    (event,) = filled.events("mirror_failed")
    (told,) = (one for one in filled.notices() if one.link == "/connections/u8")
    assert (event.seq, event.code) == (told.event, "u8")


def test_a_mirror_that_only_a_person_mends_keeps_none_of_the_others(filled):
    code, house, qty = place(filled)
    filled.do("ALTER TABLE Warehouse RENAME COLUMN cWhName TO cNamed")
    filled.do("UPDATE Warehouse SET cNamed = 'x' WHERE cWhCode = ?", house)
    for _ in range(2):
        filled.do("UPDATE CurrentStock SET iQuantity = iQuantity + 1 WHERE AutoID = 1")
        filled.later(minutes=20)
        filled.tick()
    filled.later(seconds=15)
    assert filled.tick() == 2  # those of every 15 seconds: the others rest
    stock = filled.record("stock", f"{code}@{house}")
    assert stock.values["erp_balance"] == Decimal(str(qty)) + 2
    state = connections.shown(filled.desk, ADMIN, "u8").state
    assert (state.failures, state.read_at) == (2, filled.moment)
    assert "cWhName" in state.problem["message"]["en"]
    assert len(filled.events("mirror_failed")) == 1
    filled.do("ALTER TABLE Warehouse RENAME COLUMN cNamed TO cWhName")
    filled.later(minutes=20)
    filled.tick()
    assert connections.shown(filled.desk, ADMIN, "u8").state.problem is None


def test_a_system_that_stays_away_is_told_of_and_our_own_database_is_not():
    progress, away = Progress(), Retry(Problem("away", Text("不在", "away")))
    told = []
    for _ in range(7):
        progress, to_tell = progress.failed(away)
        told.append(to_tell)
    assert told == [False] * 4 + [True, False, False]
    busy = Refused.one("busy", Text("繁忙", "busy"), status=503)
    assert progress.failed(busy) == (progress, False)


@pytest.mark.cap(22)
def test_what_breaks_off_in_the_middle_leaves_nothing_half_done(filled):
    """Its keys are read, then the table cannot be: no figure moves, and the next turn gets all."""
    code, house, qty = place(filled)
    filled.do("UPDATE CurrentStock SET iQuantity = iQuantity + 5")
    filled.do("ALTER TABLE CurrentStock RENAME COLUMN fStopQuantity TO fStopped")
    filled.later(seconds=15)
    before = filled.state("stock")
    assert filled.tick() == 0
    after = filled.state("stock")
    assert after.progress["cursors"] == before.progress["cursors"]
    assert (after.progress["failures"], after.read_at) == (1, before.read_at)
    assert not filled.events("stepped")
    filled.do("ALTER TABLE CurrentStock RENAME COLUMN fStopped TO fStopQuantity")
    filled.later(minutes=1)
    assert filled.tick() == 2
    stands = filled.record("stock", f"{code}@{house}").values
    assert stands["erp_balance"] == Decimal(str(qty)) + 5
    assert filled.state("stock").progress["failures"] == 0


@pytest.mark.cap(21)
def test_a_figure_says_where_it_comes_from_and_when_it_is_too_old(filled):
    with clock.frozen(filled.moment + timedelta(seconds=30)):
        (feed,) = freshness.feeds(filled.desk, "stock", ("on_hand", "shelf"))
        assert feed.told().zh == "用友 U8，30 秒前，次日记账（T+1）"
        assert not freshness.old((feed,))
        # An order counts with what the material says, which U8 says.
        order = freshness.feeds(filled.desk, "sales_order")
        assert any("lines.available" in one.fields for one in order)
    with clock.frozen(filled.moment + timedelta(minutes=3)):
        (feed,) = freshness.feeds(filled.desk, "stock", ("on_hand", "shelf"))
        assert feed.told().en == ("Yonyou U8, 3 min ago, posted the next day (T+1), out of date")
        assert freshness.old((feed,)) == {"on_hand"}


def test_a_restored_backup_is_taken_over_whole(filled):
    with filled.company() as connection:
        Actor(connection).advance(1)
    filled.later(minutes=1)
    filled.sync()
    with filled.company() as connection:
        faults.restore_backup(connection, "sqlite", 40)
        connection.execute("UPDATE CurrentStock SET iQuantity = 77 WHERE AutoID = 4")
    filled.later(minutes=1)
    assert filled.sync()["stock"].read == 13
    code, house, _ = place(filled, 4)
    assert filled.record("stock", f"{code}@{house}").values["erp_balance"] == 77


def test_what_cannot_be_taken_over_is_kept_to_be_seen_and_the_rest_goes_on(factory):
    factory.do("UPDATE Inventory SET cInvCCode = '99' WHERE cInvCode = 'FG-00002'")
    done = factory.sync()
    assert (done["material"].created, done["material"].refused) == (8, 1)
    (why,) = factory.state("material").progress["refused"]["FG-00002"]
    assert why["path"] == "category"
    assert "FG-00002" in factory.notices()[0].say.en
    standing = drifting.standings(factory.desk, ADMIN, "u8")[0]
    assert standing.refused["FG-00002"][0]["path"] == "category"
    assert not drifting.resume(factory.desk, ADMIN, "u8", "material", "FG-00002")
    factory.do("UPDATE Inventory SET cInvCCode = '01' WHERE cInvCode = 'FG-00002'")
    assert drifting.resume(factory.desk, ADMIN, "u8", "material", "FG-00002")
    assert factory.state("material").progress["refused"] == {}
    assert factory.record("material", "FG-00002").values["category"] == "finished"
    with pytest.raises(Refused):
        drifting.resume(factory.desk, CLERK, "u8", "material", "FG-00002")


def test_more_refused_rows_than_are_kept_are_told_of_once(filled):
    names = [row[1] for row in filled.ask("PRAGMA table_info(Inventory)")]
    mine = {"I_id": "n", "cInvCode": "'BAD-' || n", "cInvCCode": "'99'"}
    given = ", ".join(mine.get(name, name) for name in names)
    filled.do(
        "WITH RECURSIVE count(n) AS (SELECT 9001 UNION ALL SELECT n + 1 FROM count WHERE n < 9060)"
        f" INSERT INTO Inventory ({', '.join(names)}) SELECT {given} FROM Inventory, count"
        " WHERE cInvCode = 'FG-00001'"
    )
    for _ in range(3):
        filled.later(hours=1)
        assert filled.sync(compare=True)["material"].refused == 60
    told = {one.code: one.body["rows"] for one in filled.events("mirror_refused")}
    assert told == {"u8.material": 60, "u8.stock_figures": 60}
    assert len(filled.events("mirror_refused")) == 2


@pytest.mark.cap(27)
def test_falling_below_the_line_with_nothing_coming_locks_the_material(filled):
    filled.do("UPDATE Inventory SET iSafeNum = 100 WHERE cInvCode = 'FG-00001'")
    filled.do("UPDATE CurrentStock SET iQuantity = 10000 WHERE cInvCode = 'FG-00001'")
    filled.do("UPDATE PO_Podetails SET cbCloser = 'x' WHERE cInvCode = 'FG-00001'")
    filled.later(minutes=6)
    filled.sync()
    material = filled.record("material", "FG-00001")
    with filled.desk.store.reading() as unit:
        assert not unit.locks.of_records([material.id])
    filled.do("UPDATE CurrentStock SET iQuantity = 0 WHERE cInvCode = 'FG-00001'")
    filled.later(seconds=15)
    filled.tick()
    with filled.desk.store.reading() as unit:
        assert unit.locks.of_records([material.id])


def test_the_command_reads_now(filled):
    filled.do("UPDATE CurrentStock SET iQuantity = iQuantity + 1 WHERE AutoID = 1")
    words = ["connection", "sync", "u8", "--workspace", str(filled.desk.settings.workspace)]
    filled.desk.close()
    done = subprocess.run(
        [sys.executable, "-m", "seamline", *words], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "0 created, 1 changed" in done.stdout.splitlines()[-1]
