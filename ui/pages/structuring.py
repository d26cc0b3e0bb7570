"""Versions, explosions and findings as their page shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

from flask import url_for
from flask_babel import format_decimal
from markupsafe import Markup, escape

from seamline.facts import Ref, Value
from seamline.fields.moments import show_date
from seamline.forms import FormModel
from seamline.problems import Refused
from seamline.store import Query
from seamline.usecases import look
from seamline.usecases.structure import Exploded, Used
from seamline.versioning import Node, Span, Version, differing

from ..differing import SIGNS, changed, counted, word_of
from ..forms.control import options_of
from ..say import _
from ..session import actor, desk, language, reading, reads
from ..shown import Faces, badge

RECENT = 24
DEEPEST_SHOWN = 8  # deeper levels are not set further in
PLACES = Decimal("0.000001")
WIDE = 240  # of the drawn span of time


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing by its key and what it is called."""

    key: str
    label: str
    address: str


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version of the thing: whether it is in force on the day, and its bar of time."""

    id: str
    name: str
    address: str
    start: str
    end: str
    groups: str
    reason: str
    state: Markup
    papers: int
    bar: Markup
    chosen: bool
    apart: str


@dataclass(frozen=True, slots=True)
class PartRow:
    """One part of an explosion; `turn` says how it differs where two are compared."""

    level: int
    indent: int
    thing: Thing
    cells: Sequence[Markup]
    amount: str
    made_by: Markup
    turn: str = ""
    sign: str = ""
    word: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything of one thing."""

    thing: Thing
    record: str
    versions: list[VersionRow]
    top: str
    columns: list[str]
    parts: list[PartRow]
    deepest: int
    bought: int
    doubts: int
    uses: list[tuple[int, Thing, str, str, str]]
    choices: list[tuple[str, str, bool]]
    against: str = ""
    changes: list[PartRow] = field(default_factory=list)
    same: int = 0
    counts: list[tuple[str, str, int]] = field(default_factory=list)


def hits(model: FormModel, asked: str, most: int) -> list[Thing]:
    """Return the things whose code or name looks like what was asked for."""
    if not asked:
        return []
    assert model.form.structure is not None
    target = str(model.fields[model.form.structure.parent].field.settings["to"])
    if not reads(target):
        return [thing_of(model, asked, "")]
    found = look.search(desk(), actor(), target, asked, most)
    return [thing_of(model, ref.key, ref.label) for ref in found]


def only(asked: str, found: Sequence[Thing]) -> str:
    """Return the key of the one thing that was meant, if it is clear which."""
    if len(found) == 1 or any(one.key == asked for one in found):
        return asked if any(one.key == asked for one in found) else found[0].key
    return ""


def recent(model: FormModel) -> list[Thing]:
    """Return the things whose versions were changed last."""
    said = model.form.structure
    assert said is not None
    query = Query(sort=("-_updated_at",), limit=RECENT * 4, total=False, fields=(said.parent,))
    try:
        rows = look.page(desk(), actor(), model.form.id, query).rows
    except Refused:  # who does not see when it was changed finds things by their names
        return []
    found: dict[str, Thing] = {}
    for row in rows:
        ref = row.values.get(said.parent)
        if isinstance(ref, Ref):
            found.setdefault(ref.key, thing_of(model, ref.key, ref.label))
    return [*found.values()][:RECENT]


def groups(model: FormModel) -> list[tuple[str, str]]:
    """Return the groups that versions are made for."""
    said = model.form.versions
    if said is None or said.valid is None or not said.valid.groups:
        return []
    options = options_of(model.fields[said.valid.groups].field, language())
    return [(one.id, one.label) for one in options]


def figure(amount: Decimal) -> str:
    """Return an amount with the decimals that it has, six at most."""
    rounded = amount.quantize(PLACES, ROUND_HALF_EVEN) if amount.adjusted() < 18 else amount
    return str(format_decimal(rounded, "#,##0.######"))


