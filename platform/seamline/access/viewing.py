"""From the grants of roles to views: which names of which form a role shows, compiled once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from seamline.conditions.node import Node, timely
from seamline.facts import Actor
from seamline.forms import FormModel
from seamline.metadata import Grant, Role, StepLimit

from .account import account_of, all_of, bound, parse_where, party_names
from .reach import ALWAYS, EVERYTHING_SEEN, Reach, View, plain
from .words import EVERYTHING

_KEPT = 2_000  # reaches of different accounts kept at a time


@dataclass(frozen=True, slots=True)
class Granted:
    """What one grant of a role comes to for one form; `where` still names the account."""

    role: Role
    grant: Grant
    where: Node | None
    unseen: frozenset[str] = frozenset()


class Viewing:
    """Compiles the grants of the held roles into views, for reading and for every step."""

    def __init__(self, roles: Mapping[str, Role], forms: Mapping[str, FormModel]) -> None:
        self._roles = roles
        self._forms = forms
        self._every: dict[str, frozenset[str]] = {}
        self._granted: dict[tuple[Any, ...], tuple[Granted, ...]] = {}
        self._bound: dict[tuple[Any, ...], Reach] = {}

    def reading(self, actor: Actor, form: str) -> Reach:
        """Return what the actor's roles show of a form."""
        return self._reach(actor, form, "")

    def taking(self, actor: Actor, form: str, step: str) -> Reach:
        """Return where the actor may take a step; `unseen` there are the fields he may not fill."""
        return self._reach(actor, form, step)

    def granted(self, held: tuple[str, ...], form: str, step: str = "") -> tuple[Granted, ...]:
        """Return what the held roles grant: to read, or to take a step."""
        key = (held, form, step)
        found = self._granted.get(key)
        if found is None:
            found = self._granted[key] = tuple(self._of_roles(held, form, step))
        return found

    def party_names(self, form: str) -> frozenset[str]:
        """Return the fields of a party's record that conditions of roles look at."""
        found: frozenset[str] = frozenset()
        for role in self._roles.values():
            steps = ("", *(limit.step for grant in role.grants for limit in grant.limits))
            for there in self._forms if role.party == form else ():
                for step in steps:
                    for one in self.granted((role.id,), there, step):
                        found |= party_names(one.where) if one.where is not None else frozenset()
        return found

    def _reach(self, actor: Actor, form: str, step: str) -> Reach:
        key = (actor.roles, actor.id, actor.party, form, step)
        found = self._bound.get(key)
        if found is None:
            granted = self.granted(actor.roles, form, step)
            if any(one.where is not None and timely(one.where) for one in granted):
                # Whom such a role shows what changes from moment to moment: nothing to keep.
                return self._bind(actor, [self._moored(one, form) for one in granted])
            found = self._bind(actor, granted)
            if len(self._bound) >= _KEPT:
                self._bound.clear()
            self._bound[key] = found
        return found

    def _moored(self, one: Granted, form: str) -> Granted:
        return one if one.where is None else replace(one, where=self._forms[form].moored(one.where))

    @staticmethod
    def _bind(actor: Actor, granted: Iterable[Granted]) -> Reach:
        views = []
        for one in granted:
            where = one.where
            if where is not None:
                where = bound(where, account_of(actor, one.role.party))
            views.append(View(one.role.id, where, one.unseen))
        reach = Reach(tuple(dict.fromkeys(views)))
        return EVERYTHING_SEEN if reach.whole else reach

    def _of_roles(self, held: tuple[str, ...], form: str, step: str) -> Iterator[Granted]:
        for word in held:
            role = self._roles.get(word)
            grant = grant_of(role, form, step) if role is not None else None
            if role is not None and grant is not None:
                limit = next((one for one in grant.limits if one.step == step), None)
                yield self._one(held, form, role, grant, limit)

    def _one(
        self, held: tuple[str, ...], form: str, role: Role, grant: Grant, limit: StepLimit | None
    ) -> Granted:
        if form not in self._forms:  # nothing is known of its names: as it is granted
            return Granted(role, grant, None)
        parts = [grant.where, limit.where if limit is not None else None]
        nodes = [self._parsed(role, form, part) for part in parts if part is not None]
        where = all_of(nodes) if nodes else None
        if limit is not None and limit.fields is not None:
            grant = replace(grant, fields=limit.fields, hide=())
        unseen = frozenset(
            name
            for name in self._names(form)
            if not self._sees(held, Granted(role, grant, None), form, name)
        )
        return Granted(role, grant, where, unseen)

    def _parsed(self, role: Role, form: str, document: Any) -> Node:
        forms = {name: model.form for name, model in self._forms.items()}
        party = forms.get(role.party or "")
        return parse_where(document, self._forms[form].scope, party, forms)

    def _names(self, form: str) -> frozenset[str]:
        """Return every name of a form that somebody may see or not."""
        found = self._every.get(form)
        if found is None:
            scope = self._forms[form].scope
            names = {*scope.types, *self._forms[form].fields}
            names |= {
                f"{table}.{name}" for table, rows in scope.rows.items() for name in rows.types
            }
            found = self._every[form] = frozenset(names - ALWAYS)
        return found

    def _sees(self, held: tuple[str, ...], one: Granted, form: str, name: str) -> bool:
        """Whether a grant shows a name: named itself, and where it repeats something, that too."""
        fields = self._forms[form].fields
        own, beyond = (name, "") if name in fields else _split(name, fields)
        if not shows(one.grant, own):
            return False
        if beyond:
            return self._sees_through(held, one, form, own, beyond)
        model = fields.get(own)
        if model is None or (one.grant.fields is not None and own in one.grant.fields):
            return True  # what a grant names itself was meant, whatever it repeats
        if model.field.kind == "lookup":
            table = own.rpartition(".")[0]
            start = str(model.field.settings["from"])
            through = f"{table}.{start}" if f"{table}.{start}" in fields else start
            wanted = str(model.field.settings["field"])
            return shows(one.grant, through) and self._sees_through(
                held, one, form, through, wanted
            )
        if model.formula is not None:
            needs = (_needed(need, own, fields) for need in model.formula.needs)
            return all(need == own or self._sees(held, one, form, need) for need in needs)
        return True

    def _sees_through(
        self, held: tuple[str, ...], one: Granted, form: str, reference: str, name: str
    ) -> bool:
        """Whether what a reference leads to is seen: as the held roles show the form there.

        Where they show nothing of it, a role that is narrowed to fields or external sees nothing;
        to any other the author has opened the form with all that its look-ups repeat.
        """
        target = str(self._forms[form].fields[reference].field.settings.get("to", ""))
        if target not in self._forms:
            return False
        there = list(self._reading_grants(held, target))
        if not there:
            return one.grant.fields is None and one.role.kind == "internal"
        return any(
            other.grant.where is None and self._sees(held, other, target, name) for other in there
        )

    def _reading_grants(self, held: tuple[str, ...], form: str) -> Iterator[Granted]:
        for word in held:
            role = self._roles.get(word)
            grant = grant_of(role, form, "") if role is not None else None
            if role is not None and grant is not None:
                yield Granted(role, grant, None)


