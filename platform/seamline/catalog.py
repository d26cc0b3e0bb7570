"""Installed packages and switches, compiled into one frozen catalog that is swapped whole."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from seamline import clock
from seamline.access import Access, condition_names
from seamline.connecting import Owned, overlaid, owners_of
from seamline.correlate import CorrelationModel, compile_correlation
from seamline.forms import FormModel, compile_form, form_scope
from seamline.metadata import (
    Connection,
    Form,
    ImportMap,
    Measure,
    Package,
    Page,
    Pipeline,
    Role,
    RuleSet,
)
from seamline.metadata.package import PROMPTS_PER_DAY
from seamline.package import read_sources
from seamline.promising import Lines, Pool, compile_promise
from seamline.rules import RuleModel, compile_ruleset
from seamline.schema import Lawful
from seamline.store import LocalConnection, Store, Unit
from seamline.store.tables import tables_for
from seamline.text import Text
from seamline.workdays import Calendar

LAWFUL = "lawful.json"


@dataclass(frozen=True, slots=True)
class Catalog:
    """Everything the running product knows from metadata; immutable, one per version.

    `switches` holds what was ever flipped and `shadows` the rules on trial at present, both by
    `ruleset.rule`; `trial_ends` is when the next trial is over. `switched` counts the flips.
    `promised` says by form which of its lines are promised, and from which of the `promises`.
    `pool_titles` and `act_titles` say what people call review pools and the acts that locks close.
    `connections` stand as they are set on the spot; `owned` says by form which of its fields are
    another system's to change. `judged` are the forms of which any step has rules.
    """

    version: int
    packages: tuple[Package, ...]
    forms: Mapping[str, FormModel]
    rules: Mapping[str, RuleModel]
    access: Access
    switches: Mapping[str, bool]
    imports: Mapping[str, ImportMap] = field(default_factory=dict)
    language: str = "zh"
    zone: ZoneInfo = ZoneInfo("Asia/Shanghai")
    currency: str = "CNY"
    calendar: Calendar | None = None
    prompts_per_day: int = PROMPTS_PER_DAY
    shadows: frozenset[str] = frozenset()
    trial_ends: datetime | None = None
    switched: int = 0
    correlations: Mapping[str, CorrelationModel] = field(default_factory=dict)
    pages: Mapping[str, Page] = field(default_factory=dict)
    measures: Mapping[str, Measure] = field(default_factory=dict)
    pipelines: Mapping[str, Pipeline] = field(default_factory=dict)
    promises: Mapping[str, Pool] = field(default_factory=dict)
    promised: Mapping[str, tuple[Lines, ...]] = field(default_factory=dict)
    pool_titles: Mapping[str, Text] = field(default_factory=dict)
    act_titles: Mapping[str, Text] = field(default_factory=dict)
    connections: Mapping[str, Connection] = field(default_factory=dict)
    owned: Mapping[str, Owned] = field(default_factory=dict)
    judged: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "judged", frozenset(step.partition(".")[0] for step in self.rules))

    def maker(self, form_id: str) -> Connection | None:
        """Return the connection whose system alone makes the records of a form, if there is one."""
        key = self.forms[form_id].form.key
        return self.owned.get(form_id, {}).get(key) if key else None

    def with_switches(self, moved: Switched) -> Catalog:
        """Return this catalog with other switches; every compiled part is shared."""
        return replace(
            self,
            switches=moved.switches,
            shadows=moved.shadows,
            trial_ends=moved.trial_ends,
            switched=moved.version,
        )


@dataclass(frozen=True, slots=True)
class Switched:
    """Where every switch stands at one moment, as far as it was ever moved."""

    version: int = 0
    switches: Mapping[str, bool] = field(default_factory=dict)
    shadows: frozenset[str] = frozenset()
    trial_ends: datetime | None = None


def read_switches(unit: Unit) -> Switched:
    """Read the switches; a trial whose time is over is none any more."""
    now = clock.now()
    trials = [shadow for shadow in unit.switches.shadows().values() if shadow.until > now]
    return Switched(
        unit.switches.version(),
        unit.switches.all(),
        frozenset(shadow.key for shadow in trials),
        min((shadow.until for shadow in trials), default=None),
    )


def build(
    packages: Sequence[Package],
    switches: Mapping[str, bool],
    version: int,
    local: Mapping[str, LocalConnection] = MappingProxyType({}),
) -> Catalog:
    """Compile checked packages into a catalog; the first package sets language and zone.

    `local` is what was set of connections on the spot.
    """
    forms = {form.id: form for package in packages for form in package.forms}
    rulesets = [ruleset for package in packages for ruleset in package.rulesets]
    roles = {role.id: role for package in packages for role in package.roles}
    head = packages[0].head if packages else None
    zone = ZoneInfo(head.zone if head else "Asia/Shanghai")
    models = _models(forms, rulesets, roles, zone)
    pools = _pools(packages, forms, models, zone, head.calendar if head else None)
    connections = {
        one.id: overlaid(one, local.get(one.id))
        for package in packages
        for one in package.connections
    }
    return Catalog(
        version=version,
        packages=tuple(packages),
        forms=models,
        rules={
            ruleset.step: compile_ruleset(
                ruleset, models[ruleset.step.partition(".")[0]].scope, zone=zone
            )
            for ruleset in rulesets
        },
        access=Access(roles, frozenset(ruleset.review.pool for ruleset in rulesets), models),
        switches=dict(switches),
        imports={map_.id: map_ for package in packages for map_ in package.imports},
        language=head.language if head else "zh",
        zone=zone,
        calendar=head.calendar if head else None,
        prompts_per_day=head.prompts_per_day if head else PROMPTS_PER_DAY,
        currency=head.currency if head else "CNY",
        correlations={
            correlation.id: compile_correlation(
                correlation, forms, lambda form: models[form.id].scope
            )
            for package in packages
            for correlation in package.correlations
        },
        pages={page.id: page for package in packages for page in package.pages},
        measures={one.id: one for package in packages for one in package.measures},
        pipelines={one.id: one for package in packages for one in package.pipelines},
        promises=pools,
        pool_titles={id_: title for one in packages for id_, title in one.head.pools.items()},
        act_titles={id_: title for one in packages for id_, title in one.head.acts.items()},
        promised=_promised(pools, models),
        connections=connections,
        owned=owners_of(connections.values()),
    )


def _models(
    forms: Mapping[str, Form],
    rulesets: Sequence[RuleSet],
    roles: Mapping[str, Role],
    zone: ZoneInfo,
) -> dict[str, FormModel]:
    needs = {
        form.id: (
            *_names_needed(form, forms, rulesets),
            *condition_names(roles.values(), form, forms),
        )
        for form in forms.values()
    }
    return {
        form.id: compile_form(form, forms, needs[form.id], tables_for(form, forms), zone)
        for form in forms.values()
    }


def _pools(
    packages: Sequence[Package],
    forms: Mapping[str, Form],
    models: Mapping[str, FormModel],
    zone: ZoneInfo,
    calendar: Calendar | None,
) -> dict[str, Pool]:
    tables = {form: model.tables for form, model in models.items()}
    return {
        promise.id: Pool(
            compile_promise(promise, forms, lambda form: models[form.id].scope),
            tables,
            zone,
            calendar,
        )
        for package in packages
        for promise in package.promises
    }


def _promised(
    pools: Mapping[str, Pool], models: Mapping[str, FormModel]
) -> dict[str, tuple[Lines, ...]]:
    promised: dict[str, tuple[Lines, ...]] = {}
    for pool in pools.values():
        for line in pool.model.lines:
            form = line.line.form
            made = Lines.of(pool, line, models[form])
            promised[form] = (*promised.get(form, ()), made)
    return promised


def _names_needed(
    form: Form, forms: Mapping[str, Form], rulesets: Iterable[RuleSet]
) -> Iterable[str]:
    """Yield the names of other records (`customer.credit_line`) that the form's rules look at."""
    scope = form_scope(form, forms)
    for ruleset in rulesets:
        if ruleset.step.partition(".")[0] == form.id:
            for name in compile_ruleset(ruleset, scope).needs:
                yield name.replace("[]", "")


