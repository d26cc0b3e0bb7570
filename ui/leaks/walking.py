"""Walks every surface as every restricted role, and reports each value that came out."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC

from flask import Flask

from seamline import clock
from seamline.access import ADMINISTRATOR, Access, Reach, plain
from seamline.catalog import Catalog, build
from seamline.facts import Actor, Origin
from seamline.metadata import Package, Role
from seamline.problems import Refused
from seamline.registry import modules
from seamline.text import Text
from seamline.usecases import accounts
from seamline.usecases.desk import Desk
from seamline.usecases.tokens import create_token

from ..app import create_app
from ..ways.proving import throw_away
from ..ways.visitor import OPERATOR, signed_in
from .canaries import FOREIGN, LABEL, MINE, Canary, Telling
from .opening import Standing, labelled, opened
from .report import Gap, Report
from .situations import surround
from .staging import Stage, wishes_of
from .visit import Guest

Surface = Callable[[Guest], None]
ORIGIN = Origin("cli")


def restricted(packages: Iterable[Package]) -> Iterator[Role]:
    """Yield the roles that see less than others: those of outsiders, and those narrowed."""
    for package in packages:
        for role in package.roles:
            if role.kind == "external" or any(grant.narrowed for grant in role.grants):
                yield role


def surfaces() -> dict[str, Surface]:
    """Return every surface by the name of its module."""
    package = f"{__package__}.surfaces"
    return {one.__name__.rpartition(".")[2]: one.visit for one in modules(package)}


def prove(
    packages: Sequence[Package],
    *,
    expected: Sequence[Package] | None = None,
    walked: dict[str, Surface] | None = None,
    only: Iterable[str] = (),
    tell: Callable[[Text], None] = lambda said: None,
) -> Report:
    """Walk the surfaces of a workspace with the packages, made for it and removed afterwards.

    What may be seen is said by the roles of `expected`, those of the packages themselves where
    None; `only` limits it to some roles. `tell` hears how far it is.
    """
    walked = surfaces() if walked is None else walked
    report = Report(surfaces=list(walked))
    chosen = _chosen(packages if expected is None else expected, only)
    guests = staged(packages, only, expected=expected, report=report, tell=tell)
    with closing(guests):
        for number, (guest, role) in enumerate(guests, 1):
            for name, visit in walked.items():
                guest.surface = name
                tell(_far(number, len(chosen), role, Text.same(name)))
                visit(guest)
            report.asked += guest.asked
            for asked in sorted(guest.broken):
                said = Text(f"出错：{asked}", f"An error of ours: {asked}")
                report.miss(role, Gap(role.id, "", "", said))
            report.leaks += sorted(
                (replace(one, role=role.id) for one in guest.leaks),
                key=lambda one: (one.surface, one.form, one.name, one.asked),
            )
    return report


def staged(
    packages: Sequence[Package],
    only: Iterable[str] = (),
    *,
    expected: Sequence[Package] | None = None,
    report: Report | None = None,
    tell: Callable[[Text], None] = lambda said: None,
) -> Generator[tuple[Guest, Role], None, None]:
    """Yield a reader with records for every restricted role, in one workspace made for them.

    Close it: until then the workspace is there, and time stands still.
    """
    report = Report() if report is None else report
    chosen = _chosen(packages if expected is None else expected, only)
    if not chosen:
        return
    # Time stands still: nothing that is shown changes with the moment at which it is asked for.
    with throw_away(packages) as made, clock.frozen(clock.now()):
        catalog = labelled(made.catalogs.current())
        desk = replace(made, catalogs=Standing(made.store, catalog))
        access = catalog.access if expected is None else build(expected, {}, 0).access
        app, roomy = create_app(desk), opened(catalog)
        given: set[str] = set()
        for number, role in enumerate(chosen, 1):
            report.roles.append(role.id)
            tell(_far(number, len(chosen), role, Text("造数据", "making records")))
            yield _Staged(desk, app, catalog, roomy, access, role, report, given).guest(), role


def _chosen(packages: Sequence[Package], only: Iterable[str]) -> list[Role]:
    wanted = {role.id: role for role in restricted(packages)}
    names = {*only}
    return [role for role in wanted.values() if not names or role.id in names]


def _far(number: int, of: int, role: Role, what: Text) -> Text:
    return Text(
        f"泄漏测试 {number}/{of}:{role.title.zh}，{what.zh}",
        f"leak test {number}/{of}: {role.title.en}, {what.en}",
    )


@dataclass(slots=True)
class _Staged:
    """Makes one reader with their records."""

    desk: Desk
    app: Flask
    catalog: Catalog
    opened: Catalog
    access: Access
    role: Role
    report: Report
    given: set[str]

    def guest(self) -> Guest:
        name = f"Lk {secrets.token_hex(6)}"
        author = self._account(f"lk{secrets.token_hex(5)}", name, "")
        telling = Telling((UTC, self.catalog.zone), {author.id: author.name})
        who = Actor(author.id, author.name, (ADMINISTRATOR,))
        stage = Stage(self.desk, self.opened, who, self.given, telling)
        party = ""
        if self.role.party is not None:
            # Where the role reads that form, the party's own record may be what it reads.
            reads = any(grant.form == self.role.party for grant in self.role.grants)
            record = stage.make(self.role.party, MINE if reads else "party")
            model = self.catalog.forms[self.role.party]
            key = record.values.get(model.form.key) if model.form.key else None
            party = f"{self.role.party}={key or record.code or record.id}"
        login = f"guest-{secrets.token_hex(3)}"
        actor = self._account(login, login, party)
        for form in self.catalog.forms:
            self._stage(stage, actor, form)
        # Who speaks to the reader may be named; who made a record need not be.
        other = self._account(f"colleague-{secrets.token_hex(3)}", "Colleague", "")
        colleague = Actor(other.id, other.name, (ADMINISTRATOR,))
        for form, name, refused in surround(stage, self.access, self.role, actor, colleague):
            self._not_around(form, name, refused)
        # Whose name comes out then comes from a record, and not from a list of people.
        accounts.set_active(self.desk, OPERATOR, ORIGIN, author.id, False)
        return self._guest(stage, actor)

    def _account(self, login: str, name: str, party: str) -> Actor:
        made = accounts.create_user(
            self.desk, OPERATOR, ORIGIN, login=login, name=name, roles=(self.role.id,),
            language="en", password=PASSWORD, party=party,
        )  # fmt: skip
        return accounts.acting(self.desk, made.user)

    def _stage(self, stage: Stage, actor: Actor, form: str) -> None:
        """Make a record within reach and one beyond it; of a form that is not read, only that."""
        reach = self.access.scope(actor, form)
        if not self.access.may(actor, "read", form):
            self._make(stage, form, FOREIGN, {}, None)
            return
        wishes, _ = wishes_of(reach.views[0].where if reach.views else None)
        maker = wishes.get("_created_by")
        by = Actor(str(maker), actor.name, (ADMINISTRATOR,)) if maker else None
        mine = stage.records.get((form, MINE), "")
        if not self._met(form, mine, reach):
            mine = self._make(stage, form, MINE, wishes, by)
        foreign = "" if reach.where is None else self._make(stage, form, FOREIGN, {}, None)
        if not self._met(form, mine, reach):
            self._unproven(form, "within reach", "可见的")
        if foreign and self._met(form, foreign, reach):
            del stage.records[form, FOREIGN]
            stage.canaries = [
                one for one in stage.canaries if (one.form, one.record) != (form, FOREIGN)
            ]
            self._unproven(form, "beyond reach", "不可见的")

    def _met(self, form: str, record: str, reach: Reach) -> bool:
        tables = self.catalog.forms[form].tables
        with self.desk.store.reading() as unit:
            return any(unit.records.meeting(tables, [record], reach.conditions()).get(record, ()))

    def _make(
        self, stage: Stage, form: str, called: str, wishes: dict[str, object], by: Actor | None
    ) -> str:
        try:
            return stage.make(form, called, wishes, by).id
        except Refused:
            self._unproven(form, "with canaries", "带标记值的")
            return ""

    def _unproven(self, form: str, en: str, zh: str) -> None:
        say = Text(
            f"角色 {self.role.id}：没能造出{zh} {form} 记录。",
            f"Role {self.role.id}: no record of {form} {en} could be made.",
        )
        self.report.miss(self.role, Gap(self.role.id, form, "", say))

    def _not_around(self, form: str, name: str, refused: Refused) -> None:
        why = refused.problems[0].say
        say = Text(
            f"角色 {self.role.id}:{form} 周围的“{name}”没能造出：{why.zh}",
            f"Role {self.role.id}: '{name}' around {form} could not be made: {why.en}",
        )
        self.report.miss(self.role, Gap(self.role.id, form, "", say))

    def _look_for_gaps(self, actor: Actor, hidden: list[Canary], known: frozenset[str]) -> None:
        """Note every hidden field of which neither a value nor the label can be found."""
        found = {(one.form, one.name) for one in hidden if one.shown - known}
        for form, model in self.catalog.forms.items():
            reach = self.access.scope(actor, form)
            for path, part in model.fields.items():
                if part.field.fields or reach.sees(path) or (form, path) in found:
                    continue
                say = Text(
                    f"角色 {self.role.id}:{form}.{path} 没有可辨认的标记值，证明不了它不外泄。",
                    f"Role {self.role.id}: {form}.{path} got no value that can be recognised, "
                    "so nothing proves that it stays hidden.",
                )
                self.report.miss(self.role, Gap(self.role.id, form, path, say))

    def _guest(self, stage: Stage, actor: Actor) -> Guest:
        token = create_token(
            self.desk, OPERATOR, ORIGIN, login=actor.id, name="leaktest", scopes=("admin",)
        ).word
        seen, hidden = self._sorted_out(stage, actor)
        known = {actor.id, actor.name}
        if actor.party is not None:
            known |= {actor.party.key, actor.party.label}
        self.report.canaries += len(hidden)
        words = frozenset(word for one in seen for word in one.shown) | frozenset(known - {""})
        self._look_for_gaps(actor, hidden, words)
        return Guest(
            self.desk, self.app, actor, self.access, signed_in(self.app, actor.id, PASSWORD), token,
            stage.records, hidden, words,
        )  # fmt: skip

    def _sorted_out(self, stage: Stage, actor: Actor) -> tuple[list[Canary], list[Canary]]:
        """Return the canaries that the reader may see, and those that may come out nowhere."""
        seen: list[Canary] = []
        hidden: list[Canary] = []
        sights: dict[tuple[str, str], frozenset[str] | None] = {}
        with self.desk.store.reading() as unit:
            for form, called in stage.records:
                record, reach = stage.records[form, called], self.access.scope(actor, form)
                tables = self.catalog.forms[form].tables
                met = unit.records.meeting(tables, [record], reach.conditions())
                sights[form, called] = reach.hidden(met.get(record, (False,) * len(reach.views)))
        for one in stage.canaries:
            unseen = sights.get((one.form, one.record))
            visible = unseen is not None and plain(one.name) not in unseen
            (seen if visible else hidden).append(one)
        hidden += [*stage.around, *self._labels(actor)]
        return seen, hidden

    def _labels(self, actor: Actor) -> Iterator[Canary]:
        """Yield the labels of fields that the reader neither sees anywhere nor fills."""
        for form, model in self.catalog.forms.items():
            reach = self.access.scope(actor, form)
            fills = [
                self.access.taking(actor, step, form)
                for step in model.steps
                if self.access.may(actor, step, form)
            ]
            for path, field_ in model.fields.items():
                if not reach.sees(path) and not any(one.sees(path) for one in fills):
                    yield Canary(form, LABEL, path, frozenset({field_.field.label.en}))


PASSWORD = secrets.token_urlsafe(16)
