"""Scenarios of a draft: all of them played, and a new one recorded by filling a form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from seamline.documents import editing
from seamline.facts import Actor
from seamline.metadata import Field, Form, Package
from seamline.package import read_sources
from seamline.package.scenario_checks import FILLED
from seamline.problems import Place, Refused, did_you_mean
from seamline.testing.comparing import Came
from seamline.text import Text
from seamline.usecases import design, install, look, scenarios
from seamline.usecases.design import Design
from seamline.usecases.desk import Desk
from seamline.usecases.editing.rereading import with_documents
from seamline.usecases.editing.wording import data_of
from seamline.usecases.masking import FILES, Mask

from .edits import Edit, Insert, Put, Remove, Write

OUTCOMES = ("passed", "reminded", "held", "refused")
NUMBERS = ("decimal", "money", "percent")


@dataclass(frozen=True, slots=True)
class Recording:
    """What somebody filled in, in which step, as whom, and what should come of it.

    `values` are plain data; references name records of this workspace, which are told as given
    with their persons and companies masked. `onto` is the document of the scenario that it goes
    on with, where it is not a new one.
    """

    id: str
    title: Text
    form: str
    role: str
    values: Mapping[str, Any]
    outcome: str
    step: str = "create"
    reason: str = ""
    onto: str = ""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What came of it: `kept` says that it stands in the draft as a scenario."""

    came: Came
    broken: Text | None
    kept: bool
    path: str


def played(desk: Desk, actor: Actor, package: str) -> tuple[scenarios.Result, ...]:
    """Play the scenarios of a package as its draft has it; raises Refused with what is wrong."""
    one = design.opened(desk, actor, package)
    return scenarios.run([_alone(each, package) for each in _packages(desk, one)])


def recorded(
    desk: Desk, actor: Actor, package: str, asked: Recording, *, as_it_came: bool = False
) -> Recorded:
    """Play what was filled in; where it comes out as expected, keep it as a scenario.

    With `as_it_came` it is kept whatever comes of it. Raises Refused 403, 404, 422.
    """
    one = design.opened(desk, actor, package)
    path = asked.onto or f"scenarios/{asked.id}.yaml"
    if not asked.onto and one.texts.get(path):
        say = Text(f"场景“{asked.id}”已经有了。", f"The scenario '{asked.id}' is there already.")
        raise Refused.one("scenario_taken", say, place=Place("id"))
    before: Mapping[str, Any] = {}
    if asked.onto:
        _packages(desk, one)  # what is half written is said before anything goes on with it
        before = data_of(one.texts.get(path, ""), path)
    document = _document(desk, actor, asked, before)
    result = _play(desk, one, path, document)
    steps = document["steps"]
    if result.broken is not None or len(result.steps) < len(steps):
        return Recorded(Came("refused"), result.broken or _EARLIER, False, path)
    came = result.steps[-1].came
    if (came.outcome != asked.outcome or not came.judged) and not as_it_came:
        return Recorded(came, None, False, path)
    steps[-1]["then"] = dict(_then(came))
    design.change(desk, actor, package, [*_kept(path, document, before)])
    return Recorded(came, None, True, path)


_EARLIER = Text(
    "场景前面的步骤与它所说的不符，请先改好。",
    "An earlier step of the scenario comes out otherwise than it says: mend that first.",
)
_ORDER = ("seamline", "scenario", "title", "given", "switches", "steps")


def _kept(path: str, document: dict[str, Any], before: Mapping[str, Any]) -> Iterator[Edit]:
    """Yield the edits that keep a scenario: a new document, or what goes behind an old one."""
    steps = document.pop("steps")
    if not before:
        # A single act is written without a list of them.
        yield Write(path, editing.fresh({**document, **steps[0]}), over="")
        return
    old = before.get("given") or []
    fresh = document.get("given", [])[len(old) :]
    if not old and fresh:
        yield Put(path, "given", fresh, None, _ORDER)
    for one in fresh if old else ():
        yield Insert(path, "given", one)
    if "steps" in before:
        yield Insert(path, "steps", steps[-1])
        return
    yield Put(path, "steps", steps, None, _ORDER)
    yield Remove(path, "when")
    yield Remove(path, "then")


def _packages(desk: Desk, one: Design) -> tuple[Package, ...]:
    before = install.installed(desk)
    if one.installed is None:
        return (*before, read_sources(one.texts, others=before))
    texts = {path: one.texts.get(path, "") for path in one.changed}
    return with_documents(before, one.package, texts)


def _alone(package: Package, wanted: str, scenario: str = "") -> Package:
    if package.head.id != wanted:
        return replace(package, scenarios=())
    kept = tuple(one for one in package.scenarios if scenario in ("", one.id))
    return replace(package, scenarios=kept)


