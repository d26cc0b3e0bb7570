"""Plays the scenarios of packages on a throw-away workspace and says what came of them."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from seamline.catalog import Catalog, build
from seamline.metadata import Package, Scenario
from seamline.publish import apply, plan
from seamline.store import Store, Unit, open_store
from seamline.text import Text

from .comparing import Came, differences
from .stage import Door, Stage


@dataclass(frozen=True, slots=True)
class StepResult:
    """What came of one act, and in what it differs from what had to come."""

    number: int
    came: Came
    differences: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one scenario; `broken` says why it could not be played to its end."""

    package: str
    scenario: str
    title: Text
    steps: tuple[StepResult, ...] = ()
    broken: Text | None = None

    @property
    def passed(self) -> bool:
        """Whether everything came as the scenario says."""
        return self.broken is None and not any(step.differences for step in self.steps)

    def sentences(self) -> Iterator[Text]:
        """Yield what went otherwise, the step before it where there are several."""
        for step in self.steps:
            for one in step.differences:
                number = step.number
                head = len(self.steps) > 1
                yield Text(f"第 {number} 步：{one.zh}", f"step {number}: {one.en}") if head else one
        if self.broken is not None:
            yield self.broken

    def as_json(self) -> dict[str, Any]:
        """Return the result as plain data, with both languages."""
        return {
            "package": self.package,
            "scenario": self.scenario,
            "title": {"zh": self.title.zh, "en": self.title.en},
            "passed": self.passed,
            "steps": [step.came.as_json() for step in self.steps],
            "differences": [{"zh": one.zh, "en": one.en} for one in self.sentences()],
        }


class _PlayedOut(Exception):  # noqa: N818  # no error: it rolls the scenario back
    pass


def play(
    packages: Sequence[Package],
    door: Door,
    switches: Mapping[str, bool] | None = None,
    shadows: Set[str] = frozenset(),
    heard: Callable[[int, int], None] = lambda number, whole: None,
) -> tuple[Result, ...]:
    """Play every scenario of `packages` and return the results in their order.

    `switches` and `shadows` say how rules stand; without them every rule stands as it is written.
    `heard` is called before each with its number and how many there are.
    Nothing is left of it: each scenario is rolled back, the workspace is removed.
    """
    if not any(package.scenarios for package in packages):
        return ()
    catalog = replace(build(packages, switches or {}, 0), shadows=frozenset(shadows))
    asked = [(package.head.id, one) for package in packages for one in package.scenarios]
    played = []
    with _workspace(packages) as store:
        for number, (package, scenario) in enumerate(asked, 1):
            heard(number, len(asked))
            played.append(_played(store, catalog, door, package, scenario))
    return tuple(played)


def _played(store: Store, catalog: Catalog, door: Door, package: str, scenario: Scenario) -> Result:
    result = Result(package, scenario.id, scenario.title)
    here = replace(catalog, switches={**catalog.switches, **scenario.switches})
    try:
        with store.unit() as unit:
            result = _acted(unit, Stage(unit, here, door), result, scenario)
            raise _PlayedOut
    except _PlayedOut:
        return result


def _acted(unit: Unit, stage: Stage, result: Result, scenario: Scenario) -> Result:
    broken = stage.set_up(scenario)
    if broken is not None:
        return replace(result, broken=broken)
    steps = []
    for number, step in enumerate(scenario.steps, 1):
        came = stage.act(step.when)
        expected = replace(step.then, values=stage.named(step.when.form, step.then.values))
        steps.append(StepResult(number, came, tuple(differences(expected, came))))
        if steps[-1].differences:
            break  # what follows stands on what did not come
    return replace(result, steps=tuple(steps))


@contextmanager
def _workspace(packages: Sequence[Package]) -> Iterator[Store]:
    """Open an empty workspace where `packages` are published; it is removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="seamline-scenarios-") as folder:
        database = Path(folder, "scenarios.db")
        database.write_bytes(_blank())
        store = open_store(f"sqlite:///{database}", Path(folder, "files"))
        try:
            apply(plan((), packages, store), store)
            yield store
        finally:
            store.close()


@cache
def _blank() -> bytes:
    """Return an empty database with the platform's own tables."""
    with tempfile.TemporaryDirectory(prefix="seamline-blank-") as folder:
        database = Path(folder, "blank.db")
        store = open_store(f"sqlite:///{database}", None)
        try:
            store.upgrade()
        finally:
            store.close()
        return database.read_bytes()
