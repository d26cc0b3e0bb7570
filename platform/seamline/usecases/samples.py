"""Sample records: drawn from a form's metadata, taken in through the one door, gone as a set."""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from seamline import clock
from seamline.catalog import Catalog
from seamline.facts import Actor, Origin
from seamline.metadata import Field
from seamline.problems import Problem, Refused
from seamline.store import Query, Sample, SampleBatch, Unit
from seamline.store.ulid import ulid
from seamline.text import Language, Text

from . import look
from .design import DESIGN
from .desk import Desk
from .sampling.drawing import Draw
from .submit import RefusedByRules, Submission, Submitted, submit_in
from .submitting.admit import form_named

MOST = 500
TRIES = 40
SETTLE = 25  # after so many tries what waits for a review is good enough
FIRST = 3  # records made of a form that is referred to and has none
DEEPEST = 4
SEEN = 300  # records of a form among which references choose
WHY = "sample data"


@dataclass(frozen=True, slots=True)
class Made:
    """What was made: how many of how many, in which batch, and what stood in the way of others."""

    batch: str
    made: int
    asked: int
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Gone:
    """What was taken away again, and what could not be."""

    gone: int
    problems: tuple[Problem, ...] = ()


def make(desk: Desk, actor: Actor, origin: Origin, form: str, count: int, seed: int = 1) -> Made:
    """Make sample records of a form, each as a person could have entered it.

    What it refers to and is not there is made first. The same workspace and seed make the same
    records. Raises Refused 403, 404, 422 for a count that is none.
    """
    catalog = desk.catalogs.current()
    catalog.access.require(actor, DESIGN, "*")
    form_named(catalog, form)
    catalog.access.require(actor, "create", form)
    if not 1 <= count <= MOST:
        say = Text(f"数量应为 1–{MOST}。", f"The count is 1 to {MOST}.")
        raise Refused.one("count_out_of_range", say)
    work = _Making(desk, catalog, actor, origin, ulid(), seed)
    made = work.several(form, count, ())
    return Made(work.batch, made, count, tuple(work.problems[-1:] if made < count else ()))


def batches(desk: Desk, actor: Actor) -> tuple[SampleBatch, ...]:
    """Return the batches of sample records, by form, the newest first; raises Refused 403."""
    desk.catalogs.current().access.require(actor, DESIGN, "*")
    with desk.store.reading() as unit:
        return unit.samples.batches()


def marked(desk: Desk, form: str, record: str) -> bool:
    """Return whether a record is a sample, for who may see it."""
    with desk.store.reading() as unit:
        return bool(unit.samples.among(form, [record]))


def remove(desk: Desk, actor: Actor, origin: Origin, batch: str) -> Gone:
    """Archive every record of a batch, what refers to others first; raises Refused 403."""
    catalog = desk.catalogs.current()
    catalog.access.require(actor, DESIGN, "*")
    with desk.store.reading() as unit:
        found = unit.samples.of_batch(batch)
    problems: list[Problem] = []
    gone = 0
    for one in found:
        with desk.store.unit() as unit:
            try:
                with unit.savepoint():
                    asked = Submission(one.form, "archive", record=one.record, reason=WHY)
                    submit_in(unit, catalog, actor, origin, asked)
            except Refused as refused:
                problems += refused.problems[:1]
                continue
            unit.samples.forget(one.form, [one.record])
            gone += 1
    return Gone(gone, tuple(dict.fromkeys(problems)))


class _Again(Exception):  # noqa: N818  # no error: what was tried is rolled back
    pass


