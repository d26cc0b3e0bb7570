"""Scenarios as tests: every example that packages carry, played through the one door."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from typing import Any

from seamline.catalog import Catalog
from seamline.documents import read
from seamline.facts import Actor, Origin, Record
from seamline.forms import FormModel
from seamline.metadata import Act, Package
from seamline.package.sources import kind_of_path
from seamline.problems import Place, Problem, Refused
from seamline.store import Unit
from seamline.testing.comparing import Came
from seamline.testing.scenarios import Result as Result, play
from seamline.text import Text

from .stages import Tell, counted, untold
from .submit import RefusedByRules, Submission, keep_refusal, submit_in

SHOWN = 3  # differences of one scenario that a refusal tells


def run(
    packages: Sequence[Package],
    switches: Mapping[str, bool] | None = None,
    shadows: Set[str] = frozenset(),
) -> tuple[Result, ...]:
    """Play every scenario of `packages` on a workspace of its own and return what came of each.

    `switches` says how rules would stand (`ruleset.rule`), to ask what a flip does to the
    examples; without it every rule stands as its package says.
    """
    return play(packages, _through_the_door, switches, shadows)


def require(packages: Sequence[Package], tell: Tell = untold) -> int:
    """Play every scenario and return how many hold; raises Refused (422), the failing ones named.

    Whatever held once in this process is not played again: the same documents say the same.
    `tell` hears how far it is.
    """
    seal = hashlib.sha256(
        json.dumps([sorted(package.sources.items()) for package in packages]).encode()
    ).digest()
    if seal not in _held:
        results = play(
            packages,
            _through_the_door,
            heard=lambda number, whole: tell("scenarios", counted(number, whole)),
        )
        failed = [result for result in results if not result.passed]
        if failed:
            raise Refused([_problem(result, packages) for result in failed])
        if len(_held) >= REMEMBERED:
            _held.clear()
        _held[seal] = len(results)
    return _held[seal]


REMEMBERED = 50
_held: dict[bytes, int] = {}  # documents (their seal) whose scenarios held, and their number


def _problem(result: Result, packages: Sequence[Package]) -> Problem:
    said = list(result.sentences())[:SHOWN]
    zh, en = " ".join(one.zh for one in said), " ".join(one.en for one in said)
    return Problem(
        "scenario_failed",
        Text(f"场景“{result.title.zh}”不再成立：{zh}", f"'{result.title.en}' fails: {en}"),
        _place(result, packages),
        Text(
            "改回去，或者先改场景。",
            "Take the change back, or change the scenario with it.",
        ),
        result.scenario,
    )


def _place(result: Result, packages: Sequence[Package]) -> Place:
    """Return where a scenario is written: the step that came otherwise."""
    name = f"{result.package}.{result.scenario}"
    for package in packages:
        for path, text in package.sources.items() if package.head.id == result.package else ():
            if kind_of_path(path) != "scenario":
                continue
            document = read(text, path)
            if document.data.get("scenario") == result.scenario:
                step: tuple[str | int, ...] = ("steps", max(0, len(result.steps) - 1))
                where = step if "steps" in document.data else ("scenario",)
                return replace(document.place(where), path=name)
    return Place(name)


def _through_the_door(unit: Unit, catalog: Catalog, actor: Actor, origin: Origin, act: Act) -> Came:
    """Submit what an act asks; a refusal is an answer like any other."""
    asked = Submission(
        act.form,
        act.step,
        act.values,
        act.record,
        reason=act.reason,
        confirmed=frozenset(act.confirmed),
    )
    model = catalog.forms[act.form]
    try:
        with unit.savepoint():
            done = submit_in(unit, catalog, actor, origin, asked)
    except RefusedByRules as refusal:
        keep_refusal(unit, refusal)
        found = refusal.decision.findings
        return Came("refused", found, refusal.problems, **_seen(model, refusal.case.before))
    except Refused as refused:
        before = unit.records.get(model.tables, act.record) if act.record else None
        return Came("refused", (), refused.problems, judged=False, **_seen(model, before))
    findings = done.decision.findings if done.decision is not None else ()
    return Came(done.outcome, findings, **_seen(model, done.record))


def _seen(model: FormModel, record: Record | None) -> dict[str, Any]:
    """Return what a scenario looks at of a record."""
    if record is None:
        return {}
    values = model.to_json(record.values)
    key = values.get(model.form.key) if model.form.key else None
    return {
        "record": record.id,
        "code": record.code,
        "key": str(key or record.code or record.id),
        "state": record.state,
        "held": record.held,
        "values": values,
    }