def shown(found: Exploded, used: Used, other: Exploded | None) -> Shown:
    """Return one thing as the page shows it."""
    model, labels = found.model, {**used.labels, **found.labels}
    faces = _PartFaces(model, found.rows, labels)
    parts = [faces.row(node) for node in found.nodes]
    changes, same = _changes(found, other, labels)
    turns = [one.turn for one in changes]
    return Shown(
        thing=thing_of(model, found.thing, labels.get(found.thing, "")),
        record=_record_address(model, found.thing),
        versions=_versions(found),
        top=found.top.name if found.top is not None else "",
        columns=faces.columns,
        parts=parts,
        deepest=max((node.level for node in found.nodes), default=0),
        bought=sum(node.version is None for node in found.nodes),
        doubts=sum(bool(node.doubt) for node in found.nodes),
        uses=_uses(model, used, labels, found.rows),
        choices=[
            (one.id, one.name, other is not None and other.top is one)
            for one in reversed(found.family)
            if found.top is not None and one.id != found.top.id
        ],
        against=other.top.name if other is not None and other.top is not None else "",
        changes=changes,
        same=same,
        counts=counted(turns),
    )


class _PartFaces:
    """Shows the parts of an explosion: the columns that versions compare, as far as seen."""

    def __init__(
        self,
        model: FormModel,
        rows: Mapping[str, Mapping[str, Value]],
        labels: Mapping[str, str],
    ) -> None:
        said, versions = model.form.structure, model.form.versions
        assert said is not None
        self.model, self.rows, self.labels = model, rows, labels
        self.faces = Faces(model, reading())
        told = versions.compare if versions is not None and said.lines == versions.lines else ()
        names = [said.quantity, *(name for name in told if name != said.quantity)]
        days = (said.start, said.end)
        self.names = [name for name in names if name not in days]
        self.columns = [self.faces.label(said.column(name)) for name in self.names]
        self.said = said

    def row(self, node: Node, turn: str = "", was: Node | None = None) -> PartRow:
        """Return one part; where it changed, what it was beside what it is."""
        cells = []
        for name in self.names:
            now = self._cell(node, name)
            old = self._cell(was, name) if was is not None else now
            cells.append(changed(old, now) if old != now else now)
        amount = escape(figure(node.amount))
        if was is not None and was.amount != node.amount:
            amount = changed(escape(figure(was.amount)), amount)
        made = _made_by(self.model, node)
        if was is not None and _made_by(self.model, was) != made:
            made = changed(_made_by(self.model, was), made)
        return PartRow(
            node.level,
            min(node.level, DEEPEST_SHOWN),
            thing_of(self.model, node.part.thing, self.labels.get(node.part.thing, "")),
            cells,
            amount,
            made,
            turn,
            SIGNS.get(turn, ""),
            word_of(turn),
        )

    def _cell(self, node: Node, name: str) -> Markup:
        value = self.rows.get(node.part.row, {}).get(name)
        return self.faces.value(self.said.column(name), value)


def _changes(
    found: Exploded, other: Exploded | None, labels: Mapping[str, str]
) -> tuple[list[PartRow], int]:
    if other is None:
        return [], 0
    names = {**other.labels, **labels}
    faces = _PartFaces(found.model, {**other.rows, **found.rows}, names)

    def told(node: Node) -> object:
        cells = faces.rows.get(node.part.row, {})
        version = node.version.name if node.version is not None else ""
        return [version, node.amount, *(cells.get(name) for name in faces.names)]

    changes, same = differing(other.nodes, found.nodes, told)
    return [
        faces.row(one.new, one.turn, one.old)
        if one.new is not None
        else faces.row(one.old, one.turn)  # type: ignore[arg-type]  # one of both is there
        for one in changes
    ], same


def thing_of(model: FormModel, key: str, label: str) -> Thing:
    """Return a thing with the address of its place in the library."""
    address = url_for("structure.library", form_id=model.form.id, of=key)
    return Thing(key, label if label != key else "", address)


def _record_address(model: FormModel, key: str) -> str:
    said = model.form.structure
    assert said is not None
    target = str(model.fields[said.parent].field.settings["to"])
    return url_for("records.show", form_id=target, word=key) if reads(target) else ""


