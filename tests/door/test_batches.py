"""Many submissions in one go leave what they leave one by one: generated ones, on both databases.

Two workspaces are given the same submissions, one of them in single transactions and the other in
batches; every table of theirs is compared, ids by the order in which they first came up. The same
is done with files that are imported.
"""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st
from sqlalchemy import MetaData, delete, select, update

from seamline import clock
from seamline.facts import Actor, Origin
from seamline.problems import Refused
from seamline.store.platform_tables import PLATFORM
from seamline.usecases import import_
from seamline.usecases.submit import (
    RefusedByRules,
    Submission,
    keep_refusal,
    submit_in,
    together,
)

from ..published import published

ADMIN = Actor("admin", "Admin", ("administrator",))
KEEPER = Actor("li", "李娜", ("keeper",))
API = Origin("api", "127.0.0.1", "test")
SHELVES = Path(__file__).parents[1] / "packages" / "shelves"
PARTS = st.sampled_from(["P0", "P1", "P2", "P3", "?"])
NUMBERS = st.sampled_from([-1, 0, 2, 3, 40, 95, None])
NOTES = st.sampled_from(["a", "b", None])
WHICH = st.integers(0, 9)  # the place of a record among those that are there
START = datetime(2026, 3, 1, tzinfo=UTC)
SEALED = {"nonce", "hash", "previous_hash", "digest", "decision_hash"}  # follow from random words
HELD = re.compile("f_|seam_(events|decisions|outbox|reviews|locks|notices|prompts|seq|follows)")
ID = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{26}\b")


def _step(form, step, **values):
    which = st.none() if step == "create" else WHICH
    sure = st.booleans()
    who = st.sampled_from([ADMIN, ADMIN, KEEPER])
    return st.tuples(st.just(form), st.just(step), which, st.fixed_dictionaries(values), sure, who)


BOXES = st.lists(st.fixed_dictionaries({"part": PARTS, "qty": NUMBERS}), max_size=2)
ACTS = st.one_of(
    _step("part", "create", code=PARTS, name=NOTES, floor=NUMBERS),
    _step("part", "change", name=NOTES, floor=NUMBERS),
    _step("part", "archive"),
    _step("shelf", "create", part=PARTS, qty=NUMBERS, note=NOTES, boxes=BOXES),
    _step("shelf", "change", part=PARTS, above=st.sampled_from(["S001", "S003"]), boxes=BOXES),
    *[_step("shelf", "count", qty=NUMBERS, note=NOTES)] * 4,
    _step("shelf", "archive"),
    _step("shelf", "restore"),
)


class Side:
    """One of the workspaces, and how it takes submissions."""

    def __init__(self, desk, many):
        self.desk, self.many = desk, many
        self.catalog = desk.catalogs.current()
        self.held = MetaData()
        with desk.store.reading() as unit:
            self.held.reflect(unit.connection, only=lambda name, _: bool(HELD.match(name)))

    def do(self, acts, together_with):
        """Submit acts in parts of so many; return what came of each."""
        came = []
        for start in range(0, len(acts), together_with):
            came += self._part(acts[start : start + together_with])
        return came

    def _part(self, acts):
        with self.desk.store.unit() as unit:
            for record in self._ids(unit, "shelf"):
                unit.people.follow("li", "shelf", record, START)
            asked = [(self._asked(unit, act), act[-1]) for act in acts]
        if not self.many:
            return [self._alone(*one) for one in asked]
        with self.desk.store.unit() as unit, together(unit, self.catalog, [a for a, _ in asked]):
            return [self._one(unit, *one) for one in asked]

    def _alone(self, asked, actor):
        with self.desk.store.unit() as unit:
            return self._one(unit, asked, actor)

    def _one(self, unit, asked, actor):
        try:
            done = submit_in(unit, self.catalog, actor, API, asked)
        except RefusedByRules as refusal:
            keep_refusal(unit, refusal)
            return [problem.as_json() for problem in refusal.problems]
        except Refused as refused:
            return [problem.as_json() for problem in refused.problems]
        return [done.record.version, done.repeated, done.event.seq, len(done.prompts)]

    def _asked(self, unit, act):
        form, step, which, values, sure, _ = act
        record = ""
        if which is not None:
            known = self._ids(unit, form)
            record = known[which % len(known)] if known else "none"
        given = {name: value for name, value in values.items() if value is not None}
        return Submission(
            form, step, given, record, reason="x", only_if_changed=step == "change",
            confirmed=frozenset({"same"} if sure else ()),
        )  # fmt: skip

    def load(self, form, rows, **more):
        """Import rows, all in one go or each by itself; return what came of it."""
        text = io.StringIO()
        file = csv.DictWriter(text, list(rows[0]))
        file.writeheader()
        file.writerows(rows)
        upload = import_.Upload(f"{form}.csv", text.getvalue().encode())
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(import_, "BATCH", 200 if self.many else 1)
            job = import_.start(self.desk, ADMIN, Origin("cli"), form, upload, **more)
            done = import_.run(self.desk, ADMIN, job.id)
        return done.state, done.position, done.good, done.bad, done.problems

    def _ids(self, unit, form):
        id = self.catalog.forms[form].tables.main.c["_id"]
        return unit.connection.execute(select(id).order_by(id)).scalars().all()

    def empty(self):
        """Take everything away but the journal, from which nothing is ever taken."""
        with self.desk.store.unit() as unit:
            for table in reversed(self.held.sorted_tables):
                if table.name not in ("seam_events", "seam_decisions"):
                    unit.connection.execute(delete(table))

    def tables(self, since):
        """Return every row there has been since a moment, as far as it does not come of chance."""
        seen: dict[str, str] = {}
        found = []
        with self.desk.store.reading() as unit:
            for name, table in sorted(self.held.tables.items()):
                table = PLATFORM.tables.get(name, table)
                shown = [column for column in table.columns if column.name not in SEALED]
                rows = select(*shown).order_by(*table.primary_key.columns)
                if name in ("seam_events", "seam_decisions"):
                    rows = rows.where(table.c.at >= since)
                held = unit.connection.execute(rows)
                found += [(name, *(_plain(cell, seen) for cell in row)) for row in held]
            assert unit.journal.verify().sound
        return found