def _play(desk: Desk, one: Design, path: str, document: Mapping[str, Any]) -> scenarios.Result:
    texts = {**one.texts, path: editing.fresh(document)}
    trial = replace(one, texts=texts)
    scenario = str(document["scenario"])
    found = scenarios.run([_alone(each, one.package, scenario) for each in _packages(desk, trial)])
    return found[0]


def _document(
    desk: Desk, actor: Actor, asked: Recording, before: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the scenario with one step more, its steps in a list."""
    catalog = desk.catalogs.current()
    if asked.form not in catalog.forms:
        say = Text("先发布这个表单，再录制场景。", "Publish the form first, then record with it.")
        hint = did_you_mean(asked.form, catalog.forms)
        raise Refused.one("unknown_form", say, status=404, hint=hint)
    form = catalog.forms[asked.form].form
    given = list(before.get("given") or ())
    forms = {model.form.id: model.form for model in catalog.forms.values()}
    mask = Mask(forms, behind=sum(len(one.get("values") or ()) for one in given))
    telling = _Telling(desk, actor, mask, given)
    values = dict(telling.values(form.fields, asked.values))
    document: dict[str, Any] = {
        "seamline": 1, "scenario": asked.id, "title": {"zh": asked.title.zh, "en": asked.title.en},
    }  # fmt: skip
    done = list(before.get("steps") or ())
    if before:
        document = {key: value for key, value in before.items() if key not in ("when", "then")}
        done = done or [{"when": before["when"], "then": before["then"]}]
    if telling.given:
        document["given"] = telling.given
    when = {"form": asked.form, "step": asked.step, "as": asked.role, "values": values,
            "reason": asked.reason}  # fmt: skip
    act = {key: value for key, value in when.items() if value not in ({}, "")}
    return document | {"steps": [*done, {"when": act, "then": {"outcome": asked.outcome}}]}


@dataclass(slots=True)
class _Telling:
    """Tells what was filled in, and the records it refers to."""

    desk: Desk
    actor: Actor
    mask: Mask
    given: list[dict[str, Any]]

    def values(
        self, fields: tuple[Field, ...], values: Mapping[str, Any]
    ) -> Iterator[tuple[str, Any]]:
        """Yield values as a person would write them; what is required and empty is told so."""
        for one in fields:
            if one.kind in FILLED or one.id not in values:
                continue
            value = values[one.id]
            if one.kind == "table":
                rows = [dict(self.values(one.fields, row)) for row in value or ()]
                yield one.id, rows
            elif value in (None, "", []):
                if one.required:
                    yield one.id, None
            elif one.kind == "reference":
                yield one.id, self._refer(str(one.settings["to"]), str(value))
            elif one.kind in FILES:
                yield one.id, [f"{one.id}.pdf"]
            else:
                yield one.id, plain(one, value)

    def _refer(self, form_id: str, word: str) -> str:
        """Return the alias of a record that is given, with what it says."""
        model = self.desk.catalogs.current().forms[form_id]
        try:
            record = look.record(self.desk, self.actor, form_id, word)
        except Refused:
            return word
        # The random end of its id tells a record from others, and nothing about it.
        alias = f"{form_id[:33]}_{record.id[-6:].lower()}"
        if all(one.get("as") != alias for one in self.given):
            seen = model.to_json(record.values, None, record.unseen)
            told = dict(self._told(model.form, seen))
            self.given.append({"form": form_id, "as": alias, "values": told})
        return alias

    def _told(self, form: Form, values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        for one in form.fields:
            value = values.get(one.id)
            left = one.kind in (*FILLED, *FILES, "table", "reference", "signature")
            if not left and value not in (None, "", []):
                yield one.id, plain(one, self.mask.value(form, one, value))


def plain(one: Field, value: Any) -> Any:
    """Return a value as a person writes it in YAML: a number as a number."""
    if one.kind in NUMBERS and isinstance(value, str):
        try:
            number = Decimal(value)
        except InvalidOperation:
            return value
        return int(number) if number == int(number) else float(number)
    return value


def _then(came: Came) -> Iterator[tuple[str, Any]]:
    yield "outcome", came.outcome
    fired, unchecked = came.rules("true"), came.rules("unknown")
    if came.judged:
        yield "fired", [*fired]
    if unchecked:
        yield "unchecked", [*unchecked]
    if not came.judged:
        yield "problems", [{"path": one.place.path, "code": one.code} for one in came.problems]
    if came.outcome != "refused" and came.state:
        yield "state", came.state
