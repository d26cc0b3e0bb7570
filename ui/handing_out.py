"""Tasks in hand for the sample accounts of a package, so that their boards have something on them.

For every board of tasks and every sample account that opens it: some tasks of the record that the
account stands for, checked in as far as they have come by that account, with photos drawn from
nothing. All of it follows from the metadata of the package.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from seamline import clock
from seamline.facts import Actor, Origin
from seamline.forms import FormModel
from seamline.metadata import Field, Package, Step
from seamline.metadata.package import SampleAccount
from seamline.pages.tasks import Tasks
from seamline.proofs import sample
from seamline.store import Query
from seamline.testing.filling import Filling
from seamline.usecases import accounts, files, people
from seamline.usecases.desk import Desk
from seamline.usecases.submit import Submission, submit

# Days until a task is due, how many of its check-ins are done, and how much of it there is.
PLAN = ((-1, 0, 600), (1, 2, 1200), (2, 1, 4200), (3, 3, 900), (9, 0, 300), (5, 9, 2400))
PLACE = {"latitude": 31.2304, "longitude": 121.4737, "accuracy": 12}
SIZE = (1024, 768)
MOST_KEYS = 200


def hand_out(desk: Desk, operator: Actor, origin: Origin, package: Package) -> int:
    """Make the tasks and return how many there are."""
    seeds, count = itertools.count(1), 0
    for settings, account in _boards(package):
        model = desk.catalogs.current().forms[settings.form]
        whose, _, key = account.party.partition("=")
        party = next((one for one in model.form.fields if one.settings.get("to") == whose), None)
        if party is None:
            continue
        user = next(user for user in accounts.users(desk) if user.login == account.login)
        worker = people.acting(desk, user)
        keys = {one: _keys(desk, one) for one in _targets(model)}
        for days, taken, amount in PLAN:
            due = (clock.today(desk.catalogs.current().zone) + timedelta(days=days)).isoformat()
            fixed = _fixed(model, settings, amount) | {party.id: key, model.form.due or "": due}
            values = Filling(model.form, keys, fixed).values(next(seeds))
            asked = Submission(settings.form, "create", values)
            record = submit(desk, operator, origin, asked).record.id
            for word in settings.route[:taken]:
                step = model.steps[word]
                given = _given(desk, worker, model, step, due, seeds)
                submit(desk, worker, origin, Submission(settings.form, word, given, record=record))
            count += 1
    return count


def _boards(package: Package) -> Iterator[tuple[Tasks, SampleAccount]]:
    """Yield the boards of tasks with the accounts that stand for a record and open them."""
    opens = {role.id: role.pages for role in package.roles}
    for page in package.pages:
        for account in package.head.accounts:
            pages = {name for role in account.roles for name in opens.get(role, ())}
            if page.kind == "tasks" and account.party and page.id in pages:
                yield page.settings, account


def _targets(model: FormModel) -> set[str]:
    return {str(one.settings["to"]) for one in model.form.fields if one.kind == "reference"}


def _keys(desk: Desk, form: str) -> list[str]:
    """Return what references may name: the keys, or the codes, of some records of a form."""
    model = desk.catalogs.current().forms[form]
    key = model.form.key
    with desk.store.reading() as unit:
        page = unit.records.page(model.tables, Query(limit=MOST_KEYS, total=False))
    return [str(row.values[key]) if key else row.code for row in page.rows]


def _fixed(model: FormModel, settings: Tasks, amount: int) -> dict[str, Any]:
    """Return whole amounts for the figures in the title of a task."""
    figures = ("integer", "decimal")
    named = (model.fields[name].field for name in settings.title if name in model.fields)
    return {one.id: amount for one in named if one.kind in figures}


def _given(
    desk: Desk, worker: Actor, model: FormModel, step: Step, due: str, seeds: Iterator[int]
) -> Mapping[str, Any]:
    """Return what a check-in is given: photos where they are needed, the due day for days."""
    names: Sequence[str] = step.fields or ()
    given: dict[str, Any] = {}
    for one in (model.fields[name].field for name in names):
        if one.kind == "date":
            given[one.id] = due
        elif one.id in step.needs and one.kind == "image":
            given[one.id] = [_photo(desk, worker, one, next(seeds))]
    return given


def _photo(desk: Desk, worker: Actor, field: Field, seed: int) -> dict[str, Any]:
    data = sample.photo(seed, clock.now().astimezone(desk.catalogs.current().zone), size=SIZE)
    ref = asdict(files.keep(desk, worker, data, f"{field.id}.jpg", "image/jpeg"))
    told = {"place": PLACE, "device": "D-5EED00"} if "proof" in field.settings else None
    return ref | {"capture": told}
