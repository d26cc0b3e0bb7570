"""Designing a package: a draft of its documents, edited in small steps that can all be undone."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from seamline import clock
from seamline.facts import Actor
from seamline.package.sources import kind_of_path
from seamline.problems import Place, Problems, Refused, did_you_mean, shorten
from seamline.store import DesignEdit, DesignHead, DesignText, Installed, Splice, Unit
from seamline.text import Text

from .designing.edits import Edit, Put, Write, merged
from .designing.wording import words_of
from .desk import Desk

DESIGN = "design"  # the act upon packages that a role's `studio` grants
HEAD = "package.yaml"
_ID = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True, slots=True)
class Design:
    """A package as its draft has it; without a draft, as it serves.

    `served` are the texts in service, `texts` those of the draft. `undo` and `redo` are the edits
    that can be taken back and done again. `overtaken` are documents that were published by
    another way since the draft touched them.
    """

    package: str
    installed: Installed | None
    served: Mapping[str, str]
    texts: Mapping[str, str]
    head: DesignHead | None = None
    undo: DesignEdit | None = None
    redo: DesignEdit | None = None
    overtaken: tuple[str, ...] = ()

    @property
    def changed(self) -> tuple[str, ...]:
        """The documents in which the draft differs from what serves."""
        paths = {*self.served, *self.texts}
        return tuple(
            sorted(one for one in paths if self.served.get(one, "") != self.texts.get(one, ""))
        )

    @property
    def revision(self) -> int:
        """How often the draft was changed, undone and done again."""
        return self.head.revision if self.head else 0

    @property
    def at(self) -> datetime | None:
        """When it was changed last."""
        return self.head.at if self.head else None


def listed(desk: Desk, actor: Actor) -> tuple[Design, ...]:
    """Return every package, installed or only begun; raises Refused 403."""
    _require(desk, actor)
    with desk.store.reading() as unit:
        installed = [one.id for one in unit.packages.installed()]
        begun = [one.package for one in unit.designs.all() if one.package not in installed]
        return tuple(_design(unit, one) for one in (*installed, *begun))


def opened(desk: Desk, actor: Actor, package: str) -> Design:
    """Return a package as its draft has it; raises Refused 403 or 404."""
    _require(desk, actor)
    with desk.store.reading() as unit:
        return _design(unit, package)


def begin(desk: Desk, actor: Actor, package: str, texts: Mapping[str, str]) -> Design:
    """Begin a package that is not installed, with its first documents; raises Refused 409, 422."""
    _require(desk, actor)
    if not _ID.fullmatch(package):
        say = Text(
            "标识以小写字母开头，只用小写字母、数字和下划线。",
            "An id begins with a lower-case letter and holds only a-z, 0-9 and _.",
        )
        raise Refused.one("bad_id", say, place=Place("id"))
    with desk.store.unit() as unit:
        taken = any(one.id == package for one in unit.packages.installed())
        if taken or unit.designs.head(package, lock=True) is not None:
            say = Text("配置包“{id}”已经有了。", "The package '{id}' is there already.")
            raise Refused.one("package_taken", say.fill(id=package), status=409, place=Place("id"))
        design = Design(package, None, {}, {})
        made = [Write(path, text) for path, text in texts.items()]
        _keep(unit, actor, design, made)
        return _design(unit, package)


def change(
    desk: Desk,
    actor: Actor,
    package: str,
    edits: Sequence[Edit],
    problems: Problems | None = None,
) -> Design:
    """Edit the draft of a package (begun with its first edit) and return it as it is then.

    The edits are one step to undo; each is made on the newest text, whoever wrote that. Raises
    Refused: 403, 404, 412 where somebody has changed just that, 422. With `problems` an edit that
    cannot be made (422) is told there and left out, and the others are made.
    """
    _require(desk, actor)
    with desk.store.unit() as unit:
        unit.designs.head(package, lock=True)
        design = _design(unit, package)
        _keep(unit, actor, design, edits, problems)
        return _design(unit, package)


def undo(desk: Desk, actor: Actor, package: str, number: int) -> Design:
    """Take back the newest edit that stands; `number` is the one the person means."""
    return _step(desk, actor, package, number, back=True)


def redo(desk: Desk, actor: Actor, package: str, number: int) -> Design:
    """Do again the edit that was taken back last; `number` is the one the person means."""
    return _step(desk, actor, package, number, back=False)


def discard(desk: Desk, actor: Actor, package: str, revision: int) -> None:
    """Do away with a draft; raises Refused 412 where it has moved on since it was looked at."""
    _require(desk, actor)
    with desk.store.unit() as unit:
        head = unit.designs.head(package, lock=True)
        if head is None or head.revision != revision:
            raise moved_on(head)
        unit.designs.remove(package)


def catch_up(desk: Desk, actor: Actor, package: str, path: str, take: str) -> Design:
    """Settle a document that was published by another way since the draft touched it.

    `take` says what the draft goes on with: `both` put together line by line, `theirs` or `mine`.
    Raises Refused 412 where both cannot be put together.
    """
    _require(desk, actor)
    with desk.store.unit() as unit:
        unit.designs.head(package, lock=True)
        design = _design(unit, package)
        known = unit.designs.texts(package)
        if path not in design.overtaken or design.head is None:
            return design
        theirs, mine = design.served.get(path, ""), known[path].text
        if take != "mine":
            chosen = theirs if take == "theirs" else merged(known[path].base, theirs, mine)
            if chosen is None:
                raise moved_on(design.head)
            _keep(unit, actor, design, [Write(path, chosen)])
            mine = chosen
        unit.designs.rebase(package, DesignText(path, theirs, mine))
        return _design(unit, package)


def edits(desk: Desk, actor: Actor, package: str, limit: int = 100) -> tuple[DesignEdit, ...]:
    """Return the newest edits of a draft, those undone among them, the newest first."""
    _require(desk, actor)
    with desk.store.reading() as unit:
        return unit.designs.edits(package, limit)


def moved_on(head: DesignHead | None) -> Refused:
    """Return the refusal where a draft is not the one that was looked at."""
    who = head.actor if head else ""
    return Refused.one(
        "version_moved_on",
        Text(f"草稿刚被 {who} 改过。", f"The draft was changed by {who} just now."),
        status=412,
        hint=Text("看一下最新内容再做。", "Look at what is there now, then do it again."),
    )


def _step(desk: Desk, actor: Actor, package: str, number: int, *, back: bool) -> Design:
    _require(desk, actor)
    with desk.store.unit() as unit:
        head = unit.designs.head(package, lock=True)
        at = (head.position if back else head.position + 1) if head else 0
        edit = unit.designs.edit(package, at)
        if head is None or edit is None or at != number:
            raise moved_on(head)
        texts = unit.designs.texts(package)
        for one in reversed(edit.changes) if back else edit.changes:
            known = texts[one.path]
            text = one.undone(known.text) if back else one.done(known.text)
            texts[one.path] = replace(known, text=text)
            unit.designs.write(package, texts[one.path])
        position = head.position + (-1 if back else 1)
        unit.designs.keep(DesignHead(package, head.revision + 1, position, actor.id, clock.now()))
        return _design(unit, package)


def _keep(
    unit: Unit,
    actor: Actor,
    design: Design,
    edits: Sequence[Edit],
    problems: Problems | None = None,
) -> None:
    """Make the edits and keep them as one; nothing is kept of edits that change nothing."""
    texts = dict(design.texts)
    for edit in edits:
        try:
            texts |= edit.done(texts)
        except Refused as refused:
            if problems is None or refused.status != 422:
                raise
            where = Place(edit.at, edit.path) if isinstance(edit, Put) else Place()
            problems.extend(one.at(where) for one in refused.problems)
    before = design.texts
    changed = [path for path in texts if texts[path] != before.get(path, "")]
    if not changed:
        return
    now, package = clock.now(), design.package
    known = unit.designs.texts(package)
    position = design.head.position + 1 if design.head else 1
    for path in changed:
        base = known[path].base if path in known else design.served.get(path, "")
        unit.designs.write(package, DesignText(path, base, texts[path]))
    splices = [Splice.between(path, before.get(path, ""), texts[path]) for path in changed]
    words = words_of({path: (before.get(path, ""), texts[path]) for path in changed})
    unit.designs.add(package, DesignEdit(position, tuple(splices), words, actor.id, now))
    unit.designs.keep(DesignHead(package, design.revision + 1, position, actor.id, now))


def _design(unit: Unit, package: str) -> Design:
    installed = next((one for one in unit.packages.installed() if one.id == package), None)
    head = unit.designs.head(package)
    if installed is None and head is None:
        known = [one.id for one in unit.packages.installed()]
        say = Text("没有配置包“{id}”。", "There is no package '{id}'.")
        hint = did_you_mean(package[:60], known)
        raise Refused.one("unknown_package", say.fill(id=shorten(package)), status=404, hint=hint)
    served = dict(unit.changes.over(installed)) if installed else {}
    served = {path: text for path, text in served.items() if kind_of_path(path)}
    if head is None:
        return Design(package, installed, served, served)
    touched = unit.designs.texts(package)
    texts = served | {one.path: one.text for one in touched.values()}
    overtaken = [
        one.path
        for one in touched.values()
        if one.base != served.get(one.path, "") and one.text != served.get(one.path, "")
    ]
    return Design(
        package,
        installed,
        served,
        {path: text for path, text in texts.items() if text},
        head,
        unit.designs.edit(package, head.position),
        unit.designs.edit(package, head.position + 1),
        tuple(overtaken),
    )


def _require(desk: Desk, actor: Actor) -> None:
    desk.catalogs.current().access.require(actor, DESIGN, "*")
