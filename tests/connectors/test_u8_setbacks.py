"""Every fault of a database met by every operation ends in its effect once, or in a setback."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from seamline.connector import AskPerson, GiveUp, Retry, Setback, Write
from seamline.connectors.databases import session as sessions
from seamline.connectors.u8 import connect
from seamline.connectors.u8.standin import faults

WRITES = {"write_by": "columns", "write_columns": ["settlement_no", "final_delivery"]}
NOW = datetime(2025, 12, 1, tzinfo=UTC)


def order(key="event-1", number="JS-1", **more):
    values = {"settlement_no": number, "final_delivery": "2025-12-20"}
    return Write("sales_orders", "update", key, values, target="3", **more)


class Desk:
    """A company, its connector with a memory that outlives it, and what was written there."""

    def __init__(self, company, given):
        self.company, self.context = company, given(NOW)

    def connector(self, **more):
        return connect(self.company.settings | WRITES | more, self.context)

    def write(self, *orders):
        connector = self.connector()
        try:
            return [connector.write(one) for one in orders]
        finally:
            connector.close()

    def written(self):
        return self.company.ask("SELECT cDefine10 FROM SO_SOMain WHERE ID = 3")[0][0]

    def updates(self):
        return self.company.ask(
            "SELECT COUNT(*) FROM u8sim_journal WHERE table_name = 'SO_SOMain' AND act = 'update'"
        )[0][0]


@pytest.fixture
def desk(company, given):
    return Desk(company, given)


@pytest.mark.cap(76)
def test_a_value_is_written_once_however_often_it_is_asked_for(desk):
    first, second, third = desk.write(order(), order(), order())
    assert (first.repeated, second.repeated, third.repeated) == (False, True, True)
    assert (desk.written(), desk.updates()) == ("JS-1", 1)
    stands = desk.connector().find("sales_orders", "3").values
    assert (stands["settlement_no"], str(stands["final_delivery"])) == ("JS-1", "2025-12-20")


@pytest.mark.cap(76)
def test_an_order_is_named_by_its_number_too_and_what_could_be_two_is_asked(desk):
    (number,) = desk.company.ask("SELECT cSOCode FROM SO_SOMain WHERE ID = 3")[0]
    named = Write("sales_orders", "update", "n-1", {"settlement_no": "JS-1"}, target=number)
    assert [one.repeated for one in desk.write(named, named)] == [False, True]
    assert (desk.written(), desk.updates()) == ("JS-1", 1)
    # U8 may number orders in digits: now 5 is the number of one order and in another's records.
    desk.company.do("UPDATE SO_SOMain SET cSOCode = '5' WHERE ID = 3")
    with pytest.raises(AskPerson) as asked:
        desk.write(Write("sales_orders", "update", "n-2", {"settlement_no": "JS-2"}, target="5"))
    assert asked.value.problem.hint.en == "Say which one: id:3, id:5"
    assert desk.written() == "JS-1"
    desk.write(Write("sales_orders", "update", "n-3", {"settlement_no": "JS-3"}, target="id:3"))
    assert desk.written() == "JS-3"
    # A word that is longer than a number can be names no order, not the one it begins like.
    desk.company.do(f"UPDATE SO_SOMain SET cSOCode = '{'N' * 30}' WHERE ID = 3")
    with pytest.raises(GiveUp) as gone:
        desk.write(
            Write("sales_orders", "update", "n-4", {"settlement_no": "JS-4"}, target="N" * 31)
        )
    assert (gone.value.problem.code, desk.written()) == ("order_gone", "JS-3")


@pytest.mark.parametrize(
    ("entity", "table", "column", "key"),
    [
        ("purchase_orders", "PO_Pomain", "cPOID", "POID"),
        ("sales_orders", "SO_SOMain", "cSOCode", "ID"),
        ("outsourcing", "OM_MOMain", "cCode", "MOID"),
        ("receipts", "RdRecord01", "cCode", "ID"),
    ],
)
def test_a_document_is_found_by_its_number_too(desk, entity, table, column, key):
    (id_, number), (other, _) = desk.company.ask(f"SELECT {key}, {column} FROM {table}")[:2]
    connector = desk.connector()
    for word in (number, f" {number} ", str(id_), f"id:{id_}"):
        assert connector.find(entity, word).values["id"] == id_
    assert connector.find(entity, "") is None
    # Numbers of digits: with a zero before them they are no internal ones.
    desk.company.do(f"UPDATE {table} SET {column} = '000{other}' WHERE {key} = {id_}")
    assert connector.find(entity, f"000{other}").values["id"] == id_
    desk.company.do(f"UPDATE {table} SET {column} = '{other}' WHERE {key} = {id_}")
    with pytest.raises(AskPerson) as asked:
        connector.find(entity, str(other))
    assert f"id:{id_}" in asked.value.problem.hint.en
    assert connector.find(entity, f"id:{other}").values["id"] == other


@pytest.mark.cap(77)
def test_what_somebody_changed_meanwhile_is_not_written_over(desk):
    desk.write(order())
    desk.company.do("UPDATE SO_SOMain SET cDefine10 = 'by hand' WHERE ID = 3")
    with pytest.raises(AskPerson) as refused:
        desk.write(order("event-2", "JS-2", expects={"settlement_no": "JS-1"}))
    assert refused.value.problem.code == "changed_meanwhile"
    assert "'Settlement number' is now by hand in U8" in refused.value.problem.line("en")
    assert desk.written() == "by hand"


def test_a_lost_answer_is_not_a_second_write(desk, monkeypatch):
    lost = sessions.Session.update

    def lose(self, change):
        lost(self, change)
        raise Retry(faults_problem(), effect="unknown")

    monkeypatch.setattr(sessions.Session, "update", lose)
    with pytest.raises(Retry):
        desk.write(order())
    monkeypatch.setattr(sessions.Session, "update", lost)
    (receipt,) = desk.write(order())
    assert receipt.repeated
    assert (desk.written(), desk.updates()) == ("JS-1", 1)
    # And what a person put there between the two attempts stays.
    monkeypatch.setattr(sessions.Session, "update", lose)
    with pytest.raises(Retry):
        desk.write(order("event-2", "JS-2", expects={"settlement_no": "JS-1"}))
    monkeypatch.setattr(sessions.Session, "update", lost)
    desk.company.do("UPDATE SO_SOMain SET cDefine10 = 'by hand' WHERE ID = 3")
    with pytest.raises(AskPerson):
        desk.write(order("event-2", "JS-2", expects={"settlement_no": "JS-1"}))
    assert desk.written() == "by hand"


def faults_problem():
    from seamline.problems import Problem
    from seamline.text import Text

    return Problem("lost", Text("丢失", "lost"))


def test_two_at_once_write_once(desk):
    """The rowversion decides: whoever comes second reads again and finds it done."""
    receipts = []

    def once():
        receipts.extend(desk.write(order()))

    threads = [threading.Thread(target=once) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(receipts) == 4
    assert (desk.written(), desk.updates()) == ("JS-1", 1)


@pytest.mark.parametrize(
    ("wrong", "setback"),
    [
        (Write("sales_orders", "update", "k", {"memo": "x"}, target="3"), AskPerson),
        (Write("sales_orders", "update", "k", {"settlement_no": "x"}, target="99999"), GiveUp),
        (Write("sales_orders", "update", "k", {"settlement_no": "x"}, target="1 OR 1=1"), GiveUp),
        (Write("sales_orders", "create", "k", {"settlement_no": "x"}), GiveUp),
        (Write("stock", "update", "k", {"on_hand": 1}, target="a@b"), GiveUp),
    ],
)
def test_what_may_not_be_written_is_refused(desk, wrong, setback):
    with pytest.raises(setback):
        desk.write(wrong)
    assert desk.updates() == 0


def test_nothing_is_written_where_nothing_may_be(desk):
    connector = desk.connector(write_by="none")
    with pytest.raises(AskPerson):
        connector.write(order())
    assert all(not entity.operations for entity in connector.describe())


@contextmanager
def locked(company):
    with (
        company.connection() as connection,
        faults.locked(connection, company.dialect, "SO_SOMain"),
    ):
        yield


@contextmanager
def without_column(company):
    with company.connection() as connection:
        faults.take_column(connection, company.dialect, "SO_SOMain", "cDefine10")
    yield


FAULTS = {
    "locked": (locked, Retry),
    "away": (lambda company: company.cut(), Retry),
    "missing_column": (without_column, AskPerson),
}
OPERATIONS = {
    "read": lambda one: one.read("sales_orders", None, 5),
    "delta": lambda one: one.read("sales_orders", {"version": 0, "at": NOW.isoformat()}, 5),
    "find": lambda one: one.find("sales_orders", "3"),
    "write": lambda one: one.write(order()),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_fault_is_a_setback_and_leaves_no_half(desk, fault, operation):
    hinder, expected = FAULTS[fault]
    connector = desk.connector()
    with hinder(desk.company):
        with pytest.raises(Setback) as raised:
            OPERATIONS[operation](connector)
        assert isinstance(raised.value, expected), raised.value
        assert raised.value.problem.say.zh
        assert connector.check()[0].hint or fault == "missing_column" or fault == "locked"
    connector.close()
    assert desk.updates() == 0


def test_after_a_fault_the_same_order_takes_effect_once(desk):
    for hinder in (locked, desk.company.cut and (lambda company: company.cut())):
        with hinder(desk.company), pytest.raises(Setback):
            desk.write(order())
    assert [one.repeated for one in desk.write(order(), order())] == [False, True]
    assert desk.updates() == 1


def test_a_login_that_may_only_read_reads_and_asks_for_the_right_to_write(desk, odbc):
    company = desk.company
    if company.dialect == "sqlite":
        with company.connection() as connection:
            faults.read_only(connection, "sqlite")
    else:
        company.do("CREATE ROLE u8_reader LOGIN", "GRANT SELECT ON u8sim_rowversion TO u8_reader")
        with company.connection() as connection:
            faults.read_only(connection, "postgresql", "u8_reader")
        words = company.settings["connection_string"].replace("UID=postgres", "UID=u8_reader")
        company.settings = company.settings | {"connection_string": words}
    try:
        connector = desk.connector()
        assert connector.read("stock", None, 5).changes
        with pytest.raises(AskPerson) as refused:
            connector.write(order())
        assert refused.value.problem.code == "right_missing"
        connector.close()
    finally:
        if company.dialect == "postgresql":
            company.do("DROP OWNED BY u8_reader", "DROP ROLE u8_reader")


def test_a_name_of_another_code_page_is_read_as_it_is(desk):
    with desk.company.connection() as connection:
        faults.garble(connection, "FG-00001")
    name = desk.connector().find("materials", "FG-00001").values["name"]
    assert name == faults.GARBAGE


def test_a_code_used_twice_is_two_orders(desk):
    with desk.company.connection() as connection:
        faults.repeat_code(connection)
    found = list(desk.connector().read("sales_orders", None, 100).changes)
    codes = [one.values["code"] for one in found]
    assert len(set(codes)) == len(codes) - 1
    assert len({one.key for one in found}) == len(found)


def test_a_backup_that_was_restored_is_read_anew(desk):
    connector = desk.connector()
    desk.company.do("UPDATE CurrentStock SET iQuantity = iQuantity + 1")
    cursor = connector.read("stock", None, 1_000).cursor
    with desk.company.connection() as connection:
        faults.restore_backup(connection, desk.company.dialect, 5)
    page = connector.read("stock", cursor, 1_000)
    assert page.restart
    assert page.changes


def test_a_connection_ended_while_it_was_kept_is_opened_anew(desk):
    connector = desk.connector()
    connector.read("stock", None, 5)
    if desk.company.dialect == "postgresql":
        with desk.company.connection() as connection:
            assert faults.cut_connections(connection, "postgresql") >= 1
    else:
        connector._session._connection.close()
    connector.close()
    assert desk.connector().read("stock", None, 5).changes


def test_a_password_in_the_connection_string_is_refused(desk):
    words = desk.company.settings["connection_string"] + ";PWD=secret"
    with pytest.raises(AskPerson) as refused:
        desk.connector(connection_string=words)
    assert "secret" not in str(refused.value).replace("a secret instead", "")


def test_without_its_driver_a_person_is_asked(desk):
    connector = desk.connector(connection_string="DRIVER=NoSuchDriver;Database=x;X=2")
    (finding,) = connector.check()
    assert not finding.ok
    assert finding.hint is not None