def grant_of(role: Role, form: str, step: str) -> Grant | None:
    """Return the grant that decides: one that names the form, before one of every form."""
    for word in (form, EVERYTHING):
        for grant in role.grants:
            granted = (step in grant.steps or "*" in grant.steps) if step else grant.read
            if grant.form == word and granted:
                return grant
    return None


def shows(grant: Grant, own: str) -> bool:
    """Whether a grant shows a field, a column or a platform name, as it is written."""
    if own in ALWAYS:
        return True
    table = own.partition(".")[0]
    if grant.fields is None:
        return own not in grant.hide and table not in grant.hide
    wanted = {own, table}
    return any(name in wanted or name.startswith(f"{own}.") for name in grant.fields)


def _split(name: str, fields: Mapping[str, Any]) -> tuple[str, str]:
    """Return the reference that a name goes through, and what it names there."""
    own, _, beyond = name.rpartition(".")
    return (own, beyond) if own in fields else (name, "")


def _needed(need: str, own: str, fields: Mapping[str, Any]) -> str:
    """Return a name of a formula as a path: of a column's formula the row comes first."""
    name, table = plain(need), own.rpartition(".")[0]
    beside = f"{table}.{name}" if table else name
    head = beside if beside in fields else beside.rpartition(".")[0]
    return beside if table and head in fields and head != table else name
