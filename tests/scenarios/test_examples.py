"""The scenarios that the example packages carry: all hold, and no rule is without them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from seamline.metadata import Package
from seamline.package import read_package
from seamline.usecases import scenarios

EXAMPLES = Path(__file__).parents[2] / "examples"


def expected(package: Package, key: str) -> Iterator[str]:
    """Yield `step.rule` for every rule that scenarios expect to fire (or not to)."""
    for scenario in package.scenarios:
        for step in scenario.steps:
            for rule in getattr(step.then, key) or ():
                yield f"{step.when.form}.{step.when.step}.{rule}"


@pytest.mark.cap(115)
@pytest.mark.parametrize("name", ["auto_parts", "bike_factory"])
def test_every_scenario_holds_and_every_rule_has_a_firing_and_a_near_miss(name):
    package = read_package(EXAMPLES / name)
    failing = {
        result.scenario: [one.en for one in result.sentences()]
        for result in scenarios.run([package])
        if not result.passed
    }
    assert failing == {}
    rules = {
        f"{ruleset.step}.{rule.id}"
        for ruleset in package.rulesets
        for rule in (*ruleset.hard, *ruleset.soft, ruleset.review)
        if rule.when is not None
    }
    assert rules - set(expected(package, "fired")) == set()
    assert rules - set(expected(package, "not_fired")) == set()
