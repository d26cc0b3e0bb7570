"""Papers: taken in with their file, read in the background, confirmed through the one door.

A paper says what its record will say: who does not read the form whole sees only papers of their
own, and neither teaches forms nor looks at what was learned.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from seamline import clock
from seamline.facts import Actor, FileRef, Record
from seamline.forms import FormModel
from seamline.problems import Refused
from seamline.reading.learning import Form
from seamline.reading.pages import to_json
from seamline.reading.process import Reader
from seamline.store.papers import OPEN, LearnedForm, PaperRow, standing
from seamline.store.ulid import ulid
from seamline.text import Text

from . import files
from .desk import Desk
from .paperwork.knowing import known
from .paperwork.offered import Offered, to_words
from .paperwork.reading import ReadPaper, understood
from .paperwork.teaching import Lesson, teach, truth_of
from .submitting.admit import form_named

CREATE = "create"


@dataclass(frozen=True, slots=True)
class Learned:
    """A learned form as people see it: its version, what it knows, and whether it can go back."""

    row: LearnedForm
    form: Form


def model_of(desk: Desk, actor: Actor, form: str) -> FormModel:
    """Return a form that takes papers; raises Refused 403 or 404."""
    catalog = desk.catalogs.current()
    model = form_named(catalog, form)
    catalog.access.require(actor, CREATE, form)
    if model.form.paper is None:
        say = Text("此表单不从单据新建。", "Records of this form are not made from papers.")
        raise Refused.one("no_papers", say, status=404)
    return model


def _by(desk: Desk, actor: Actor, form: str) -> str:
    """Return whose papers the actor sees: their own, or empty where all of them."""
    return "" if desk.catalogs.current().access.whole(actor, form) else actor.id


@dataclass(frozen=True, slots=True)
class TakenIn:
    """A paper in the inbox; `repeated` where the same file had come before."""

    row: PaperRow
    repeated: bool = False


def take_in(
    desk: Desk,
    actor: Actor,
    form: str,
    content: bytes,
    name: str,
    kind: str,
    source: str = "",
    named: bool = False,
) -> TakenIn:
    """Keep a paper and let it wait to be read; the same file again gives the paper that is there.

    `source` is the connection it came by, empty where a person brought it; where it is `named`,
    the same file under another name is another paper.

    Raises Refused 403, 404, 422 an empty file.
    """
    model_of(desk, actor, form)
    ref = files.keep(desk, actor, content, name, kind)
    with desk.store.unit() as unit:
        by, called = _by(desk, actor, form), ref.name if named else ""
        before = unit.papers.same_file(form, ref.sha256, by, called)
        if before is not None:
            return TakenIn(before, repeated=True)
        row = PaperRow(
            ulid(), form, "waiting", ref.sha256, ref.name, ref.media_type, ref.size, actor.id,
            clock.now(), source=source,
        )  # fmt: skip
        unit.papers.add(row)
    return TakenIn(row)


def read_next(desk: Desk, reader: Reader) -> bool:
    """Read the paper that waits longest; returns whether there was one."""
    with desk.store.unit() as unit:
        row = unit.papers.next()
        path = unit.files.path(row.sha256) if row is not None else None
    if row is None or path is None:
        return False
    try:
        paper = reader.read(path)
    except Refused as refused:
        problem = json.dumps(refused.problems[0].as_json(), ensure_ascii=False)
        with desk.store.unit() as unit:
            unit.papers.move(row.id, "reading", state="failed", problem=problem)
        return True
    with desk.store.unit() as unit:
        pictures = [
            unit.files.put(one, f"{row.name}-{number + 1}.jpg", "image/jpeg").sha256
            for number, one in enumerate(paper.pictures)
        ]
        words = json.dumps(to_json(paper.pages), ensure_ascii=False)
        kept = json.dumps(pictures)
        unit.papers.move(row.id, "reading", state="read", pages=words, pictures=kept)
    return True


def recover(desk: Desk) -> int:
    """Let papers wait again whose reading was cut off; returns how many wait now."""
    with desk.store.unit() as unit:
        unit.papers.again()
        return unit.papers.waiting()


def waiting(desk: Desk) -> int:
    """Return how many papers wait to be read."""
    with desk.store.reading() as unit:
        return unit.papers.waiting()


def inbox(desk: Desk, actor: Actor, form: str) -> tuple[PaperRow, ...]:
    """Return the papers of a form that have not become records yet."""
    model_of(desk, actor, form)
    with desk.store.reading() as unit:
        return unit.papers.of(form, OPEN, by=_by(desk, actor, form))


def paper(desk: Desk, actor: Actor, form: str, word: str) -> PaperRow:
    """Return one paper of a form; raises Refused 404."""
    model_of(desk, actor, form)
    with desk.store.reading() as unit:
        row = unit.papers.get(word)
    if row is None or row.form != form or _by(desk, actor, form) not in ("", row.actor):
        say = Text("没有这份单据。", "There is no such paper.")
        raise Refused.one("unknown_paper", say, status=404)
    return row


def understand(desk: Desk, actor: Actor, form: str, word: str) -> ReadPaper:
    """Return a paper with its values; raises Refused 404, 409 where it is not read (any more)."""
    row, model = paper(desk, actor, form, word), model_of(desk, actor, form)
    if row.state != "read":
        say = Text("这份单据现在不能核对。", "This paper cannot be checked now.")
        raise Refused.one("paper_state", say, status=409)
    with desk.store.reading() as unit:
        versions = unit.papers.learned(form)
    read = understood(desk, actor, model, row, versions)
    offered = to_words(
        Offered(
            one.path, one.word, one.said, one.label.zh, one.label.en,
            "sure" if one.accepted else "",
        )
        for one in read.values
    )  # fmt: skip
    if offered != row.offered:  # the door judges by what was shown
        with desk.store.unit() as unit:
            unit.papers.move(row.id, "read", offered=offered)
    return replace(read, row=replace(row, offered=offered))


def original(row: PaperRow) -> FileRef:
    """Return the file of a paper, as evidence for its record."""
    return FileRef(row.sha256, row.name, row.media_type, row.size)


def finish(desk: Desk, actor: Actor, read: ReadPaper, record: Record) -> Lesson | None:
    """Learn from a paper that the door has made a record of; None for who may not teach."""
    model = model_of(desk, actor, read.row.form)
    truth = truth_of(model, record, known(desk, actor, model))
    with desk.store.unit() as unit:
        told = json.dumps(truth.as_json(), ensure_ascii=False)
        kept = unit.papers.move(read.row.id, "confirmed", truth=told)
    if not kept or _by(desk, actor, read.row.form):
        return None
    lesson = teach(desk, actor, model, read.row, truth)
    with desk.store.unit() as unit:
        unit.papers.move(read.row.id, "confirmed", learned=lesson.form)
    return lesson


def discard(desk: Desk, actor: Actor, form: str, word: str) -> None:
    """Take a paper out of the inbox; its file stays."""
    row = paper(desk, actor, form, word)
    with desk.store.unit() as unit:
        unit.papers.move(row.id, row.state, state="discarded")


def library(desk: Desk, actor: Actor, form: str) -> tuple[Learned, ...]:
    """Return the learned forms that count."""
    model_of(desk, actor, form)
    if _by(desk, actor, form):
        return ()
    with desk.store.reading() as unit:
        versions = unit.papers.learned(form)
    return tuple(Learned(one, Form.of(one.body)) for one in standing(versions))


def take_back(desk: Desk, actor: Actor, form: str, learned: str, version: int) -> bool:
    """Undo the newest version of a learned form: the one before counts. Raises Refused 403."""
    model_of(desk, actor, form)
    desk.catalogs.current().access.require_whole(actor, form)
    with desk.store.unit() as unit:
        return unit.papers.undo(form, learned, version, actor.id)
