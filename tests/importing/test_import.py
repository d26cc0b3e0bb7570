"""The import matrix: good files, every bad cell named, trials that leave nothing, upsert, rows."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from seamline.facts import Actor, Origin, Record, Row
from seamline.problems import Refused
from seamline.store import ImportJob, Query
from seamline.usecases import import_, look
from seamline.usecases.desk import Desk
from seamline.usecases.import_ import CellProblem, Upload

ADMIN = Actor("operator", "operator", ("administrator",), language="en")
PLANNER = Actor("anna", "Anna", ("planner",), language="zh")
CLI = Origin("cli")
MakeFile = Callable[..., Upload]

PARTS = [
    ["Part code", "Part name", "Price", "Status"],
    ["P10", "Washer", "0.05", "Open"],
    ["P11", "Spring", "1,250.00", "停用"],
    ["P12", "Pin", "", ""],
]


def load(desk: Desk, form: str, file: Upload, mapping: Any = None, **more: Any) -> ImportJob:
    """Start an import and carry it to its end."""
    started = import_.start(desk, ADMIN, CLI, form, file, mapping, **more)
    return import_.run(desk, ADMIN, started.id)


def records(desk: Desk, form: str) -> list[Record]:
    """Return every record of a form, rows and all, in the order they were made."""
    return list(look.stream(desk, ADMIN, form, Query(sort=("_created_at",))))


def found(job: ImportJob) -> list[CellProblem]:
    """Return the problems of an import."""
    return list(import_.problems_of(job))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_text_files_of_every_make(
    desk: Desk, csv_file: MakeFile, encoding: str, delimiter: str
) -> None:
    rows = [["零件编码", "零件名称", "单价", "状况"], ["P10", "垫圈", "0.05", "启用"]]
    job = load(desk, "part", csv_file(rows, encoding=encoding, delimiter=delimiter))
    assert (job.state, job.good, job.bad) == ("done", 1, 0)
    assert records(desk, "part")[-1].values["name"] == "垫圈"


@pytest.mark.parametrize("kind", ["csv_file", "xlsx_file"])
def test_a_good_file_by_its_headers(desk: Desk, request: pytest.FixtureRequest, kind: str) -> None:
    job = load(desk, "part", request.getfixturevalue(kind)(PARTS))
    assert (job.state, job.good, job.bad, found(job)) == ("done", 3, 0, [])
    washer, spring, pin = records(desk, "part")[-3:]
    assert (washer.values["code"], str(washer.values["price"])) == ("P10", "0.05")
    assert (str(spring.values["price"]), spring.values["status"]) == ("1250.00", "closed")
    assert (pin.values["price"], pin.values["status"]) == (None, "open")  # the default


def test_every_bad_cell_is_named(desk: Desk, csv_file: MakeFile) -> None:
    rows = [
        ["Part code", "Part name", "Price", "Status", "Source id"],
        ["P10", "Good", "1", "open", "21"],
        ["P11", "x" * 150, "abc", "opne", "2.5"],
        ["", "No code", "-1", "", ""],
        ["P1", "Known code", "", "", ""],
        ["P12", "Good too", "", "", "21"],
    ]
    job = load(desk, "part", csv_file(rows))
    assert (job.good, job.bad, job.position) == (1, 4, 5)
    cells = [(one.row, one.column, one.field, one.code) for one in found(job)]
    assert cells == [
        (3, "Part name", "name", "too_long"),
        (3, "Source id", "source_id", "whole_number_expected"),
        (3, "Price", "price", "number_expected"),
        (3, "Status", "status", "not_an_option"),
        (4, "Price", "price", "too_small"),
        (4, "Part code", "code", "required"),
        (5, "Part code", "code", "not_unique"),
        (6, "Source id", "source_id", "not_unique"),
    ]
    bad = found(job)[3]
    assert bad.value == "opne"
    assert bad.sentence("zh").startswith("第 3 行，“Status”：")
    assert "Did you mean 'open'?" in bad.sentence("en")
    assert [record.values["code"] for record in records(desk, "part")] == ["P1", "P2", "P10"]


def test_a_dry_run_says_the_same_and_leaves_nothing(desk: Desk, csv_file: MakeFile) -> None:
    rows = [*JOBS, ["Bad", "P9", 1, "2027-01-01", "day", "P1", 1, 1]]
    with desk.store.reading() as unit:
        before = unit.outbox.waiting(), len(tuple(unit.journal.after(0, 1_000)))
    job = load(desk, "job", csv_file(rows), dry_run=True)
    assert (job.state, job.good, job.bad) == ("checked", 2, 1)
    assert [one.code for one in found(job)] == ["unknown_reference"]
    with desk.store.reading() as unit:
        after = unit.outbox.waiting(), len(tuple(unit.journal.after(0, 1_000)))
    assert (records(desk, "job"), after) == ([], before)
    load(desk, "job", csv_file(JOBS))
    assert records(desk, "job")[0].code.endswith("-00001")  # the trial used no code up


def test_all_or_nothing(desk: Desk, csv_file: MakeFile) -> None:
    bad = csv_file([*PARTS, ["P13", "Bad", "abc", ""]])
    job = load(desk, "part", bad, policy="all_or_nothing")
    assert (job.state, job.good, job.bad) == ("refused", 3, 1)
    assert len(records(desk, "part")) == 2
    job = load(desk, "part", csv_file(PARTS), policy="all_or_nothing")
    assert (job.state, job.good) == ("done", 3)
    assert len(records(desk, "part")) == 5


JOBS = [
    ["Subject", "Main part", "Pieces", "Due", "Shift", "Lines.Material", "Lines.Count",
     "Price each"],
    ["Frame", "P1", 5, "2027/3/1", "day", "P1", 2, "1.5"],
    ["", "", "", "", "", "P2", 3, "2"],
    ["Wheel", "P2", 1, "2027-04-01 00:00:00.000", "Night shift", "P2", 1, ""],
]  # fmt: skip


@pytest.mark.cap(11)
@pytest.mark.parametrize("kind", ["csv_file", "xlsx_file"])
def test_rows_of_a_sub_table_below_their_record(
    desk: Desk, request: pytest.FixtureRequest, kind: str
) -> None:
    job = load(desk, "job", request.getfixturevalue(kind)(JOBS))
    assert (job.good, found(job)) == (2, [])
    frame, wheel = records(desk, "job")
    assert [row.values["count"] for row in rows(frame)] == [2, 3]
    assert str(frame.values["total"]) == "9.00"
    assert wheel.values["shift"] == "night"
    with desk.store.reading() as unit:
        event = unit.journal.of_record("job", frame.id, 1)[0]
    assert (event.via, event.actor, event.tracking) == ("import", "operator", frame.code)


def rows(record: Record) -> tuple[Row, ...]:
    """Return the lines of a job."""
    lines = record.values["lines"]
    assert isinstance(lines, tuple)
    return tuple(row for row in lines if isinstance(row, Row))


def test_the_place_of_a_bad_row_is_that_of_the_file(desk: Desk, csv_file: MakeFile) -> None:
    wrong = [list(row) for row in JOBS]
    wrong[2][5], wrong[3][6] = "P9", "0"
    job = load(desk, "job", csv_file(wrong))
    assert [(one.row, one.column, one.field) for one in found(job)] == [
        (3, "Lines.Material", "lines[2].material"),
        (4, "Lines.Count", "lines[1].count"),
    ]


def test_rows_that_contradict_or_stand_apart(desk: Desk, csv_file: MakeFile) -> None:
    header = ["Code", *JOBS[0]]
    one = ["A", "Frame", "P1", 5, "2027-03-01", "day", "P1", 1, 1]
    rows = [header, one, ["A", "Other", *one[2:]], ["B", "Wheel", *one[2:]], one]
    job = load(desk, "job", csv_file(rows))
    assert [(one.code, one.row, one.column) for one in found(job)] == [
        ("head_differs", 2, "Subject"),
        ("rows_apart", 5, ""),
    ]


HEADS = [["JobID", "Subject", "PartID", "Pieces", "Due"],
         [1, "One", 11, 5, "2027-03-01"], [2, "Two", 12, 5, "2027-03-01"],
         [3, "Three", 99, 5, "2027-03-01"], [4, "Four", 11, 5, "2027-03-01"]]  # fmt: skip
DETAILS = [["JobID", "PartID", "Count", "Each"],
           [2, 12, 4, "1.10"], [1, 11, 1, "2.00"], [2, 11, 2, "3.00"], [3, 11, 1, 1],
           [4, 98, 1, 1], [7, 11, 1, 1]]  # fmt: skip


def test_head_and_detail_files_joined_and_matched(desk: Desk, csv_file: MakeFile) -> None:
    wanted = desk.catalogs.current().imports["jobs"]
    lines = csv_file(DETAILS, "details.csv")
    job = load(desk, "job", csv_file(HEADS, "heads.csv"), wanted, lines=lines)
    assert (job.good, job.bad) == (2, 3)
    one, two = records(desk, "job")
    assert (one.values["part_name"], str(one.values["total"])) == ("Bolt", "2.00")
    assert [str(row.values["amount"]) for row in rows(two)] == ["4.40", "6.00"]
    assert [(p.file, p.row, p.column, p.value, p.code) for p in found(job)] == [
        ("", 4, "PartID", "99", "unknown_reference"),
        ("details.csv", 6, "PartID", "98", "unknown_reference"),
        ("details.csv", 7, "", "7", "rows_without_head"),
    ]


def test_upsert_creates_changes_and_leaves_alone(desk: Desk, csv_file: MakeFile) -> None:
    wanted = desk.catalogs.current().imports["parts"]
    header = ["No", "Name", "SourceID", "Price", "Status"]
    rows = [header, ["P1", "Bolt M6", 11, "2.50", 4], ["P2", "Nut", 12, "2.5", 1],
            ["P3", "New", 13, "", 1]]  # fmt: skip
    job = load(desk, "part", csv_file(rows), wanted)
    assert (job.good, found(job)) == (3, [])
    bolt, nut, new = records(desk, "part")
    assert (bolt.values["name"], bolt.values["status"], bolt.version) == ("Bolt M6", "closed", 2)
    assert (nut.version, new.version) == (1, 1)
    load(desk, "part", csv_file(rows), wanted)
    assert [record.version for record in records(desk, "part")] == [2, 1, 1]


@pytest.mark.cap(60)
@pytest.mark.cap(2)
def test_rules_and_required_fields_hold_here_as_everywhere(desk: Desk, csv_file: MakeFile) -> None:
    rows = [[*JOBS[0], "Urgent"], [*JOBS[3], "是"], [*JOBS[1][:2], "", *JOBS[1][3:], ""]]
    job = load(desk, "job", csv_file(rows))
    assert [(one.code, one.field) for one in found(job)] == [
        ("hard_rule", "urgent"), ("required", "qty"),
    ]  # fmt: skip
    with desk.store.reading() as unit:
        kinds = [event.kind for event in unit.journal.after(0, 1_000)]
    assert kinds.count("refused") == 1  # a refusal by a rule is kept, as on every way in


@pytest.mark.cap(15)
def test_the_same_record_twice_in_a_file_is_flagged(desk: Desk, csv_file: MakeFile) -> None:
    job = load(desk, "job", csv_file([*JOBS, JOBS[3]][:1] + [JOBS[1], JOBS[3], JOBS[1]]))
    assert [one.code for one in found(job)] == ["possible_duplicate"]


def test_formula_cells(desk: Desk, xlsx_file: MakeFile) -> None:
    rows = [["Part code", "Part name", "Price"], ["P10", "Never computed", "=1+1"]]
    job = load(desk, "part", xlsx_file(rows))
    assert [(p.code, p.column, p.value) for p in found(job)] == [
        ("formula_without_value", "Price", "=1+1")
    ]


def test_only_who_may_import_imports(desk: Desk, csv_file: MakeFile) -> None:
    with pytest.raises(Refused) as refused:
        import_.start(desk, PLANNER, CLI, "part", csv_file(PARTS))
    assert refused.value.status == 403
    assert import_.start(desk, PLANNER, CLI, "job", csv_file(JOBS)).actor == "anna"


UNFIT = [
    (b"", "unreadable_file"),
    (b"\xff\xff\x00", "unreadable_file"),
    (b"PK\x03\x04" + bytes(100), "unreadable_file"),
    (b"\xd0\xcf\x11\xe0" + bytes(100), "unreadable_file"),
    (b"\x1f\x8b" + bytes(20), "unreadable_file"),
    (b"a,a\n1,2\n", "unreadable_file"),
    (b"Part code,Part name\n", "no_rows"),
    (b'Part code,Part name\n"x', "unreadable_row"),
    (b"Part code\nP7\n", "no_column"),
]


@pytest.mark.parametrize(("content", "code"), UNFIT, ids=range(len(UNFIT)))
def test_a_file_that_does_not_fit_is_refused_as_a_whole(
    desk: Desk, content: bytes, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        import_.start(desk, ADMIN, CLI, "part", Upload("x.csv", content))
    assert refused.value.problems[0].code == code


def test_a_map_that_does_not_fit_names_every_column(desk: Desk, csv_file: MakeFile) -> None:
    wanted = desk.catalogs.current().imports["parts"]
    with pytest.raises(Refused) as refused:
        import_.start(desk, ADMIN, CLI, "part", csv_file(PARTS), wanted)
    assert [problem.got for problem in refused.value.problems] == ["No", "Name", "SourceID", "No"]


def test_the_template_is_filled_in_and_imported(desk: Desk, tmp_path: Path) -> None:
    content = import_.template(desk, ADMIN, "part", "zh")
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[1]][:2] == ["零件编码 *", "零件名称 *"]
    assert len(sheet.data_validations.dataValidation) == 1
    assert book.worksheets[1].title == "填写说明"
    sheet.append(["P20", "新零件", None, 3, "停用"])
    stream = io.BytesIO()
    book.save(stream)
    job = load(desk, "part", Upload("t.xlsx", stream.getvalue()))
    assert (job.good, job.bad) == (1, 0)  # the example row is no data
    assert records(desk, "part")[-1].values["status"] == "closed"
