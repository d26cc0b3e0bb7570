"""The station after the values: each line gets the version that applies to it, and keeps it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from seamline.facts import Ref, Row, Value
from seamline.fields.bound import LENGTH, packed, unpacked
from seamline.metadata import Binding
from seamline.metadata.binding import last
from seamline.problems import Place, Problem
from seamline.text import Text

from .case import NO_VERSION, Case
from .offering import Offer, Offering
from .values import TRACKING


def bind(case: Case) -> None:
    """Bind what is new; what is bound already keeps its version, whatever became of it since.

    Problems of lines are added to the case; where no version applies the case is held for review.
    """
    binds = case.model.form.binds
    awaited = {last(said.field) for said in binds}
    others = [one for one in case.problems if not _awaited(one, awaited)]
    if not binds or others or case.step.id in ("archive", "restore"):
        return
    case.problems.found.clear()  # what was missing may be filled in now; else it is told again
    for said in binds:
        one = _Binding(case, said)
        if one.wanted:
            one.bind()
    case.problems.extend(case.model.finish(case.values, case.looked_up))


@dataclass(frozen=True, slots=True)
class Standing:
    """How one line stands to its binding, before anything is bound.

    `named` is the id of the version that is named there; `kept` and `stood` are what the line is
    bound to already. Without an `offer` the binding has no say, or the line keeps what it has.
    """

    said: Binding
    place: int
    row: Row
    thing: Ref | None
    named: str
    kept: Mapping[str, Any]
    stood: Value
    offer: Offer | None


def standing(case: Case) -> Iterator[Standing]:
    """Yield how each line that a submission touches stands to its binding; nothing is bound."""
    for said in case.model.form.binds:
        yield from standing_by(case, said)


def standing_by(case: Case, said: Binding) -> Iterator[Standing]:
    """Yield the same of one binding, which need not be the form's own."""
    one = _Binding(case, said)
    if one.wanted:
        yield from one.standing()


def _awaited(problem: Problem, fields: Collection[str]) -> bool:
    return problem.code == "required" and last(problem.place.path) in fields


