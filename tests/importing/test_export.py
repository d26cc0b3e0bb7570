"""Export: what goes out comes back equal, no cell runs as a formula, rights are asked."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest

from seamline.facts import Actor, Origin, Record, Ref, Row
from seamline.problems import Refused
from seamline.store import Query
from seamline.usecases import import_, look
from seamline.usecases.desk import Desk
from seamline.usecases.export import export
from seamline.usecases.import_ import Upload
from seamline.usecases.importing.cells import guarded, unguarded
from seamline.usecases.submit import Submission, submit

ADMIN = Actor("operator", "operator", ("administrator",), language="en")
CLI = Origin("cli")

FULL: dict[str, Any] = {
    "subject": "=1+1",
    "part": "P1",
    "qty": 7,
    "weight": "12.345",
    "budget": "123456789012345.67",
    "loss": "2.5",
    "urgent": True,
    "due": "2027-03-01",
    "starts": "2027-03-01T08:30:15+08:00",
    "lasts": "1d2h",
    "shift": "day",
    "tags": ["fragile", "heavy"],
    "note": "two\nlines, \"quoted\"; 'and' more",
    "label": "00123",
    "phone": "+86 13800000000",
    "email": "a@example.com",
    "link": "https://example.com/?a=1&b=2",
    "owner": "anna",
    "site": "-31.2,121.4",
    "lines": [
        {"material": "P1", "count": 2, "price": "1.25", "remark": "@SUM(A1)"},
        {"material": "P2", "count": 1, "price": None, "remark": "'=quoted"},
    ],
}
PLAIN: dict[str, Any] = {
    "subject": "-", "part": "P2", "qty": 1, "due": "2027-03-01", "shift": "night",
    "lines": [{"material": "P2", "count": 1}],
}  # fmt: skip


@pytest.fixture
def jobs(desk: Desk) -> list[Record]:
    """A job with every kind of value, one with few, and one that differs in its code only."""
    made = [FULL, PLAIN, PLAIN]
    return [
        submit(
            desk,
            ADMIN,
            CLI,
            Submission("job", "create", values, confirmed=frozenset({"same_subject"})),
        ).record
        for values in made
    ]


def written(desk: Desk, form: str = "job", **more: Any) -> tuple[bytes, Any]:
    """Export a form into bytes."""
    out = io.BytesIO()
    done = export(desk, ADMIN, form, out, **more)
    return out.getvalue(), done


def plain(records: list[Record]) -> list[dict[str, Any]]:
    """Return what people entered of records: no ids, no codes."""
    return [
        {name: entered(value) for name, value in record.values.items() if name != "serial"}
        for record in records
    ]


def entered(value: Any) -> Any:
    """Return a value without the ids that each workspace gives."""
    if isinstance(value, Ref):
        return value.key
    if isinstance(value, Row):
        return {name: entered(cell) for name, cell in value.values.items()}
    return [entered(item) for item in value] if isinstance(value, tuple) else value


@pytest.mark.parametrize("headers", ["id", "label"])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("format_", ["csv", "xlsx"])
def test_what_goes_out_comes_back_equal(
    desk: Desk, other: Desk, jobs: list[Record], headers: str, language: str, format_: str
) -> None:
    content, done = written(desk, format=format_, headers=headers, language=language)
    assert done.records == 3
    job = import_.start(other, ADMIN, CLI, "job", Upload(f"back.{format_}", content))
    job = import_.run(other, ADMIN, job.id)
    problems = [one.sentence("en") for one in import_.problems_of(job)]
    # The third job equals the second, which the check for duplicates says, as it should.
    assert job.good == 2 and len(problems) == 1 and "already" in problems[0]
    before = list(look.stream(desk, ADMIN, "job", Query(sort=("_created_at",))))
    after = list(look.stream(other, ADMIN, "job", Query(sort=("_created_at",))))
    assert plain(after) == plain(before[:2])


def test_no_cell_runs_as_a_formula(desk: Desk, jobs: list[Record]) -> None:
    content, done = written(desk)
    cells = [cell for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))) for cell in row]
    assert not [cell for cell in cells if cell[:1] in ("=", "@", "+", "\t", "\r")]
    assert "'=1+1" in cells and "'@SUM(A1)" in cells and "'-" in cells
    assert done.guarded == 7
    assert "7 text cells" in done.notes[0].en
    book = openpyxl.load_workbook(io.BytesIO(written(desk, format="xlsx")[0]))
    assert {cell.data_type for row in book.worksheets[0].iter_rows() for cell in row} <= {
        "s", "n", "b", "d",
    }  # fmt: skip


@pytest.mark.parametrize("text", ["=a", "'=a", "''=a", "+1", "-1", "@x", "'x", "x", "", "'", "a=b"])
def test_guard_and_back(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert guarded(text)[:1] not in ("=", "+", "-", "@")


def test_json_holds_everything(desk: Desk, jobs: list[Record]) -> None:
    content, _ = written(desk, format="json")
    data = json.loads(content)
    assert [one["code"] for one in data] == [job.code for job in jobs]
    assert data[0]["values"]["budget"] == "123456789012345.67"
    assert data[0]["labels"]["lines[2].material"] == "Nut"


def test_only_what_matches(desk: Desk, jobs: list[Record]) -> None:
    where = {"and": [{"==": [{"var": "shift"}, "night"]}, {"<": [{"var": "qty"}, 5]}]}
    content, done = written(desk, format="json", where=where)
    assert (done.records, len(json.loads(content))) == (2, 2)
    with pytest.raises(Refused) as refused:
        written(desk, where={"==": [{"var": "shft"}, "night"]})
    assert refused.value.problems[0].place.path.startswith("where")


def test_an_empty_form_has_headers_only(desk: Desk) -> None:
    content, done = written(desk, "job", headers="label", language="zh")
    first = content.decode("utf-8-sig").splitlines()
    assert (len(first), done.records) == (1, 0)
    assert first[0].startswith("编号,追踪码,状态,主题,主零件")


@pytest.mark.parametrize("roles", [(), ("planner",)])
def test_the_right_to_export_is_asked_for(
    desk: Desk, jobs: list[Record], roles: tuple[str, ...]
) -> None:
    who = Actor("x", "X", roles)
    act: Callable[[], Any] = lambda: export(desk, who, "job", io.BytesIO())  # noqa: E731
    if roles:
        assert act().records == 3
        return
    with pytest.raises(Refused) as refused:
        act()
    assert refused.value.status == 403
