"""The rule builder of Studio: the 3-5-1 of one step, each rule in clauses and read aloud."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from seamline.conditions.parse import parse
from seamline.conditions.words import Vocabulary, in_words
from seamline.documents import Document, read
from seamline.forms import form_scope
from seamline.metadata import Form
from seamline.problems import Problem, Problems, Refused
from seamline.scope import Scope
from seamline.text import Text
from seamline.usecases import design, preview
from seamline.usecases.design import Design
from seamline.usecases.designing import releases
from seamline.usecases.designing.edits import Edit, Insert, Move, Put, Remove
from seamline.usecases.explain import vocabulary_of

from ..designing import clauses
from ..designing.clause_edits import clause_edits
from ..designing.clauses import OPERATORS, Names, clause_of, every, names_of
from ..designing.documents import title_of
from ..designing.growing import ACTS, grown
from ..designing.inspecting import Asked, boxes, called
from ..designing.known import Known, ids_in
from ..designing.sketching import forms_of
from ..designing.taking import edits_of
from ..session import actor, catalog, desk, language, signed_in
from .studio import DESIGNERS, frame, holding, tell, to_source
from .studio_judging import flipped, offered_places, placed, tried_on

blueprint = Blueprint("studio_rules", __name__)
DESIGNERS["ruleset"] = "studio_rules.show"
SLOTS = {"hard": 3, "soft": 5, "review": 1}
SIGNS = {"hard": "octagon-x", "soft": "triangle-alert", "review": "hand"}
COLOURS = {"hard": "red", "soft": "amber", "review": "violet"}


@dataclass(frozen=True, slots=True)
class Ground:
    """What rules stand on: the document, the names of its form, how they are called."""

    document: Document
    scope: Scope | None
    words: Vocabulary
    names: Names
    forms: Mapping[str, Form]
    form: Form | None = None


@blueprint.before_request
@signed_in
def _signed_in() -> None:
    """Every page here is for people who are signed in."""


@blueprint.get("/studio/<package>/rules/<path:path>")
def show(package: str, path: str) -> Any:
    """Show the rules of one step, with one of them open."""
    return _page(package, path, request.args.get("at", ""))


def _ground(one: Design, path: str) -> Ground:
    document = read(one.texts[path], path)
    forms = forms_of(one, catalog())
    form = forms.get(str(document.data.get("step", "")).partition(".")[0])
    if form is None:
        return Ground(document, None, Vocabulary(), Names({}, {}, {}, {}, language()), forms)
    scope, words = form_scope(form, forms), vocabulary_of(form, forms)
    return Ground(document, scope, words, names_of(scope, words, language()), forms, form)


def _page(package: str, path: str, at: str, refused: tuple[Problem, ...] = ()) -> Any:
    one = holding(package, path, "ruleset")
    try:
        ground = _ground(one, path)
    except Refused as refusal:
        return to_source(refusal, package, path)
    found = releases.problems_of(desk(), one)
    mine = tuple(problem for problem in found if problem.place.file == path)
    document = ground.document
    where = document.path(at) if at else None
    at = at if where is not None and isinstance(_value(document, at), dict) else "review"
    rule = _value(document, at) or {}
    asked = Asked("ruleset", document, language(), (*mine, *refused), skipped=("when", "id"))
    when = rule.get("when")
    clause = None if when is None else clause_of(when, f"{at}.when", ground.names)
    return render_template(
        "studio/rules.html",
        **frame(one, "rules", path),
        path_title=title_of(one, path, language()),
        path_icon="toggle-right",
        step=document.data.get("step", ""),
        tiers=[_tier(document, tier, mine) for tier in SLOTS],
        at=at,
        title=called(rule, language()),
        tier=at.partition("[")[0],
        boxes=boxes(asked, document.path(at) or ("review",)),
        clause=clause,
        kept=[] if clause is None else [part for part in every(clause) if part.kind == "kept"],
        names=ground.names,
        operators={word: text.in_(language()) for word, text in OPERATORS.items()},
        reads=_reads(when, ground),
        wrong=found,
        refusals=[problem.sentence(language()) for problem in refused],
        tried=_tried(one, path, f"{document.data.get('ruleset')}.{rule.get('id')}"),
        trial=_trial(rule, ground),
        places=offered_places(ground.scope, ground.words),
        switch=_switch(f"{document.data.get('ruleset')}.{rule.get('id')}"),
        form_ids=[],
    ), (422 if refused else 200)


def _trial(rule: Mapping[str, Any], ground: Ground) -> dict[str, Any] | None:
    if ground.form is None or ground.scope is None:
        return None
    on = request.values.get("on", "")
    return tried_on(rule, ground.form, ground.forms, ground.scope, ground.words, on)


def _value(document: Document, words: str) -> Any:
    return document.value(document.path(words) or ())


def _tier(document: Document, tier: str, problems: tuple[Problem, ...]) -> dict[str, Any]:
    """Return one of the three tiers with its rules and how many more it takes."""
    raw = document.data.get(tier, [])
    items = [raw] if isinstance(raw, dict) else raw if isinstance(raw, list) else []
    rules = []
    for number, rule in enumerate(items):
        words = tier if tier == "review" else document.words((tier, number))
        rules.append({
            "words": words,
            "title": called(rule, language(), number),
            "off": isinstance(rule, dict) and rule.get("enabled") is False,
            "wrong": sum(one.place.path.startswith(words) for one in problems),
        })  # fmt: skip
    return {"id": tier, "rules": rules, "slots": SLOTS[tier], "icon": SIGNS[tier],
            "colour": COLOURS[tier], "full": len(rules) >= SLOTS[tier]}  # fmt: skip


def _reads(when: Any, ground: Ground) -> Text | None:
    if when is None or ground.scope is None:
        return None
    try:
        return in_words(parse(when, ground.scope), ground.words)
    except Refused:
        return None


def _switch(key: str) -> str:
    """Return the key of a rule's switch where the rule is published and has one."""
    return key if any(one.key == key for model in catalog().rules.values()
                      for one in model.rules) else ""  # fmt: skip