def _plain(cell, seen):
    return ID.sub(lambda id: seen.setdefault(id[0], f"id {len(seen)}"), str(cell))


@pytest.fixture(scope="module")
def sides(database, another_database, tmp_path_factory):
    """The two workspaces, and a clock that goes on from one example to the next."""
    urls = (database, another_database)
    desks = [published(tmp_path_factory.mktemp("side"), SHELVES, url) for url in urls]
    yield Side(desks[0], many=False), Side(desks[1], many=True), count()
    for desk in desks:
        desk.close()


@settings(max_examples=25, deadline=None)
@given(acts=st.lists(ACTS, min_size=1, max_size=12), size=st.sampled_from([2, 5, 12]))
def test_a_batch_leaves_what_its_submissions_leave_one_by_one(sides, acts, size):
    one_by_one, batches, turns = sides
    one_by_one.empty(), batches.empty()
    at = START + timedelta(minutes=next(turns))
    with clock.frozen(at):
        came = [side.do(acts, size) for side in (one_by_one, batches)]
    assert came[0] == came[1]
    assert one_by_one.tables(at) == batches.tables(at)


WORDS = st.sampled_from(["", "2", "3", "95", "-1", "x"])
PART_ROWS = st.fixed_dictionaries(
    {"code": PARTS, "name": st.sampled_from(["a", "b", ""]), "floor": WORDS}
)
SHELF_ROWS = st.fixed_dictionaries(
    {
        "part": PARTS, "above": st.sampled_from(["", "", "S001", "S003"]), "qty": WORDS,
        "note": st.sampled_from(["a", "b", ""]), "boxes.part": PARTS, "boxes.qty": WORDS,
    }
)  # fmt: skip
HOW = st.sampled_from([{}, {}, {"dry_run": True}, {"policy": "all_or_nothing"}])


@settings(max_examples=20, deadline=None)
@given(
    parts=st.lists(PART_ROWS, min_size=1, max_size=8),
    shelves=st.lists(SHELF_ROWS, min_size=1, max_size=8),
    mode=st.sampled_from(["create", "upsert"]),
    how=HOW,
)
def test_an_import_in_batches_leaves_what_it_leaves_row_by_row(sides, parts, shelves, mode, how):
    one_by_one, batches, turns = sides
    one_by_one.empty(), batches.empty()
    at = START + timedelta(minutes=next(turns))
    came = []
    with clock.frozen(at):
        for side in (one_by_one, batches):
            side.load("part", [{"code": "P0", "name": "a", "floor": "3"}])
            came.append([side.load("part", parts, mode=mode), side.load("shelf", shelves, **how)])
    assert came[0] == came[1]
    assert one_by_one.tables(at) == batches.tables(at)


def test_what_the_database_refuses_of_a_batch_is_named_row_by_row(sides):
    one_by_one, batches, turns = sides
    one_by_one.empty(), batches.empty()
    at = START + timedelta(minutes=next(turns))
    rows = [{"part": "P0", "note": note} for note in "abc"]
    came = []
    with clock.frozen(at):
        for side in (one_by_one, batches):
            side.load("part", [{"code": "P0", "name": "a"}])
            side.load("shelf", rows[:2])
            with side.desk.store.unit() as unit:  # a workspace whose counters were put back
                unit.connection.execute(update(PLATFORM.tables["seam_sequences"]).values(value=1))
            came.append(side.load("shelf", rows, policy="keep_good"))
    assert came[0] == came[1]
    assert (came[0][2], came[0][3]) == (0, 3)
    assert one_by_one.tables(at) == batches.tables(at)
