"""Scenarios: from plain data to their metadata, and against what the package has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from seamline.documents import Path
from seamline.metadata import (
    Act,
    Expected,
    ExpectedProblem,
    Field,
    Form,
    GivenRecord,
    RuleSet,
    Scenario,
    ScenarioStep,
)
from seamline.text import Text, written as text

from .draft import Draft, Sheet
from .rule_checks import steps_of

ADMINISTRATOR = "administrator"
NOT_HELD = "no"
FILLED = ("computed", "lookup", "code", "promised", "bound")
Data = Mapping[str, Any]


def built(data: Data) -> Scenario:
    """Return a scenario from data that passed the schema."""
    steps = data.get("steps") or [data]
    return Scenario(
        id=data["scenario"],
        title=text(data["title"]),
        steps=tuple(ScenarioStep(_act(item["when"]), _expected(item["then"])) for item in steps),
        given=tuple(
            GivenRecord(
                item["form"],
                item.get("values", {}),
                item.get("as", ""),
                item.get("state", ""),
                tuple(item.get("locks", ())),
            )
            for item in data.get("given", ())
        ),
        switches=dict(data.get("switches", {})),
    )


def _act(data: Data) -> Act:
    names = ("record", "call", "at", "reason", "via", "values")
    given = {name: data[name] for name in names if name in data}
    confirmed = tuple(data.get("confirm", ()))
    who = data["as"] if isinstance(data["as"], Mapping) else {"role": data["as"]}
    return Act(
        data["form"], data["step"], who["role"], confirmed=confirmed,
        party=who.get("party", ""), **given,
    )  # fmt: skip


def _expected(data: Data) -> Expected:
    held = data.get("held")
    problems = data.get("problems")
    return Expected(
        outcome=data.get("outcome"),
        fired=_words(data, "fired"),
        not_fired=_words(data, "not_fired") or (),
        unchecked=_words(data, "unchecked"),
        problems=None
        if problems is None
        else tuple(
            ExpectedProblem(item.get("code", ""), item.get("path", "")) for item in problems
        ),
        state=data.get("state"),
        held="" if held == NOT_HELD else held,
        values=data.get("values", {}),
    )


def _words(data: Data, key: str) -> tuple[str, ...] | None:
    return tuple(data[key]) if key in data else None


@dataclass(frozen=True, slots=True)
class _Known:
    """What scenarios may name: forms, the rule set of each step, every rule, every role."""

    forms: Mapping[str, Form]
    rules: Mapping[str, tuple[str, ...]]
    keys: frozenset[str]
    roles: frozenset[str]
    parties: frozenset[str]


def check_scenarios(draft: Draft) -> None:
    """Check every scenario: the forms, steps, fields, rules and roles it names are there."""
    sheets = draft.of_kind("scenario")
    if not sheets:
        return
    known = _known(draft)
    for sheet in sheets:
        scenario: Scenario = sheet.part
        several = "steps" in sheet.document.data
        if several and {"when", "then"} & set(sheet.document.data):
            say = Text("有 steps 时不再写 when 和 then。", "With steps there is no when or then.")
            draft.tell(sheet, ("steps",), "steps_and_when", say, key=True)
        for index, given in enumerate(scenario.given):
            _check_given(draft, sheet, known, ("given", index), given)
        for index, step in enumerate(scenario.steps):
            path: Path = ("steps", index) if several else ()
            _check_act(draft, sheet, known, (*path, "when"), step.when)
            _check_expected(draft, sheet, known, (*path, "then"), step)
        excused = any(kind == "ruleset" for kind, _ in draft.failed)
        for key in scenario.switches:
            if key not in known.keys and not excused:
                draft.unknown(sheet, ("switches", key), "rule", key, known.keys)


def _known(draft: Draft) -> _Known:
    rulesets: list[RuleSet] = [sheet.part for sheet in draft.of_kind("ruleset")]
    rulesets += [ruleset for package in draft.others for ruleset in package.rulesets]
    rules = {ruleset.step: tuple(_rules(ruleset)) for ruleset in rulesets}
    keys = {f"{ruleset.id}.{rule}" for ruleset in rulesets for rule in _rules(ruleset)}
    roles = {sheet.id for sheet in draft.of_kind("role")}
    roles |= {role.id for package in draft.others for role in package.roles}
    own = (sheet.part for sheet in draft.of_kind("role"))
    others = (role for package in draft.others for role in package.roles)
    parties = frozenset(role.id for role in (*own, *others) if role.party is not None)
    all_roles = frozenset(roles | {ADMINISTRATOR})
    return _Known(draft.forms(), rules, frozenset(keys), all_roles, parties)


def _rules(ruleset: RuleSet) -> Iterator[str]:
    yield from (rule.id for rule in (*ruleset.hard, *ruleset.soft))
    yield ruleset.review.id


def _form(draft: Draft, sheet: Sheet, known: _Known, path: Path, word: str) -> Form | None:
    """Return the form a scenario names; an unknown one becomes a problem, a failed one does not."""
    form = known.forms.get(word)
    if form is None and ("form", word) not in draft.failed:
        draft.unknown(sheet, (*path, "form"), "form", word, known.forms)
    return form


def _check_given(draft: Draft, sheet: Sheet, known: _Known, path: Path, given: GivenRecord) -> None:
    form = _form(draft, sheet, known, path, given.form)
    if form is None:
        return
    _check_values(draft, sheet, form, (*path, "values"), given.values, writing=True)
    states = [state.id for state in form.states]
    if given.state and given.state not in states:
        draft.unknown(sheet, (*path, "state"), "state", given.state, states)


def _check_act(draft: Draft, sheet: Sheet, known: _Known, path: Path, act: Act) -> None:
    if act.role not in known.roles and not draft.knows("role", act.role, ()):
        where = (*path, "as", "role") if act.party else (*path, "as")
        draft.unknown(sheet, where, "role", act.role, known.roles)
    elif act.party and act.role not in known.parties and ("role", act.role) not in draft.failed:
        say = Text(
            f"角色“{act.role}”的账号不代表任何记录。",
            f"Accounts of the role '{act.role}' stand for no record.",
        )
        hint = Text("在角色里写 party。", "The role says for what, in its key 'party'.")
        draft.tell(sheet, (*path, "as", "party"), "no_party", say, hint, got=act.party)
    if act.at and not _is_moment(act.at):
        say = Text(f"没有“{act.at}”这个时间。", f"There is no moment '{act.at}'.")
        draft.tell(sheet, (*path, "at"), "no_such_moment", say, got=act.at)
    form = _form(draft, sheet, known, path, act.form)
    if form is None:
        return
    steps = steps_of(form)
    if act.step not in steps:
        draft.unknown(sheet, (*path, "step"), "step", act.step, steps)
    _check_values(draft, sheet, form, (*path, "values"), act.values, writing=True)
    duplicates = [duplicate.id for duplicate in form.duplicates]
    for index, word in enumerate(act.confirmed):
        if word not in duplicates:
            draft.unknown(sheet, (*path, "confirm", index), "duplicate", word, duplicates)


def _is_moment(word: str) -> bool:
    try:
        datetime.fromisoformat(word)
    except ValueError:
        return False
    return True


def _check_expected(
    draft: Draft, sheet: Sheet, known: _Known, path: Path, step: ScenarioStep
) -> None:
    form = known.forms.get(step.when.form)
    if form is None:
        return
    then = step.then
    rules = known.rules.get(f"{step.when.form}.{step.when.step}", ())
    excused = any(kind == "ruleset" for kind, _ in draft.failed)
    named = (("fired", then.fired), ("not_fired", then.not_fired), ("unchecked", then.unchecked))
    for key, words in named:
        for index, word in enumerate(words or ()):
            if word not in rules and not excused:
                draft.unknown(sheet, (*path, key, index), "rule", word, rules)
    states = [state.id for state in form.states]
    if then.state is not None and then.state not in states:
        draft.unknown(sheet, (*path, "state"), "state", then.state, states)
    _check_values(draft, sheet, form, (*path, "values"), then.values, writing=False)


def _check_values(
    draft: Draft, sheet: Sheet, form: Form, path: Path, values: Data, *, writing: bool
) -> None:
    """Check the names of fields and columns; whether the values fit, the run will say."""
    _check_names(draft, sheet, "field", form.fields, path, values, writing)
    for field in form.fields:
        rows = values.get(field.id)
        if field.kind != "table" or not isinstance(rows, list):
            continue
        for index, row in enumerate(rows):
            if isinstance(row, Mapping):
                place = (*path, field.id, index)
                _check_names(draft, sheet, "column", field.fields, place, row, writing)


def _check_names(
    draft: Draft,
    sheet: Sheet,
    kind: str,
    fields: Iterable[Field],
    path: Path,
    values: Data,
    writing: bool,
) -> None:
    known = {field.id: field for field in fields}
    for word in values:
        field = known.get(word)
        if field is None:
            draft.unknown(sheet, (*path, word), kind, str(word), known)
        elif writing and field.kind in FILLED:
            say = Text(
                f"“{word}”由平台填写，不能写在这里。",
                f"The platform fills '{word}'; it cannot be given.",
            )
            draft.tell(sheet, (*path, word), "filled_by_platform", say, got=str(word))
