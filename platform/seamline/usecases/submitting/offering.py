"""Which versions a line may be bound to, by the scheme in force, and how they are kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from seamline import clock
from seamline.conditions.parse import parse
from seamline.facts import Record, Ref, Row, Value
from seamline.fields.bound import unpacked
from seamline.metadata import Binding
from seamline.metadata.binding import Scheme, last
from seamline.problems import Problem
from seamline.store import Query
from seamline.store.bindings import body_of
from seamline.text import Text
from seamline.versioning import Version, explode, fitting

from ..shelving import Shelf, fill, fill_below
from .case import Case

PAGE = 1_000


@dataclass(frozen=True, slots=True)
class Offer:
    """The versions that a line may have: `fits` by their id, oldest first, with their names.

    `known` are the names of all versions of the thing. `kept` holds, by the id of a version, how
    another record is bound to it, where that is taken over as it is.
    """

    thing: str
    scheme: str
    day: date
    group: str
    newest: bool = False
    fits: Mapping[str, str] = field(default_factory=dict)
    known: Mapping[str, str] = field(default_factory=dict)
    kept: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    from_: str = ""
    shows: bool = True

    def _names(self) -> str:
        return ", ".join(self.fits.values()) if self.shows else str(len(self.fits))

    def choice(self) -> Problem:
        """Return the problem of a line for which somebody has to choose."""
        names = self._names()
        return Problem(
            "version_to_choose",
            Text(
                f"{self.thing} 有多个适用版本：{names}。",
                f"Several versions of {self.thing} apply: {names}.",
            ),
            hint=Text("请选定其中一个。", "Choose one of them."),
        )

    def refusal(self, named: str) -> Problem:
        """Return the problem of a version that does not apply."""
        name, names = self.known.get(named, ""), self._names()
        if self.from_:
            say = Text(
                f"{self.from_} 绑定的是版本 {names}，这里是 {name}。",
                f"{self.from_} is bound to version {names}; this one is {name}.",
            )
            return Problem("other_version", say, got=name)
        if not name:
            say = Text(f"所选版本不是 {self.thing} 的。", f"This is no version of {self.thing}.")
            return Problem("other_things_version", say)
        hint = (
            Text(f"适用的是 {names}。", f"What applies is {names}.")
            if self.fits
            else Text("没有适用的版本。", "No version applies.")
        )
        say = Text(
            f"版本 {name} 在 {self.day} 对该客户群不适用。",
            f"Version {name} does not apply on {self.day} for this group.",
        )
        return Problem("version_not_in_force", say, hint=hint, got=name)

    def nothing(self) -> Text:
        """Return why no version applies."""
        known = ", ".join(self.known.values()) if self.shows else str(len(self.known))
        return Text(
            f"{self.thing} 在 {self.day} 没有对该客户群有效且已审核的版本（现有：{known}）。",
            f"{self.thing} has no approved version in force on {self.day} for this group "
            f"(there are: {known}).",
        )


class Offering:
    """What can be offered in one submission under one binding."""

    def __init__(self, case: Case, said: Binding) -> None:
        self.case, self.said = case, said
        target = str(case.model.fields[said.field].field.settings["to"])
        self.model = case.catalog.forms[target]
        self.shelf = Shelf(self.model)
        self.shows = case.catalog.access.may(case.actor, "read", target)
        self._followed: Record | None = None

    def read(self, things: Iterable[str]) -> None:
        """Read the versions of some things, and what a followed record is bound to."""
        fill(self.shelf, set(things), self._fetch)
        ref = self.case.values.get(self.said.follows) if self.said.follows else None
        if isinstance(ref, Ref) and ref.id:
            form = str(self.case.model.fields[self.said.follows].field.settings["to"])
            self._followed = self.case.unit.records.get(
                self.case.catalog.forms[form].tables, ref.id
            )

    def of(self, thing: Ref | None, row: Row, anew: bool = False) -> Offer | None:
        """Return the versions that a row may have; None where the binding has no say in it.

        One that is bound `anew` may also have what is in force today.
        """
        if self.said.follows:
            return self._following(thing)
        scheme = self.said.chosen
        assert thing is not None and scheme is not None
        family = self.shelf.library().get(thing.key, ())
        known = {one.id: one.name for one in family}
        day, group = self._day(scheme, row), self._group(row)
        seed = self.case.origin.via == "seed"
        earlier = self._earlier(scheme, thing, row) if scheme.same and not anew else None
        if earlier is not None:
            fits = {str(earlier["version"]): str(earlier["name"])}
            kept = {str(earlier["version"]): earlier}
            return Offer(thing.key, scheme.id, day, group, False, fits, known | fits, kept,
                         shows=self.shows)  # fmt: skip
        found = fitting(family, day, group or None)
        if anew:
            found += fitting(family, clock.today(self.case.catalog.zone), group or None)
        fits = {one.id: one.name for one in found}
        return Offer(thing.key, scheme.id, day, group, scheme.newest or seed, fits, known,
                     shows=self.shows)  # fmt: skip

    def _following(self, thing: Ref | None) -> Offer | None:
        """Return what the followed record is bound to: nothing else may be named here."""
        record = self._followed
        if record is None:
            return None
        fits: dict[str, str] = {}
        kept: dict[str, Mapping[str, Any]] = {}
        for bound in self._bound_in(record, thing):
            fits[str(bound["version"])] = str(bound["name"] if thing is not None else bound["code"])
            kept[str(bound["version"])] = bound
        if not fits:
            return None
        known = fits | self._named()
        title = record.code or record.id
        return Offer(thing.key if thing else "", "", clock.today(self.case.catalog.zone), "", False,
                     fits, known, kept, title, self.shows)  # fmt: skip

    def _bound_in(self, record: Record, thing: Ref | None) -> Iterator[dict[str, Any]]:
        model = self.case.catalog.forms[record.form]
        for said in model.form.binds:
            if said.field != self.said.line:
                continue
            rows = record.values.get(said.table) if said.table else (Row(record.values),)
            for row in rows if isinstance(rows, tuple) else ():
                of = row.values.get(last(said.thing)) if isinstance(row, Row) else None
                if not isinstance(row, Row) or (
                    thing is not None and (not isinstance(of, Ref) or of.id != thing.id)
                ):
                    continue
                bound = unpacked(row.values.get(last(said.kept)))
                if bound:
                    yield bound

    def _named(self) -> dict[str, str]:
        """Return the name of the version that the record names, whatever it is a version of."""
        ref = self.case.values.get(self.said.field)
        return {ref.id: ref.key} if isinstance(ref, Ref) and ref.id else {}

    def keep(self, offer: Offer, id_: str) -> tuple[Ref, dict[str, Any]]:
        """Keep a version as it stands; return the reference to it and what the line says of it."""
        if id_ in offer.kept:
            bound = dict(offer.kept[id_])
            bound["how"] = "followed" if offer.from_ else "same"
            bound["scheme"] = offer.scheme or bound.get("scheme", "")
            return Ref(str(bound["code"]), id_), bound
        version, record = self._version(id_)
        body = self._body(offer, version, record)
        unit, key = self.case.unit, str(body["code"])
        digest = unit.bindings.keep(record.form, id_, body_of(body), self.case.at)
        bound = {
            "version": id_, "name": version.name, "code": key, "digest": digest,
            "scheme": offer.scheme, "day": offer.day.isoformat(), "group": offer.group,
            "offered": len(offer.fits),
            "how": _how(offer, id_),
        }  # fmt: skip
        return Ref(key, id_), bound

    def names(self, id_: str, thing: Ref | None) -> bool:
        """Return whether a version that is named is one of the thing."""
        return thing is None or self._version(id_)[0].thing == thing.key

    def _version(self, id_: str) -> tuple[Version, Record]:
        """Return a version that is named, whether it was offered or not."""
        record = self.shelf.records.get(id_)
        record = record or self.case.unit.records.get(self.model.tables, id_)
        assert record is not None
        family = self.shelf.library()[thing] if (thing := self.shelf.add(record)) else ()
        return next(one for one in family if one.id == id_), record

    def _body(self, offer: Offer, version: Version, record: Record) -> dict[str, Any]:
        """Return a version as it stands, with everything below it on the day that counts."""
        fill_below(self.shelf, {part.thing for part in version.parts}, self._fetch)
        nodes = explode(self.shelf.library(), version, offer.day, offer.group or None)
        labels, form = self.shelf.labels, self.model.form
        return {
            "form": record.form,
            "record": record.id,
            "code": str(record.values.get(form.key)) if form.key else record.code,
            "name": version.name,
            "thing": version.thing,
            "label": labels.get(version.thing, ""),
            "revision": record.revision,
            "values": self.model.to_json(record.values),
            "day": offer.day.isoformat(),
            "parts": [
                [
                    node.level, node.part.thing, labels.get(node.part.thing, ""),
                    str(node.part.quantity), str(node.part.scrap), str(node.amount.normalize()),
                    node.version.name if node.version is not None else "", node.doubt,
                ]
                for node in nodes
            ],
        }  # fmt: skip

    def differs(self, was: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, list[str]]:
        """Return the parts that a line has otherwise by another version."""
        found = self.case.unit.bindings.get({str(was["digest"]), str(now["digest"])})
        old, new = (
            {tuple(part) for part in found[str(one["digest"])].data["parts"]} for one in (was, now)
        )
        return {
            "added": sorted({str(part[1]) for part in new - old}),
            "removed": sorted({str(part[1]) for part in old - new}),
        }

    def _earlier(self, scheme: Scheme, thing: Ref, row: Row) -> dict[str, Any] | None:
        """Return how the earliest record with the same values is bound to a version of a thing."""
        case, tests = self.case, []
        for path in scheme.same:
            value = self._value(path, row)
            if value is None:
                return None
            test = {"==": [{"var": last(path)}, value.key if isinstance(value, Ref) else value]}
            table = path.rpartition(".")[0]
            tests.append({"some": [{"var": table}, test]} if table else test)
        query = Query(
            where=parse({"and": tests}, case.model.scope), sort=("_created_at",), limit=20,
            total=False, fields=(self.said.table,) if self.said.table else None,
        )  # fmt: skip
        for record in case.unit.records.page(case.model.tables, query).rows:
            if case.before is not None and record.id == case.before.id:
                continue
            rows = record.values.get(self.said.table) if self.said.table else (Row(record.values),)
            for other in rows if isinstance(rows, tuple) else ():
                of = other.values.get(last(self.said.thing)) if isinstance(other, Row) else None
                if isinstance(other, Row) and isinstance(of, Ref) and of.id == thing.id:
                    bound = unpacked(other.values.get(last(self.said.kept)))
                    if bound:
                        return bound
        return None

    def _value(self, path: str, row: Row) -> Value:
        table, _dot, name = path.rpartition(".")
        return row.values.get(name) if table == self.said.table and table else (
            self.case.values.get(name)
        )  # fmt: skip

    def _day(self, scheme: Scheme, row: Row) -> date:
        for path in scheme.day:
            value = self._value(path, row)
            if isinstance(value, datetime):
                return value.astimezone(self.case.catalog.zone).date()
            if isinstance(value, date):
                return value
        return clock.today(self.case.catalog.zone)

    def _group(self, row: Row) -> str:
        value = self._value(self.said.group, row) if self.said.group else None
        return str(value) if value is not None else ""

    def _fetch(self, where: Mapping[str, Any] | None) -> Iterator[Record]:
        node = parse(where, self.model.scope) if where is not None else None
        query = Query(where=node, sort=("_id",), limit=PAGE, total=False, fields=self.shelf.fields)
        cursor: str | None = None
        while True:
            page = self.case.unit.records.page(self.model.tables, replace(query, cursor=cursor))
            yield from page.rows
            cursor = page.cursor
            if cursor is None:
                return


def _how(offer: Offer, id_: str) -> str:
    if id_ not in offer.fits:
        return "other"
    return "only" if len(offer.fits) == 1 else "chosen"
