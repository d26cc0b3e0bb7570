"""Proves that every rule of some packages says the same on every way in."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from seamline import clock
from seamline.catalog import Catalog, read_installed
from seamline.facts import Actor, Origin
from seamline.metadata import Act, Package
from seamline.problems import Refused
from seamline.publish import apply, plan
from seamline.settings import existing, found
from seamline.store import Store, Unit, open_store
from seamline.testing.comparing import Came
from seamline.testing.conformance.searching import Case, Search, everything_on, rules_of
from seamline.testing.conformance.verdicts import Report, Verdict, Way, compare, stored
from seamline.usecases.desk import Desk, open_desk
from seamline.usecases.submit import RefusedByRules, Submission, submit_in

from . import every_way

WHY = "conformance"


def installed_in(folder: Path) -> tuple[Package, ...]:
    """Return the packages of a workspace, local changes included; nothing is written there."""
    settings = existing(folder)
    with closing(open_store(settings.database, settings.files)) as store, store.reading() as unit:
        return read_installed(unit)


def prove(
    packages: Sequence[Package],
    database: str = "",
    ways: Callable[[Desk], Sequence[Way]] = every_way,
) -> Report:
    """Submit a case for and against every rule on every way, and return what came of it.

    It happens on a workspace of its own that is removed afterwards; `database` is the URL of an
    empty database, else SQLite. The first of `ways` is what the others are compared with.
    """
    with throw_away(packages, database) as desk:
        catalog = everything_on(desk.catalogs.current())
        open_ways = list(ways(desk))
        bound = tuple(rules_of(catalog))
        report = Report(tuple(way.name for way in open_ways), bound)
        search = Search(desk.store, catalog, through_the_door)
        for rule in bound:
            cases = search.cases(rule)
            made = {case.fires for case in cases}
            report.missing += [(rule, fires) for fires in (True, False) if fires not in made]
            for case in cases:
                compare(report, case, list(_verdicts(desk, catalog, case, open_ways)))
        return report


def _verdicts(
    desk: Desk, catalog: Catalog, case: Case, ways: Iterable[Way]
) -> Iterator[tuple[str, Verdict]]:
    """Submit one case on each way that takes it; every way has records of its own."""
    form, step = case.bound.form, case.bound.step
    for way in ways:
        if not way.takes(catalog.forms[form], step):
            continue
        with desk.store.unit() as unit:
            asked = case.stage(unit, catalog, through_the_door)
        with desk.store.reading() as unit:
            before, _ = unit.journal.head()
        said = way.submit(asked)
        verdict = stored(desk.store, catalog.forms, before, f"{form}.{step}")
        yield way.name, replace(verdict, problems=said)


@contextmanager
def throw_away(packages: Sequence[Package], database: str = "") -> Iterator[Desk]:
    """Open a workspace with the packages, every rule switched on; it is removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="seamline-conformance-") as folder:
        given = {"SEAMLINE_DATABASE": database} if database else {}
        desk = open_desk(found(Path(folder, "workspace"), given))
        desk.store.hurry()
        try:
            apply(plan((), packages, desk.store), desk.store, lambda unit: _keep(unit, packages))
            _switch_on(desk.store, desk.catalogs.refresh())
            desk.catalogs.refresh()
            yield desk
        finally:
            desk.close()


def _keep(unit: Unit, packages: Sequence[Package]) -> None:
    for package in packages:
        unit.packages.keep(package)
    unit.bump_catalog()


def _switch_on(store: Store, catalog: Catalog) -> None:
    with store.unit() as unit:
        for bound in rules_of(catalog):
            if not bound.rule.enabled:
                unit.switches.set(bound.key, True, WHY, clock.now(), WHY)


def through_the_door(unit: Unit, catalog: Catalog, actor: Actor, origin: Origin, act: Act) -> Came:
    """Submit what an act asks inside an open transaction; a refusal leaves nothing of itself."""
    model = catalog.forms[act.form]
    asked = Submission(
        act.form, act.step, act.values, act.record, reason=act.reason,
        confirmed=frozenset(act.confirmed),
    )  # fmt: skip
    try:
        with unit.savepoint():
            done = submit_in(unit, catalog, actor, origin, asked)
    except RefusedByRules as refusal:
        return Came("refused", refusal.decision.spoken, refusal.problems)
    except Refused as refused:
        return Came("refused", (), refused.problems, judged=False)
    values = model.to_json(done.record.values)
    key = values.get(model.form.key) if model.form.key else None
    word = str(key or done.record.code or done.record.id)
    spoken = done.decision.spoken if done.decision is not None else ()
    return Came(
        done.outcome, spoken, record=done.record.id, code=done.record.code, key=word,
        state=done.record.state, held=done.record.held, values=values,
    )  # fmt: skip
