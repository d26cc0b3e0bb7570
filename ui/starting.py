"""A workspace from nothing: folder, store, first administrator, a package and its sample data."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from seamline import settings as settings_
from seamline.facts import Actor, Origin, Record
from seamline.metadata import Package, SampleAccount
from seamline.metadata.package import DataFile
from seamline.problems import Place, Problem, Refused
from seamline.settings import Settings
from seamline.store import Query
from seamline.text import Text
from seamline.usecases import accounts, import_, install, migrate
from seamline.usecases.desk import Desk, open_desk

OPERATOR = Actor("operator", "operator", ("administrator",))
SEED = Origin("seed")
ADMINISTRATOR = "admin"
MOST_KEYS = 1_000
# Called with what is done and what there is to do.
Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Started:
    """A new workspace with the password and a token of its administrator, told only here."""

    settings: Settings
    packages: tuple[Package, ...]
    login: str
    password: str = field(repr=False)
    token: str = field(repr=False)


def silent(done: int, whole: int) -> None:
    """Tell nobody."""


def example(name: str) -> Path:
    """Return the folder of a package that ships with the product."""
    return Path(str(files("seamline.examples"))) / name


def administrator(desk: Desk, login: str = ADMINISTRATOR) -> str:
    """Make the first administrator and return the generated password."""
    return accounts.create_user(
        desk, OPERATOR, SEED, login=login, name=login, roles=("administrator",)
    ).password


def people(desk: Desk, package: Package) -> dict[str, tuple[str, Text]]:
    """Make the sample accounts of the package, and a user for each role that none of them has.

    Returns by login the generated password and who it is. The records that accounts stand for
    have to be there.
    """
    head = package.head
    taken = {role for one in head.accounts for role in one.roles}
    # The role of a progress page is for its links: nobody signs in with it.
    taken |= {page.settings.role for page in package.pages if page.kind == "progress"}
    wanted = [
        SampleAccount(role.id, role.title, (role.id,))
        for role in package.roles
        if role.id not in taken
    ]
    made = {}
    for one in (*wanted, *head.accounts):
        created = accounts.create_user(
            desk, OPERATOR, SEED, login=one.login, name=one.name.in_(head.language),
            roles=one.roles, language=head.language, party=one.party,
        )  # fmt: skip
        made[one.login] = created.password, one.name
    return made


def publish(desk: Desk, name: str) -> Package:
    """Publish a package that ships with the product and return it."""
    install.publish(desk, OPERATOR, SEED, example(name))
    packages = desk.catalogs.current().packages
    return next(package for package in packages if package.head.id == name)


def seed(
    desk: Desk, package: Package, only: Collection[str] | None = None, tell: Tell = silent
) -> int:
    """Import the package's sample data the way a person would; return the number of records.

    `only` names the import maps to run. Raises `Refused` at the first row that is not good:
    the data of a shipped package must all be.
    """
    wanted = [data for data in package.head.data if only is None or data.map in only]
    return sum(_seed_one(desk, package, data, tell) for data in wanted)


def _seed_one(desk: Desk, package: Package, data: DataFile, tell: Tell) -> int:
    path = example(package.head.id) / data.file
    mapping = next(found for found in package.imports if found.id == data.map)
    beside = path.parent / mapping.lines.file if mapping.lines and mapping.lines.file else None
    if mapping.takes_over is not None:  # a library is filled by a migration
        taken = migrate.load(desk, OPERATOR, mapping, path, beside)
        if taken.bad:
            found = (problem for _, problem in migrate.problems_of(taken))
            raise Refused(Problem(one.code, one.say).at(_place(one)) for one in found)
        return taken.taken
    upload = import_.Upload.of(path)
    lines = import_.Upload.of(beside) if beside else None
    job = import_.start(desk, OPERATOR, SEED, mapping.form, upload, mapping, lines=lines)
    done = import_.run(desk, OPERATOR, job.id, lambda at: tell(at.position, at.total))
    if done.bad:
        raise Refused(
            Problem(one.code, one.say).at(_place(one)) for one in import_.problems_of(done)
        )
    return done.good


def _place(one: import_.CellProblem) -> Place:
    return Place(one.column or one.field, one.file, one.row, 1)


def start(
    folder: Path,
    names: Sequence[str],
    only: Collection[str] | None = None,
    environment: Mapping[str, str] | None = None,
    tell: Tell = silent,
) -> Started:
    """Make a workspace with shipped packages, their sample data (`only` some maps), a token.

    `environment` is added to the environment of the process.
    """
    settings = settings_.found(folder, {**os.environ, **(environment or {})})
    desk = open_desk(settings)
    try:
        password = administrator(desk)
        packages = tuple(publish(desk, name) for name in names)
        for package in packages:
            seed(desk, package, only, tell)
        token = accounts.create_token(
            desk, OPERATOR, SEED, login=ADMINISTRATOR, name="start", scopes=("read", "write")
        ).word
    finally:
        desk.close()
    return Started(settings, packages, ADMINISTRATOR, password, token)


def keys_of(
    settings: Settings, form: str, accept: Callable[[Record], bool] = lambda record: True
) -> tuple[str, ...]:
    """Return the keys of up to 1,000 records of a form that `accept` takes, in list order."""
    desk = open_desk(settings)
    try:
        model = desk.catalogs.current().forms[form]
        key = model.form.key
        with desk.store.reading() as unit:
            page = unit.records.page(model.tables, Query(limit=MOST_KEYS, total=False))
        return tuple(str(row.values[key]) if key else row.code for row in page.rows if accept(row))
    finally:
        desk.close()