def read_installed(unit: Unit, lawful: Lawful | None = None) -> tuple[Package, ...]:
    """Read the packages of the workspace as they stand, local changes over their documents."""
    packages: list[Package] = []
    for installed in unit.packages.installed():
        sources = unit.changes.over(installed)
        packages.append(read_sources(sources, others=tuple(packages), lawful=lawful))
    return tuple(packages)


def load(unit: Unit, lawful: Lawful | None = None) -> Catalog:
    """Build the catalog of what is installed in the workspace."""
    version = unit.catalog_version()
    made = build(read_installed(unit, lawful), {}, version, unit.connections.local())
    return made.with_switches(read_switches(unit))


class Catalogs:
    """Holds the current catalog of a workspace and swaps it when another version is published.

    Where only switches were moved, or a trial has ended, the packages are not read again.
    """

    def __init__(self, store: Store, look_every: float = 1.0) -> None:
        self._store = store
        self._look_every = look_every
        self._looked = 0.0
        self._lock = threading.Lock()
        self._catalog: Catalog | None = None
        # Beside the folder of files, which every process of the workspace has.
        self._lawful = Lawful(store.files.with_name(LAWFUL)) if store.files else None

    def current(self) -> Catalog:
        """Return the catalog, at most `look_every` seconds behind what was published."""
        catalog = self._catalog
        if catalog is not None and time.monotonic() - self._looked < self._look_every:
            return catalog
        with self._lock:
            return self._look()

    def _look(self) -> Catalog:
        catalog = self._catalog
        if catalog is not None and time.monotonic() - self._looked < self._look_every:
            return catalog
        with self._store.reading() as unit:
            if catalog is None or unit.catalog_version() != catalog.version:
                self._catalog = load(unit, self._lawful)
            elif unit.switches.version() != catalog.switched or _over(catalog.trial_ends):
                self._catalog = catalog.with_switches(read_switches(unit))
        self._looked = time.monotonic()
        assert self._catalog is not None
        return self._catalog

    def refresh(self) -> Catalog:
        """Look at once, whatever the age of the last look."""
        with self._lock:
            self._looked = float("-inf")
            return self._look()


def _over(end: datetime | None) -> bool:
    return end is not None and clock.now() >= end