def _made_by(model: FormModel, node: Node) -> Markup:
    """Return the version a part is made by, or why there is none."""
    version = Markup("")
    if node.version is not None and node.version.name:
        address = url_for("records.show", form_id=model.form.id, word=node.version.id)
        version = Markup('<a class="mono" href="{}">{}</a>').format(address, node.version.name)
    match node.doubt:
        case "none":
            return badge(_("No version in force"), "red", "octagon-x")
        case "circle":
            return badge(_("Part of itself"), "red", "octagon-x")
        case "deep":
            return badge(_("Not followed any further"), "amber", "triangle-alert")
        case "several":
            return version + " " + badge(_("several in force"), "amber", "triangle-alert")
    return version


def _versions(found: Exploded) -> list[VersionRow]:
    """Return the versions, the newest first; nothing where things have none."""
    said = found.model.form.versions
    if said is None or said.valid is None:
        return []
    faces = Faces(found.model, reading())
    scale = _Scale([one.span for one in found.family], found.day)
    rows = []
    for one in reversed(found.family):
        record = found.records[one.id]
        groups, reason = said.valid.groups, said.valid.reason
        files = (record.values.get(name) for name in said.valid.attachments)
        rows.append(
            VersionRow(
                id=one.id,
                name=one.name,
                address=url_for("records.show", form_id=found.model.form.id, word=one.id),
                start=shown_day(one.span.start),
                end=shown_day(one.span.end),
                groups=faces.plain(groups, record.values.get(groups)) if groups else "",
                reason=faces.plain(reason, record.values.get(reason)) if reason else "",
                state=_standing(one, found),
                papers=sum(len(value) for value in files if isinstance(value, tuple)),
                bar=scale.bar(one, one in found.fits),
                chosen=found.top is one,
                apart=one.id,
            )
        )
    return rows


def _standing(version: Version, found: Exploded) -> Markup:
    """Return how a version stands on the day that is asked for."""
    if not version.released:
        return badge(_("Not approved"), "amber", "triangle-alert")
    if version.span.empty:
        return badge(_("Ends before it begins"), "red", "octagon-x")
    if version.span.first > found.day:
        return badge(_("Not yet in force"), "", "clock")
    if version.span.last < found.day:
        return badge(_("No longer in force"), "", "archive")
    if not version.serves(found.group):
        return badge(_("For other groups"), "", "users")
    return badge(_("In force"), "green", "circle-check")


class _Scale:
    """Draws spans of time to one scale, with a mark at the day that is asked for."""

    def __init__(self, spans: Iterable[Span], day: date) -> None:
        days = [day, *(one for span in spans for one in (span.start, span.end) if one is not None)]
        self.first, self.last, self.day = min(days), max(days), day
        self.length = max((self.last - self.first).days, 1)

    def bar(self, version: Version, fits: bool) -> Markup:
        """Return the span of a version as a bar; without end it runs to the edge."""
        start = 0 if version.span.start is None else self._at(version.span.start)
        end = WIDE if version.span.end is None else self._at(version.span.end)
        return Markup(
            '<svg class="spanbar" viewBox="0 0 {w} 16" aria-hidden="true">'
            '<path class="axis" d="M0 8H{w}"/><rect class="{c}" x="{x}" y="4" width="{l}" '
            'height="8" rx="3"/><path class="now" d="M{n} 0V16"/></svg>'
        ).format(
            w=WIDE, c="fits" if fits else "", x=start, l=max(end - start, 3), n=self._at(self.day)
        )

    def _at(self, day: date) -> int:
        return round(8 + (WIDE - 16) * (day - self.first).days / self.length)


def shown_day(day: date | None) -> str:
    """Return a day as people read it; nothing where there is no bound."""
    return show_date(day, language()) if day is not None else ""


def _uses(
    model: FormModel,
    used: Used,
    labels: Mapping[str, str],
    rows: Mapping[str, Mapping[str, Value]],
) -> list[tuple[int, Thing, str, str, str]]:
    return [
        (
            use.level,
            thing_of(model, use.version.thing, labels.get(use.version.thing, "")),
            use.version.name,
            url_for("records.show", form_id=model.form.id, word=use.version.id)
            if use.version.id != use.version.thing
            else "",
            figure(use.part.quantity),
        )
        for use in used.uses
    ]
