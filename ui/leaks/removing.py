"""The other half of the proof: with one wall removed, the walk finds what stood behind it.

For each role and each hidden field the wall before that field alone is taken away, and what had
shown it with every wall gone is asked again. So a walk that finds nothing is known to have looked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from seamline.access import Access
from seamline.access.viewing import grant_of
from seamline.facts import Record
from seamline.forms import SYSTEM
from seamline.metadata import Grant, Package, Role
from seamline.text import Text

from .canaries import FOREIGN, MINE
from .opening import Standing
from .visit import Guest, Key
from .walking import Surface, staged, surfaces

LAST = "taking_steps"  # it writes: what it leaves behind is no place for the others to look
Tell = Callable[[Text], None]


@dataclass(frozen=True, slots=True)
class Wall:
    """What came of removing the wall before one field of one form, for one role.

    On the surfaces `alone` the walk found that field with nothing else removed, on those of
    `together` only with every wall gone; on all others it cannot come out. `besides` are fields
    found with it that hold none of its values.
    """

    role: str
    form: str
    field: str
    alone: frozenset[str]
    together: frozenset[str]
    besides: frozenset[tuple[str, str]] = frozenset()


def walls(
    packages: Sequence[Package], *, only: Iterable[str] = (), tell: Tell = lambda said: None
) -> Iterator[Wall]:
    """Remove every wall of every restricted role in turn; yield what came of each."""
    walked = surfaces()
    first = {name: visit for name, visit in walked.items() if name != LAST}
    last = {name: visit for name, visit in walked.items() if name == LAST}
    with closing(staged(packages, only)) as guests:
        for guest, role in guests:
            removal = _Removal(guest, role)
            for part in (first, last):
                removal.open(part, tell)
            yield from removal.walls()


class _Removal:
    """One reader, before whom walls are taken away and put back."""

    def __init__(self, guest: Guest, role: Role) -> None:
        self._role, self._catalog = role, guest.catalog
        self._access = guest.access
        assert isinstance(guest.desk.catalogs, Standing)
        self._standing = guest.desk.catalogs
        # Of a form that is not read, the record beyond reach is the one that would come out.
        own = {(form, MINE): id_ for (form, called), id_ in guest.records.items()
               if called == FOREIGN and (form, MINE) not in guest.records}  # fmt: skip
        guest.records = {**guest.records, **own}
        self._guest = guest
        self._values: dict[Key, set[str]] = {}
        for one in guest.hidden:
            self._values.setdefault((one.form, one.name), set()).update(one.shown)
        self._found: dict[Key, tuple[set[str], set[str], set[Key]]] = {}
        self._kept = {(form, record.id): record for form, record in self._as_they_stand()}

    def open(self, part: dict[str, Surface], tell: Tell) -> None:
        """Walk some surfaces with every wall gone, then with each of them gone alone."""
        guest = self._guest
        guest.forget()
        self._stand(self._open_role())
        for name, visit in part.items():
            tell(Text.same(f"{self._role.id}: {name}"))
            guest.surface = name
            visit(guest)
        traces = {key: ways for key, ways in guest.traces.items() if ways}
        for key in self._fields():
            shown = {surface for surface, *rest in traces if tuple(rest) == key}
            alone, together, besides = self._found.setdefault(key, (set(), set(), set()))
            self._stand(self._role_with(*key))
            for surface in sorted(shown):
                found = self._again(surface, traces[surface, *key], key)
                (alone if key in found else together).add(surface)
                besides.update(one for one in found if not self._repeats(one, key))
        self._standing.swap(self._catalog)

    def walls(self) -> Iterator[Wall]:
        """Yield what came of it, field by field."""
        for (form, field), (alone, together, besides) in self._found.items():
            yield Wall(self._role.id, form, field, frozenset(alone), frozenset(together),
                       frozenset(besides))  # fmt: skip

    def _again(self, surface: str, ways: list[Callable[[Guest], object]], key: Key) -> set[Key]:
        guest = self._guest
        found: set[Key] = set()
        for way in ways:
            if key in found:
                break
            self._put_back()
            guest.forget()
            guest.surface = surface
            way(guest)
            found |= {(leak.form, leak.name) for leak in guest.leaks}
        return found

    def _as_they_stand(self) -> Iterator[tuple[str, Record]]:
        with self._guest.desk.store.reading() as unit:
            for (form, called), id_ in self._guest.records.items():
                if called in (MINE, FOREIGN):
                    record = unit.records.get(self._catalog.forms[form].tables, id_)
                    if record is not None:
                        yield form, record

    def _put_back(self) -> None:
        """Undo what steps have made of the records, so that they can be taken again."""
        changed = [
            (form, record, before)
            for form, record in self._as_they_stand()
            if record.version != (before := self._kept[form, record.id]).version
        ]
        if not changed:
            return
        with self._guest.desk.store.unit() as unit:
            for form, record, before in changed:
                made = replace(before, version=record.version + 1)
                unit.records.update(self._catalog.forms[form].tables, made, record.version)
                self._kept[form, record.id] = made

    def _repeats(self, one: Key, key: Key) -> bool:
        """Whether a field is the other one, its sub-table, or holds a value of it."""
        mine, other = self._values.get(key, set()), self._values.get(one, set())
        table = (key[0], key[1].partition(".")[0])
        return one in (key, table) or not mine.isdisjoint(other)

    def _fields(self) -> Iterator[Key]:
        """Yield every field that the reader does not see, of every form."""
        actor = self._guest.actor
        for form, model in self._catalog.forms.items():
            reach = self._access.scope(actor, form)
            for path, part in model.fields.items():
                if not part.field.fields and not reach.sees(path):
                    yield form, path

    def _stand(self, role: Role) -> None:
        access = self._catalog.access
        roles = {**access.roles, role.id: role}
        opened = Access(roles, access.every_pool, access.forms)
        version = self._standing.current().version + 1
        self._standing.swap(replace(self._catalog, access=opened, version=version))

    def _open_role(self) -> Role:
        grants = [self._grant(form, self._names(form)) for form in self._catalog.forms]
        return replace(self._role, grants=(*grants, *self._role.grants))

    def _role_with(self, form: str, field: str) -> Role:
        reach = self._access.scope(self._guest.actor, form)
        seen = [name for name in self._names(form) if reach.sees(name)]
        return replace(self._role, grants=(self._grant(form, [*seen, field]), *self._role.grants))

    def _grant(self, form: str, fields: Sequence[str]) -> Grant:
        known = grant_of(self._role, form, "") or Grant(form)
        return replace(known, form=form, export=True, hide=(), fields=tuple(dict.fromkeys(fields)))

    def _names(self, form: str) -> list[str]:
        fields = self._catalog.forms[form].form.every_field()
        return [*(path for path, one in fields if not one.fields), *SYSTEM]


def table(found: Sequence[Wall], names: Sequence[str]) -> Iterator[str]:
    """Yield the walls as a table of text: `●` found alone, `○` only with others, `–` cannot."""
    yield " ".join(("role", "field".ljust(44), *names))
    for wall in found:
        marks = (
            "●" if name in wall.alone else "○" if name in wall.together else "–" for name in names
        )
        cells = (mark.center(len(name)) for mark, name in zip(marks, names, strict=True))
        yield " ".join((wall.role, f"{wall.form}.{wall.field}".ljust(44), *cells))


def unfound(found: Iterable[Wall]) -> list[Wall]:
    """Return the walls whose removal was found on no surface at all."""
    return [wall for wall in found if not wall.alone]