@dataclass(slots=True)
class _Making:
    """One batch being made."""

    desk: Desk
    catalog: Catalog
    actor: Actor
    origin: Origin
    batch: str
    seed: int
    made: int = 0
    problems: list[Problem] = field(default_factory=list)
    keys: dict[str, list[str]] = field(default_factory=dict)

    def several(self, form: str, count: int, above: tuple[str, ...]) -> int:
        """Make some records of a form; return how many came about."""
        self._provide(form, (*above, form))
        start = self._present(form)
        return sum(self._one(form, start + number) for number in range(1, count + 1))

    def _provide(self, form: str, above: tuple[str, ...]) -> None:
        """Make what a form refers to and must have, where there is none of it."""
        for _path, each in self.catalog.forms[form].form.every_field():
            to = str(each.settings.get("to", ""))
            if each.kind != "reference" or to not in self.catalog.forms or to in above:
                continue
            if len(above) <= DEEPEST and not self._keys(to):
                if self.catalog.access.may(self.actor, "create", to):
                    self.several(to, FIRST, above)
                self.keys.pop(to, None)

    def _present(self, form: str) -> int:
        """Return how many records there are: numbers go on behind them."""
        with self.desk.store.reading() as unit:
            tables = self.catalog.forms[form].tables
            return unit.records.page(tables, Query(archived=True, limit=1)).total or 0

    def _keys(self, form: str) -> Sequence[str]:
        """Return what references may call the records of a form, the oldest first."""
        if form not in self.keys:
            model = self.catalog.forms[form]
            query = Query(sort=("_created_at",), limit=SEEN, total=False)
            reads = self.catalog.access.may(self.actor, "read", form)
            rows = look.page(self.desk, self.actor, form, query).rows if reads else ()
            key = model.form.key
            self.keys[form] = [
                str(row.values.get(key) if key else row.code or row.id) for row in rows
            ]
        return self.keys[form]

    def _one(self, form: str, number: int) -> bool:
        """Make one record: what the door says against it is mended, or drawn anew."""
        fill: set[str] = set()
        leave: set[str] = set()
        confirmed: set[str] = set()
        for attempt in range(TRIES):
            dice = random.Random(f"{self.seed} {form} {number} {attempt}")
            try:
                with self.desk.store.unit() as unit:
                    self._try(unit, form, number, dice, (fill, leave, confirmed), attempt)
            except _Again:
                continue
            except RefusedByRules as refused:
                self.problems += refused.problems[:1]
                if attempt % 8 == 7:
                    leave.clear()
            except Refused as refused:
                self.problems += refused.problems[:1]
                if refused.status == 403:
                    return False
                _learned(refused, fill, leave, confirmed)
            else:
                return True
        return False

    def _try(
        self, unit: Unit, form: str, number: int, dice: random.Random,
        known: tuple[set[str], set[str], set[str]], attempt: int,
    ) -> None:  # fmt: skip
        fill, leave, confirmed = known
        draw = Draw(
            form=self.catalog.forms[form].form,
            language=self._language(form),
            today=clock.today(self.catalog.zone),
            number=number,
            dice=dice,
            keys=self._keys,
            kept=lambda one: _file(unit, one),
            people=[user.login for user in unit.accounts.users() if user.active],
            fill=fill,
            leave=leave,
        )
        model = self.catalog.forms[form]
        values = draw.values([one.id for one in model.form.fields])
        asked = Submission(form, "create", values, confirmed=frozenset(confirmed))
        done = submit_in(unit, self.catalog, self.actor, self.origin, asked)
        if done.outcome == "held" and attempt < SETTLE:
            raise _Again
        self._mark(unit, done, form)

    def _mark(self, unit: Unit, done: Submitted, form: str) -> None:
        self.made += 1
        record = done.record
        unit.samples.add(
            Sample(form, record.id, self.batch, self.made, self.seed, self.actor.id, clock.now())
        )
        key = self.catalog.forms[form].form.key
        if form in self.keys:
            self.keys[form].append(str(record.values.get(key) if key else record.code or record.id))

    def _language(self, form: str) -> Language:
        for package in self.catalog.packages:
            if any(one.id == form for one in package.forms):
                return "zh" if package.head.language == "zh" else "en"
        return "zh"


def _learned(refused: Refused, fill: set[str], leave: set[str], confirmed: set[str]) -> None:
    """Take from what the door said what has to be filled, left empty, or looked at."""
    for problem in refused.problems:
        path = ".".join(part for part in problem.place.path.split(".") if not part.isdigit())
        path = path.partition("[")[0] + path.partition("]")[2]
        if problem.code in ("required", "rows_required", "too_few_rows"):
            leave.discard(path)
            fill.add(path)
        elif problem.code == "possible_duplicate" and problem.got:
            confirmed.add(problem.got)
        elif path and path not in fill:
            leave.add(path)


def _file(unit: Unit, one: Field) -> dict[str, object]:
    """Return a stored picture that says nothing, for a field that asks for a file."""
    types = [word for word in one.settings.get("types", ()) if not word.endswith("*")]
    media = types[0] if types else "image/png"
    kept = unit.files.put(_picture(), f"{one.id}.png", media)
    return {
        "sha256": kept.sha256, "name": kept.name, "media_type": kept.media_type,
        "size": kept.size,
    }  # fmt: skip


def _picture() -> bytes:
    """Return a small gray PNG."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0))
    rows = chunk(b"IDAT", zlib.compress((b"\x00" + b"\xcc" * 8) * 8))
    return b"\x89PNG\r\n\x1a\n" + head + rows + chunk(b"IEND", b"")
