"""Changes in another system: each told once, from the moment that somebody listens."""

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from seamline.connector import Change, Page, Retry
from seamline.problems import Problem
from seamline.text import Text
from seamline.usecases.polling import Poller


class Warehouse:
    """A connector to a warehouse: what changed in it, in order; out of reach now and then."""

    def __init__(self):
        self.changes = []
        self.reachable = True

    def move(self, item, qty):
        version = str(len(self.changes) + 1)
        self.changes.append(Change(item, {"item": item, "qty": qty}, version))

    def read(self, entity, since, limit):
        if not self.reachable:
            raise Retry(Problem("out_of_reach", Text("连不上。", "Out of reach.")))
        at = since["at"] if since else 0
        found = self.changes[at : at + 2]
        end = at + len(found)
        return Page(tuple(found), {"at": end}, end < len(self.changes), datetime.now(UTC))

    def find(self, entity, key):
        return None

    def check(self):
        return []

    def describe(self):
        return []

    def close(self):
        pass


def test_what_changes_after_a_pipeline_listens_sets_it_off_once(shop):
    warehouse = Warehouse()

    @contextmanager
    def opened(name):
        assert name == "erp"
        yield warehouse

    several = [Poller(shop.desk, lambda: shop.at, opened) for _ in range(2)]

    def look():
        for _ in range(3):
            for poller in several:
                poller.tick()
        shop.settle()

    for item in ("a", "b", "c"):
        warehouse.move(item, 1)
    look()
    assert {item.values["name"] for item in shop.records("item")} == {"bolt", "nut"}
    warehouse.move("bolt", 77)
    look()
    assert not [run for run in shop.engine.runs() if run.id.startswith("take_stock")]
    shop.at += timedelta(seconds=15)
    for number in range(5):
        warehouse.move(f"new{number}", number)
    look()
    stock = {item.values["name"]: item.values["on_hand"] for item in shop.records("item")}
    assert stock == {"bolt": 77, "nut": 3, **{f"new{number}": number for number in range(5)}}
    assert len([run for run in shop.engine.runs() if run.id.startswith("take_stock")]) == 6
    warehouse.reachable = False
    warehouse.move("late", 1)
    shop.at += timedelta(seconds=15)
    look()
    warehouse.reachable = True
    shop.at += timedelta(seconds=15)
    look()
    assert "late" in {item.values["name"] for item in shop.records("item")}
