"""What goes on around records: comments, notices, reviews, locks, drafts and saved views."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from seamline import clock
from seamline.access import Access, Reach
from seamline.facts import Actor, Origin
from seamline.metadata import Role
from seamline.problems import Refused
from seamline.store.locks import Lock
from seamline.store.ulid import ulid
from seamline.text import Text
from seamline.usecases import comments, drafts, notices, views

from .canaries import FOREIGN, MINE, Canary, word
from .staging import Stage

ORIGIN = Origin("seed")
SAYS = Text("{who} 处理了{record}", "{who} dealt with {record}")


@dataclass(frozen=True, slots=True)
class Situation:
    """One record with its reader, and a colleague who deals with it."""

    stage: Stage
    access: Access
    role: Role
    reader: Actor
    colleague: Actor
    form: str
    called: str

    @property
    def record(self) -> str:
        """The id of the record."""
        return self.stage.records[self.form, self.called]

    @property
    def reach(self) -> Reach:
        """How much of the form the reader sees."""
        return self.access.scope(self.reader, self.form)

    @property
    def open(self) -> bool:
        """Whether the reader is one of the house and sees all of the record."""
        inside = not self.access.outside(self.reader)
        return self.called == MINE and inside and not self.reach.narrowed

    def canary(self, name: str) -> str:
        """Return a word that the reader may see nowhere."""
        made = word()
        canary = Canary(self.form, self.called, name, frozenset({made}))
        self.stage.around.append(canary)
        return made


def surround(
    stage: Stage, access: Access, role: Role, reader: Actor, colleague: Actor
) -> Iterator[tuple[str, str, Refused]]:
    """Let everything happen to every record that was made; yield what could not, and why."""
    for form, called in list(stage.records):
        if called in (MINE, FOREIGN):
            at = Situation(stage, access, role, reader, colleague, form, called)
            for name, happen in HAPPENINGS.items():
                try:
                    happen(at)
                except Refused as refused:
                    yield form, name, refused


def _commented(at: Situation) -> None:
    """Comment on it, once naming the reader, and once among others: those are not for outsiders."""
    meant = at.canary("_comment") if at.called == FOREIGN else word()
    among = word() if at.open else at.canary("_comment")
    for words in (f"{meant} @{at.reader.id}", among):
        comments.comment(at.stage.desk, at.colleague, ORIGIN, at.form, at.record, words)


def _noticed(at: Situation) -> None:
    """Tell the reader of it, whatever they may see of it."""
    catalog = at.stage.desk.catalogs.current()
    with at.stage.desk.store.unit() as unit:
        newest = unit.journal.of_record(at.form, at.record, 1)[0]
        event = replace(newest, actor=at.colleague.id)
        for kind in ("followed", "trouble", "review"):
            notices.tell(unit, catalog, event, kind, SAYS, people=[at.reader.id])


def _reviewed(at: Situation) -> None:
    """Hold it for review, in the reader's own pools and in that of its rules, with a question."""
    catalog = at.stage.desk.catalogs.current()
    pools = {*at.role.pools}
    steps = [step for step in catalog.rules if step.partition(".")[0] == at.form]
    pools |= {catalog.rules[step].ruleset.review.pool for step in steps}
    with at.stage.desk.store.unit() as unit:
        decisions = unit.decisions.of_record(at.form, at.record)
        if not decisions or not steps:
            return
        due = clock.now() + timedelta(days=1)
        for pool in sorted(pools):
            asked = unit.reviews.open(at.record, at.form, steps[0], pool, due, decisions[0].id)
            unit.reviews.ask(asked, at.canary("_question"))


def _locked(at: Situation) -> None:
    """Lock it, for a reason that quotes what only those may know who see all of it."""
    said = word() if at.open else at.canary("_lock")
    lock = Lock("", at.form, at.record, "change", "rules.rule", "", Text.same(said),
                at.colleague.id, clock.now())  # fmt: skip
    with at.stage.desk.store.unit() as unit:
        unit.locks.add(lock)


def _drafted(at: Situation) -> None:
    """Let somebody else begin one more."""
    words = {"remark": [at.canary("_draft")]}
    change = drafts.Change(ulid(clock.now()), at.form, "create", words=words)
    drafts.save(at.stage.desk, at.colleague, change)


def _viewed(at: Situation) -> None:
    """Let somebody else keep a view of their own, and share one that asks for what is hidden."""
    desk, author = at.stage.desk, at.colleague
    own = [one for one in at.stage.canaries if (one.form, one.record) == (at.form, at.called)]
    query = [(one.name, min(one.shown)) for one in {one.name: one for one in own}.values()]
    views.save(desk, author, at.form, at.canary("_view"), query, "")
    hidden = [pair for pair in query if not at.reach.sees(pair[0])]
    views.save(desk, author, at.form, word(), hidden, at.role.id)


HAPPENINGS: dict[str, Callable[[Situation], None]] = {
    "comments": _commented,
    "notices": _noticed,
    "reviews": _reviewed,
    "locks": _locked,
    "drafts": _drafted,
    "views": _viewed,
}
