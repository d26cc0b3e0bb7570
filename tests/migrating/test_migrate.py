"""A library is filled whole, exactly once, and what it holds agrees with its source."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest

from seamline.facts import Actor
from seamline.package import read_package
from seamline.problems import Refused
from seamline.store import Query
from seamline.usecases import files, history, look, migrate

from .conftest import ADMIN, PACKAGE, archive, heads, lines_of, upload

MOVER = Actor("m1", "Mo", ("mover",), language="en")
SERVICE = Actor("s1", "Sue", ("service",), language="en")


@pytest.mark.cap(72, 74)
def test_everything_is_taken_over_once_with_its_lines(desk, given, moved):
    done = moved(given(600))
    assert (done.state, done.taken, done.left, done.bad) == ("done", 540, 60, 0)
    assert done.lines == 1080
    again = moved(given(600))
    assert (again.id != done.id, again.taken, again.same, again.renewed) == (True, 0, 540, 0)
    page = look.page(desk, ADMIN, "old_order", Query(total=True, limit=1))
    assert page.total == 540
    record = look.record(desk, ADMIN, "old_order", "1003")
    assert [row.values["qty"] for row in record.values["lines"]] == [1, 2]
    assert (record.code, record.tracking) == ("SO00003", "SO00003")


@pytest.mark.cap(74)
def test_the_reconciliation_proves_that_nothing_was_lost(given, moved):
    report = moved(given(300)).report
    assert report["equal"] is True
    assert report["counted"] == {"lost": 0, "extra": 0, "differing": 0}
    assert (report["source"], report["left"]) == (report["library"], 30)
    assert report["source"]["count"] == 270
    months = {row["group"][0] for row in report["figures"]}
    assert months == {f"2025-{month:02}" for month in range(1, 11) if month != 10}
    assert report["source"]["sums"][1] == str(270 * 3)


@pytest.mark.cap(74)
def test_what_differs_is_named_by_its_key(desk, given, moved):
    first = moved(given(50))
    # The source goes on living: one order more, one gone, one that was paid after all.
    rows = [row for row in heads(52) if row["ID"] != 1001]
    rows[3]["Paid"] = "999.00"
    later = given(rows=rows)
    wanted = migrate.map_named(desk, "old_orders")
    begun = migrate.start(desk, ADMIN, wanted, later)
    told = migrate.reconcile(desk, ADMIN, begun.id).report
    assert told["equal"] is False
    assert (told["lost"], told["extra"]) == (["1050", "1051"], ["1001"])
    assert [one["key"] for one in told["differing"]] == ["1004"]
    done = migrate.run(desk, ADMIN, begun.id)
    assert (done.taken, done.renewed, done.same) == (2, 1, 43)
    assert done.report["extra"] == ["1001"]
    paid = look.record(desk, ADMIN, "old_order", "1004").values["paid"]
    assert str(paid) == "999.00"
    assert first.report["equal"]


def test_what_another_map_took_over_is_another_sources(desk, given, moved):
    """Two systems fill one library: neither is missing anything of the other."""
    assert moved(given(20)).report["equal"]
    rows = [{**row, "ID": row["ID"] + 50_000} for row in heads(10)]
    other = replace(migrate.map_named(desk, "old_orders"), id="other_erp")
    begun = migrate.start(desk, ADMIN, other, given(rows=rows))
    done = migrate.run(desk, ADMIN, begun.id)
    assert done.report["counted"] == {"lost": 0, "extra": 0, "differing": 0}
    assert done.report["library"]["count"] == 9  # one of the ten was void
    assert moved(given(20)).report["equal"]
    # A map that takes the place of another finds what that one took over, and nothing lost.
    heir = replace(other, id="new_orders")
    again = migrate.run(desk, ADMIN, migrate.start(desk, ADMIN, heir, given(20)).id)
    assert (again.same, again.report["equal"]) == (18, True)
    assert again.report["library"] == again.report["source"]


@pytest.mark.cap(72, 74)
def test_equal_keys_of_two_systems_are_told_apart_by_a_prefix(desk, given, moved):
    assert moved(given(20)).report["equal"]
    wanted = migrate.map_named(desk, "old_orders")
    takes = replace(wanted.takes_over, prefix="K3-")
    other = replace(wanted, id="other_erp", takes_over=takes)
    rows = heads(20, Customer="K")
    done = migrate.run(desk, ADMIN, migrate.start(desk, ADMIN, other, given(rows=rows)).id)
    assert (done.taken, done.renewed, done.report["equal"]) == (18, 0, True)
    ours, theirs = (look.record(desk, ADMIN, "old_order", key) for key in ("1003", "K3-1003"))
    assert (ours.values["customer"], theirs.values["customer"]) == ("C3", "K")
    again = migrate.run(desk, ADMIN, migrate.start(desk, ADMIN, other, given(rows=rows)).id)
    assert (again.taken, again.same, moved(given(20)).report["equal"]) == (0, 18, True)


def test_a_package_in_which_two_sources_have_keys_in_common_is_refused(tmp_path):
    package = shutil.copytree(PACKAGE, tmp_path / "package")
    maps = package / "imports"
    second = (maps / "old_orders.yaml").read_text("utf-8").replace("old_orders", "older_orders", 1)
    (maps / "older_orders.yaml").write_text(second, "utf-8")
    with pytest.raises(Refused) as refused:
        read_package(package)
    assert [one.code for one in refused.value.problems] == ["sources_mixed_up"]
    apart = second.replace("takes_over:", "takes_over:\n  prefix: K3-")
    (maps / "older_orders.yaml").write_text(apart, "utf-8")
    assert {one.takes_over.prefix for one in read_package(package).imports} == {"", "K3-"}


def test_a_dry_run_names_every_problem_and_keeps_nothing(desk, given, moved):
    rows = heads(40)
    rows[5] |= {"Day": "yesterday", "Customer": ""}
    rows[7]["Status"] = "9"
    rows[8]["ID"] = ""
    done = moved(given(rows=rows), dry=True)
    assert (done.state, done.bad, done.taken) == ("checked", 3, 33)
    found = {(key, problem.row, problem.column) for key, problem in migrate.problems_of(done)}
    assert {("1005", 7, "Day"), ("1005", 7, "Customer"), ("1007", 9, "Status")} <= found
    assert look.page(desk, ADMIN, "old_order", Query(total=True)).total == 0
    kept = moved(given(rows=rows))
    assert (kept.taken, kept.bad) == (33, 3)
    assert not kept.report["equal"]
    assert "1005" in kept.report["lost"]


def test_one_key_with_two_contents_is_bad_not_merged(given, moved):
    rows = heads(600)
    rows.append(rows[0] | {"Customer": "somebody else"})
    rows.append(dict(rows[1]))  # its lines went with the first of the two
    done = moved(given(rows=rows))
    assert (done.taken, done.same, done.bad) == (540, 0, 2)
    assert migrate.problems_of(done)[0][1].code == "source_key_twice"
    assert done.report["twice"] == 2


def test_one_number_of_two_years_is_told_apart_by_its_key(desk, given, moved):
    rows = heads(3)
    rows[1]["No"] = rows[0]["No"]
    done = moved(given(rows=rows))
    assert (done.taken, done.bad) == (3, 0)
    codes = {one.code for one in look.page(desk, ADMIN, "old_order", Query()).rows}
    assert codes == {"SO00000", "SO00000/1001", "SO00002"}
    assert len(look.tracked(desk, ADMIN, "SO00000")) == 2


@pytest.mark.cap(72)
def test_approvals_and_attachments_come_along(desk, given, moved):
    rows = heads(2)
    rows[0]["Files"] = "contract.txt; missing.pdf"
    rows[1]["Files"] = "contract.txt"
    acts = [{"ID": 1001, "Act": "Priced", "Who": "Xu", "When": "2025-01-02 08:00", "Said": "fine"}]
    approvals = upload("approvals.csv", acts, ("ID", "Act", "Who", "When", "Said"))
    papers = archive(contract__txt=b"signed")
    done = moved(replace(given(rows=rows), approvals=approvals, papers=papers))
    assert (done.taken, done.bad) == (1, 1)
    assert migrate.problems_of(done)[0][1].code == "no_attachment"
    record = look.record(desk, ADMIN, "old_order", "1001")
    (paper,) = record.values["papers"]
    assert files.content(desk, paper.sha256) == b"signed"
    (event,) = look.timeline(desk, ADMIN, "old_order", "1001")
    assert (event.kind, event.body["source"]) == ("taken_over", "orders.csv")
    told = [(act["act"]["en"], act["by"], act["words"]) for act in event.body["history"]]
    assert told == [("Priced", "Xu", "fine"), ("Approved", "Gao", "agreed")]
    first = history.changes(desk, ADMIN, "old_order", "1001")[-1]
    assert first.pairs["customer"] == (None, "C1")


def test_nothing_of_the_past_is_announced_and_the_journal_still_proves_itself(desk, given, moved):
    moved(given(300))
    with desk.store.reading() as unit:
        assert unit.outbox.waiting() == 0
        assert unit.journal.verify().sound


def test_only_who_may_import_a_library_migrates(desk, given, moved):
    assert moved(given(5), actor=MOVER).taken == 5
    with pytest.raises(Refused) as refused:
        moved(given(6), actor=SERVICE)
    assert refused.value.status == 403
    assert migrate.libraries(desk, SERVICE) == ()


def test_a_source_that_cannot_be_read_is_refused_whole(desk, given):
    wanted = migrate.map_named(desk, "old_orders")
    rows = heads(3)
    broken = replace(given(rows=rows), file=upload("orders.csv", rows, (*HEADS_LEFT,)))
    with pytest.raises(Refused) as refused:
        migrate.start(desk, ADMIN, wanted, broken)
    assert {problem.got for problem in refused.value.problems} == {"Customer", "Paid"}
    assert migrate.recent(desk, ADMIN) == ()
    assert lines_of(rows).name == "lines.csv"


HEADS_LEFT = ("ID", "No", "Day", "Status", "By", "At", "Words", "Files")