class _Binding:
    """One submission under one binding."""

    def __init__(self, case: Case, said: Binding) -> None:
        self.case, self.said = case, said
        self.field, self.kept, self.thing = last(said.field), last(said.kept), last(said.thing)
        self.judged = _judged(case, said)
        self.again = case.step.id in said.again
        self.offering = Offering(case, said)
        self.rows = _rows(case.values, said.table)
        before = case.before.values if case.before is not None else {}
        self.earlier = {row.id: row for row in _rows(before, said.table)}

    @property
    def wanted(self) -> bool:
        """Whether the submission touches what is bound."""
        said, asked = self.said, self.case.asked.values
        names = {said.table} if said.table else {said.field, said.thing, said.follows}
        return self.case.creates or self.again or bool(names & asked.keys())

    def bind(self) -> None:
        """Bind every row, or the record where it has none."""
        for one in self.standing():
            self.rows[one.place] = self._bound(one)
        self._put_back()

    def standing(self) -> Iterator[Standing]:
        """Yield how every row stands, or the record where it has none."""
        self.offering.read(ref.key for row in self.rows if (ref := self._thing(row)) is not None)
        for place, row in enumerate(self.rows):
            yield self._standing(place, row)

    def _thing(self, row: Row) -> Ref | None:
        values = row.values if self.thing in row.values else self.case.values
        found = values.get(self.thing) if self.thing else None
        return found if isinstance(found, Ref) else None

    def _standing(self, place: int, row: Row) -> Standing:
        thing, version = self._thing(row), row.values.get(self.field)
        earlier = self._earlier(row, thing)
        kept = unpacked(earlier.values.get(self.kept)) if earlier is not None else {}
        named = version.id if isinstance(version, Ref) else ""
        stays = named in ("", kept.get("version"))
        offer = None
        if not (kept and (stays or not self.again)) and (thing is not None or not self.thing):
            offer = self.offering.of(thing, row, anew=bool(kept))
        stood = earlier.values.get(self.field) if earlier is not None else None
        return Standing(self.said, place, row, thing, named, kept, stood, offer)

    def _bound(self, one: Standing) -> Row:
        """Return a row with the version it gets, or the one it is bound to and keeps."""
        place, row, kept, offer = one.place, one.row, one.kept, one.offer
        version = row.values.get(self.field)
        if offer is None:
            if kept and one.named not in ("", kept.get("version")):
                self._tell(place, _for_life(str(kept.get("name", ""))))
            return self._with(row, one.stood if kept else version, kept)
        other = self._is_other(one, offer)
        found = one.named if other else self._chosen(place, offer, one.named)
        if found is None:
            return self._told(self._with(row, version if one.named else None, {}), offer)
        ref, bound = self.offering.keep(offer, found)
        self._note(place, one.thing, bound, kept)
        return self._told(self._with(row, ref, bound), offer, other)

    def _is_other(self, one: Standing, offer: Offer) -> bool:
        """Return whether another version is named than those offered, for a rule to judge."""
        if not self.judged or not one.named or not offer.fits or one.named in offer.fits:
            return False
        return self.offering.names(one.named, one.thing)

    def _told(self, row: Row, offer: Offer, other: bool = False) -> Row:
        """Return a row that says which versions apply, and whether it names another one."""
        said = self.said
        told: dict[str, Value] = {}
        if said.other:
            told[last(said.other)] = other
        if said.offered:
            told[last(said.offered)] = ", ".join(offer.fits.values())[:LENGTH] or None
        return replace(row, values={**row.values, **told}) if told else row

    def _earlier(self, row: Row, thing: Ref | None) -> Row | None:
        """Return the row as it stood: by its id, else one of the same thing that was sent anew."""
        found = self.earlier.get(row.id)
        if found is None and self.said.table:
            used = {one.id for one in self.rows}
            alike = (one for one in self.earlier.values() if one.id not in used)
            found = next((one for one in alike if _same(self._thing(one), thing)), None)
            if found is not None:
                del self.earlier[found.id]
        if found is None or not _same(self._thing(found), thing):
            return None
        return found

    def _chosen(self, place: int, offer: Offer, named: str) -> str | None:
        """Return the id of the version to bind; None where there is none, the reason kept."""
        if named:
            if named in offer.fits:
                return named
            self._tell(place, offer.refusal(named))
        elif len(offer.fits) == 1 or (offer.fits and offer.newest):
            return [*offer.fits][-1]
        elif offer.fits:
            self._tell(place, offer.choice())
        elif offer.known:
            self._hold(place, offer)
        return None

    def _hold(self, place: int, offer: Offer) -> None:
        """Send the submission to the review node: nothing applies, and a person has to say what."""
        if self.case.origin.via == "seed":
            return
        problem = Problem(NO_VERSION, offer.nothing(), Place(self._place(place)))
        if self.case.business_step in self.case.catalog.rules:
            self.case.doubts = (*self.case.doubts, problem)
        else:
            self.case.problems.add(problem)

    def _note(
        self, place: int, thing: Ref | None, bound: Mapping[str, Any], kept: Mapping[str, Any]
    ) -> None:
        """Let the journal's entry say what was bound, and from what it was bound anew."""
        told = {"line": place + 1, "thing": thing.key if thing is not None else "", **bound}
        if kept:
            told["from"] = {"name": kept.get("name"), "digest": kept.get("digest")}
            told["differs"] = self.offering.differs(kept, bound)
        listed = self.case.told.setdefault("bound", [])
        assert isinstance(listed, list)
        listed.append(told)

    def _with(self, row: Row, version: Value, bound: Mapping[str, Any]) -> Row:
        kept = packed(bound) if bound else None
        before = row.values
        if before.get(self.field) != version:
            self._found(version)
        if before.get(self.field) == version and before.get(self.kept) == kept:
            return row
        return replace(row, values={**before, self.field: version, self.kept: kept})

    def _found(self, version: Value) -> None:
        """Let lookups and rules see the version that was filled in as if it had been sent."""
        case = self.case
        use = next(one for one in case.model.references if one.path == self.said.field)
        if isinstance(version, Ref):
            tables = case.catalog.forms[use.target].tables
            names = (*use.needs, TRACKING)
            found = case.unit.records.resolve(tables, [version.key], names)
            known = {hit.ref.key: hit for hit in found.values()}
            case.found[use.path] = {**case.found.get(use.path, {}), **known}

    def _tell(self, place: int, problem: Problem) -> None:
        self.case.problems.add(replace(problem, place=Place(self._place(place))))

    def _place(self, place: int) -> str:
        table = self.said.table
        return f"{table}[{place + 1}].{self.field}" if table else self.field

    def _put_back(self) -> None:
        table = self.said.table
        if table:
            self.case.values[table] = tuple(self.rows)
            return
        said = self.said
        for path in (said.field, said.kept, said.other, said.offered):
            if path:
                self.case.values[path] = self.rows[0].values.get(path)


def _judged(case: Case, said: Binding) -> bool:
    """Return whether a rule of the step judges another version: the door leaves it to that."""
    rules = case.catalog.rules.get(case.business_step)
    path = said.other.replace(".", "[].")
    return bool(path) and rules is not None and path in rules.needs


def _rows(values: Mapping[str, Value], table: str) -> list[Row]:
    if not table:
        return [Row(values)]
    found = values.get(table)
    return [row for row in (found if isinstance(found, tuple) else ()) if isinstance(row, Row)]


def _same(one: Ref | None, other: Ref | None) -> bool:
    return (one.id if one is not None else "") == (other.id if other is not None else "")


def _for_life(name: str) -> Problem:
    return Problem(
        "bound_already",
        Text(
            f"这一行已绑定版本 {name}，不能直接改。",
            f"This line is bound to version {name} and keeps it.",
        ),
        hint=Text(
            "要换版本，请用改绑环节并写明原因。",
            "Bind it anew by the step that may, with a reason.",
        ),
    )


def bound_in(values: Mapping[str, Value], said: Binding) -> Iterator[tuple[Row, dict[str, Any]]]:
    """Yield each row of a record that is bound, with what it is bound to."""
    for row in _rows(values, said.table):
        kept = unpacked(row.values.get(last(said.kept)))
        if kept:
            yield row, kept