def _tried(one: Design, path: str, key: str) -> dict[str, Any] | None:
    """Return what the rules as drafted, or the switch of one moved, would have done lately."""
    asked = request.args.get("try")
    if asked == "flip":
        return flipped(key)
    if not asked:
        return None
    try:
        return {"preview": preview.of_edit(desk(), actor(), one.texts[path]), "said": []}
    except Refused as refused:
        return {"preview": None, "said": [p.sentence(language()) for p in refused.problems[:5]]}


@blueprint.post("/studio/<package>/rules/<path:path>")
def edit(package: str, path: str) -> Any:
    """Take over what a clause, a button or the inspector sent."""
    one = holding(package, path, "ruleset")
    at = request.form.get("at", "")
    do, _colon, what = request.form.get("do", "put").partition(":")
    ground = _ground(one, path)
    problems = Problems()
    try:
        made, then = _edits(do, what, at, ground, one, problems)
        design.change(desk(), actor(), package, made, problems if do == "put" else None)
        at = then
        problems.raise_if_any()
    except Refused as refused:
        if refused.status == 422:
            return _page(package, path, at, refused.problems)
        tell(refused)
    on = request.form.get("on") or None
    page = url_for("studio_rules.show", package=package, path=path, at=at or None, on=on)
    return redirect(page, 303)


def _edits(
    do: str, what: str, at: str, ground: Ground, one: Design, problems: Problems
) -> tuple[list[Edit], str]:
    """Return the edits a button means, and which rule is open afterwards."""
    path, document = ground.document.name, ground.document
    if do == "rule" and what in ("hard", "soft"):
        return _new_rule(what, ground)
    if do == "remove":
        return [Remove(path, what)], at if what.startswith(f"{at}.") else ""
    if do in ("up", "down"):
        return [Move(path, what, by=-1 if do == "up" else 1)], at
    if do == "tier":
        other = "soft" if what.startswith("hard") else "hard"
        if _full(document, other):
            raise _no_slot(other)
        there = other in document.data
        made = [Move(path, what, other)] if there else _moved(what, other, ground)
        return [*made], what.replace(what.partition("[")[0], other, 1)
    if do in ACTS and not (do == "begin" and what.endswith(".when")):
        known = Known(forms_of(one, catalog()), ids_in(one, language()), language())
        return grown(do, what, at, document, "ruleset", known, request.form)
    if do == "place":
        sent = placed(request.form, what, request.form.get("place", ""), ground.scope)
        return edits_of("ruleset", document, sent, problems)
    if do == "put":
        return edits_of("ruleset", document, request.form, problems)
    if do == "begin":
        return [Put(path, what, clauses.begun(ground.names), None, ("id", "title", "when"))], at
    return clause_edits(do, what, document, ground.names, request.form), at


def _moved(what: str, other: str, ground: Ground) -> list[Edit]:
    path = ground.document.name
    rule = _value(ground.document, what)
    return [Remove(path, what), Put(path, other, [rule], None, ("seamline", "ruleset", "title",
            "step", "hard", "soft", "review"))]  # fmt: skip


def _new_rule(tier: str, ground: Ground) -> tuple[list[Edit], str]:
    document = ground.document
    if _full(document, tier):
        raise _no_slot(tier)
    known = [one.get("id") for key in ("hard", "soft") for one in document.data.get(key, ())]
    id_ = next(one for n in range(1, 100) if (one := f"rule_{n}") not in known)
    rule = {
        "id": id_,
        "title": {"zh": "新规则", "en": "New rule"},
        "when": clauses.begun(ground.names),
        "say": {"zh": "请写明要怎么办。", "en": "Say what is to be done."},
    }
    order = ("seamline", "ruleset", "title", "step", "hard", "soft", "review")
    if document.data.get(tier):
        return [Insert(document.name, tier, rule)], f"{tier}[{id_}]"
    return [Put(document.name, tier, [rule], order=order)], f"{tier}[{id_}]"


def _full(document: Document, tier: str) -> bool:
    return len(document.data.get(tier) or ()) >= SLOTS[tier]


def _no_slot(tier: str) -> Refused:
    say = {
        "hard": Text("强控最多 3 条，已满。", "Three hard rules are the most there may be."),
        "soft": Text("弱提醒最多 5 条，已满。", "Five soft reminders are the most there may be."),
    }[tier]
    hint = Text("先停用、合并或降级一条。", "Retire, merge or demote one first.")
    return Refused((Problem("no_slot", say, hint=hint),))
