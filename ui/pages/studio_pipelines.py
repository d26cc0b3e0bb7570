"""The pipeline canvas of Studio: the graph, an inspector per step, mappings, trials, runs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from seamline.connector import Entity
from seamline.documents import Document, Path, read
from seamline.metadata import Form
from seamline.pipelines import STEPS, TRIGGERS
from seamline.problems import Place, Problem, Problems, Refused
from seamline.schema import check as shaped
from seamline.scope import Scope
from seamline.text import Text
from seamline.usecases import design, runs
from seamline.usecases.design import Design
from seamline.usecases.designing import releases
from seamline.usecases.designing.edits import Edit, Insert, Move, Put, Remove
from seamline.usecases.pipelining.places import id_of

from ..designing import clause_edits
from ..designing.clauses import Names
from ..designing.conditions import conditions_of, names_in, operators, with_known
from ..designing.documents import title_of
from ..designing.flow import Fresh, Ground, every, kind_of, lanes_of, nodes_of, trigger_of
from ..designing.growing import ACTS, grown
from ..designing.inspecting import Asked, boxes
from ..designing.known import Known, ids_in, lists_of
from ..designing.naming import fields_known, inputs, known as known_at, read_value, rows_of
from ..designing.sketching import forms_of
from ..designing.taking import edits_of
from ..session import actor, catalog, desk, language, signed_in
from . import pipeline_steps as behind
from .runs import run_shown
from .studio import DESIGNERS, frame, holding, ids_of, tell, to_source

blueprint = Blueprint("studio_pipelines", __name__)
DESIGNERS["pipeline"] = "studio_pipelines.show"
RUNS_SHOWN = 12
MOST_SHOWN = 2_000  # characters of what a step gave


@blueprint.before_request
@signed_in
def _signed_in() -> None:
    """Every page here is for people who are signed in."""


@blueprint.get("/studio/<package>/pipeline/<path:path>")
def show(package: str, path: str) -> Any:
    """Show the graph of a pipeline, with one step of it in the inspector."""
    return _page(package, path, request.args.get("at", ""))


def _opened(package: str, path: str) -> tuple[Design, Document]:
    one = holding(package, path, "pipeline")
    return one, read(one.texts[path], path)


def _page(
    package: str,
    path: str,
    at: str,
    refused: tuple[Problem, ...] = (),
    tried: Mapping[str, Any] | None = None,
    anew: bool = False,
) -> Any:
    try:
        one, document = _opened(package, path)
    except Refused as broken:
        return to_source(broken, package, path)
    found = releases.problems_of(desk(), one)
    mine = tuple(problem for problem in found if problem.place.file == path)
    forms = forms_of(one, catalog())
    ground = Ground(document, forms, language(), mine)
    where = document.path(at) if at else ()
    where, at = (where, at) if where and document.value(where) is not None else ((), "")
    return render_template(
        "studio/pipeline.html",
        **frame(one, "pipeline", path),
        path_title=title_of(one, path, language()),
        path_icon="workflow",
        palette=[(name, kind.title.in_(language()), kind.icon) for name, kind in STEPS.items()],
        triggers=[(name, kind.title.in_(language())) for name, kind in TRIGGERS.items()],
        pipeline_id=str(document.data.get("pipeline", "")),
        trigger=trigger_of(ground),
        nodes=nodes_of(ground),
        at=at,
        **_inspected(ground, where, (*mine, *refused), one, anew),
        wrong=[*mine, *(each for each in found if each.place.file != path)],
        told={problem.place.path: problem.sentence(language()) for problem in refused},
        refusals=[problem.sentence(language()) for problem in refused],
        tried=tried,
        **_history(str(document.data.get("pipeline", "")), _step_at(document, where)),
        form_ids=sorted(forms),
        operators=operators(language()),
    ), (422 if refused else 200)


def _inspected(
    ground: Ground, where: Path, problems: tuple[Problem, ...], one: Design, anew: bool
) -> dict[str, Any]:
    """Return what the inspector shows: of a step, of the trigger or of the pipeline itself."""
    document = ground.document
    if not where:
        asked = Asked("pipeline", document, language(), problems, skipped=("on", "steps"))
        made = boxes(asked, ())
        lists = lists_of(made, Known(ground.forms, ids_in(one, language()), language()), document)
        return {"boxes": made, "mappings": [], "names": [], "what": "pipeline", "lists": lists}
    data = document.value(where)
    on = where == ("on",)
    kind = trigger_of(ground).kind if on else kind_of(data)
    found = TRIGGERS.get(kind) if on else STEPS.get(kind)
    if found is None:
        return {"boxes": [], "mappings": [], "names": [], "what": "step"}
    settings = (*where, kind)
    maps = [key for key, part in found.settings.items() if _is_mapping(part)]
    skipped = (*maps, *(lanes_of(STEPS[kind]) if not on else ()))
    asked = Asked("pipeline", document, language(), problems, skipped=skipped)
    made = boxes(asked, settings) if found.settings else []
    scope = known_at(document.data, ground.forms).get(where, Scope({}))
    named = Asked("pipeline", document, language(), problems, skipped=(kind, *STEPS))
    head = [] if on else [box for box in boxes(named, where) if box.key == "id"]
    form = ground.forms.get(str(data[kind].get("form"))) if isinstance(data[kind], dict) else None
    open_ = not on and bool(STEPS[kind].open)
    words = document.words(settings)
    places = [words] if open_ else [f"{words}.{key}" for key in maps]
    every_box = [*head, *made]
    there = behind.asked(one, data[kind], anew=anew)
    entities = there["entities"] if there else ()
    known = Known(ground.forms, ids_in(one, language()), language(), entities)
    entity = there["entity"] if there else None
    return {
        "boxes": every_box,
        "lists": lists_of(every_box, known, document),
        "there": there,
        **conditions_of(every_box, document, lambda place: _names(ground, place)),
        "mappings": [_mapping(document, place, form, scope, entity) for place in places],
        "names": sorted(scope.types),
        "what": "on" if on else "step",
        "kind_title": found.title.in_(language()),
        "kind_icon": found.icon,
        "list": document.words(where[:-1]) if not on else "",
    }


def _names(ground: Ground, path: Path) -> Names | None:
    """Return what a condition of a step may ask about: its form's names, and what is known there.

    A condition under way, such as that of a ladder, sees what its step does.
    """
    document, forms = ground.document, ground.forms
    known = Known(forms, {}, ground.language)
    scopes = known_at(document.data, forms)
    near = next((scopes[path[:n]] for n in range(len(path), 0, -1) if path[:n] in scopes), None)
    form = None if path and path[-1] == "when" else known.form_at(document, path[:-1])
    names = names_in(form, forms, ground.language)
    return with_known(names, near, ground.language) if near is not None else names


def _is_mapping(part: Mapping[str, Any]) -> bool:
    """Say whether a setting maps names to values: constants or formulas."""
    inside = part.get("additionalProperties")
    return not part.get("properties") and isinstance(inside, Mapping) and "type" in inside


def _step_at(document: Document, where: Path) -> str:
    """Return the id of the step at a place, empty where there is none."""
    data = document.value(where) if where and where != ("on",) else None
    return str(data.get("id", "")) if isinstance(data, dict) else ""


def _mapping(
    document: Document, words: str, form: Form | None, scope: Scope, entity: Entity | None
) -> dict[str, Any]:
    path = document.path(words)
    values = document.value(path) if path is not None else None
    key = words.rpartition(".")[2]
    of_form = form if key == "values" else None
    given = values if isinstance(values, dict) else None
    known = (
        behind.members_known(key, entity, scope)
        if entity is not None
        else fields_known(of_form, scope, language())
    )
    filled, left = rows_of(given, known)
    return {
        "words": words,
        "title": key,
        "was": json.dumps(values, ensure_ascii=False),
        "filled": filled,
        "left": left,
        "likely": sum(bool(one.suggestion) for one in left),
        "closed": of_form is not None,
    }


def _history(pipeline: str, at: str) -> dict[str, Any]:
    """Return the newest runs of what serves, where runs have stopped, and those of one step."""
    may = catalog().access.may(actor(), runs.MANAGE, "*")
    if not may or pipeline not in catalog().pipelines:
        return {"runs": None, "stopped": {}, "may_try": may, "lately": None}
    found = runs.listed(desk(), desk().runs, actor(), pipeline=pipeline, limit=RUNS_SHOWN)
    dead = runs.listed(desk(), desk().runs, actor(), state="stopped", pipeline=pipeline, limit=200)
    stopped: dict[str, int] = {}
    for run in dead:
        id_ = behind.step_of(run)
        stopped[id_] = stopped.get(id_, 0) + 1
    lately = behind.lately(at, found, dead) if at else None
    return {"runs": [run_shown(one) for one in found], "stopped": stopped, "may_try": may,
            "lately": lately}  # fmt: skip


@blueprint.post("/studio/<package>/pipeline/<path:path>")
def edit(package: str, path: str) -> Any:
    """Take over what the inspector or a button of the canvas sent, or try the pipeline."""
    one, document = _opened(package, path)
    at = request.form.get("at", "")
    do, _colon, what = request.form.get("do", "put").partition(":")
    if do == "try":
        return _try(package, path, at, document)
    if do == "describe":
        return _page(package, path, at, anew=True)
    problems = Problems()
    try:
        made, then = _edits(do, what, at, document, one, problems)
        design.change(desk(), actor(), package, made, problems if do == "put" else None)
        at = then
        problems.raise_if_any()
    except Refused as refused:
        if refused.status == 422 and do in ("put", "map", "suggest"):
            return _page(package, path, at, refused.problems)
        tell(refused)
    return _shown(package, path, at)


def _shown(package: str, path: str, at: str) -> Answer:
    address = url_for("studio_pipelines.show", package=package, path=path, at=at or None)
    return redirect(address, 303)


def _edits(
    do: str, what: str, at: str, document: Document, one: Design, problems: Problems
) -> tuple[list[Edit], str]:
    """Return the edits a button means, and what is selected afterwards."""
    path = document.name
    if do == "add" and what in STEPS:
        return _add(what, document, one)
    if do in ("up", "down"):
        return [Move(path, what, by=-1 if do == "up" else 1)], at
    if do == "move":
        to = request.form.get("to", "")
        id_ = what[what.rindex("[") + 1 : -1]
        return [Move(path, what, to, request.form.get("after"))], f"{to}[{id_}]"
    if do == "remove":
        return [Remove(path, what)], "" if at.startswith(what) else at
    if do == "trigger" and what in TRIGGERS:
        settings = _fresh(document, one, ()).settings(TRIGGERS[what])
        return [Put(path, "on", {what: settings})], "on"
    if do in ("map", "suggest"):
        return [_mapped(what, document, one, problems, fill=do == "suggest")], at
    if do in clause_edits.ACTS:
        ground = Ground(document, forms_of(one, catalog()), language())
        names = _names(ground, document.path(clause_edits.root_of(what)) or ())
        names = names or Names({}, {}, {}, {}, language())
        return clause_edits.clause_edits(do, what, document, names, request.form), at
    if do in ACTS:
        known = Known(forms_of(one, catalog()), ids_in(one, language()), language())
        return grown(do, what, at, document, "pipeline", known, request.form)
    return edits_of("pipeline", document, request.form, problems)


def _fresh(document: Document, one: Design, where: Path) -> Fresh:
    forms = forms_of(one, catalog())
    nodes = every(nodes_of(Ground(document, forms, language())))
    scope = known_at(document.data, forms).get(where, Scope({}))
    return Fresh(
        forms, ids_of(one, "connection"), ids_of(one, "role"),
        frozenset(node.id for node in nodes), sorted(scope.types), sorted(scope.rows),
        ids_of(one, "import"),
    )  # fmt: skip


def _add(kind: str, document: Document, one: Design) -> tuple[list[Edit], str]:
    to = request.form.get("to", "") or "steps"
    if document.path(to) is None:
        to = "steps"
    near = document.path(f"{to}[{request.form.get('after', '')}]") or ("steps", 0)
    value = _fresh(document, one, near).step(kind)
    return [Insert(document.name, to, value, request.form.get("after"))], f"{to}[{value['id']}]"


def _mapped(words: str, document: Document, one: Design, problems: Problems, *, fill: bool) -> Put:
    """Return the edit that makes a mapping what was sent; `fill` takes the suggestions along.

    A value that cannot be read stays what it was.
    """
    path = document.path(words) or ()
    settings = words.rpartition(".")[0]
    forms = forms_of(one, catalog())
    data = document.value(document.path(settings) or ())
    form = forms.get(str(data.get("form"))) if isinstance(data, dict) else None
    was = json.loads(request.form.get("was", "null"))
    before = was if isinstance(was, dict) else {}
    fields = {each.id: each for each in form.fields} if form else {}
    sent = {name[2:]: word for name, word in request.form.items() if name.startswith("m:")}
    if request.form.get("new-name", "").strip():
        sent[request.form["new-name"].strip()] = request.form.get("new-value", "")
    if fill:
        sent |= {name[2:]: word for name, word in request.form.items() if name.startswith("s:")}
    made = {}
    for name, word in sent.items():
        if word.strip() or (name in before and before[name] == ""):
            try:
                made[name] = read_value(word, fields.get(name), before.get(name))
            except Refused as refused:
                made[name] = before[name]
                place = Place(f"{words}.{name}", document.name)
                problems.extend(each.at(place) for each in refused.problems[:1])
    return Put(document.name, document.words(path) if path else words, made or None,
               before or None)  # fmt: skip


def _try(package: str, path: str, at: str, document: Document) -> Any:
    """Run the pipeline as drafted on a real record and show what each step saw and gave."""
    pins = {name[4:]: json.loads(word) for name, word in request.form.items()
            if name.startswith("pin:") and f"keep:{name[4:]}" in request.form}  # fmt: skip
    record = request.form.get("record", "").strip()
    tried: dict[str, Any] = {"record": record, "steps": [], "said": [], "by_id": {}}
    try:
        problems = shaped(document, "pipeline")
        if problems:
            raise Refused(tuple(problems))
        taken = runs.tried_as_drafted(desk(), actor(), document.data, record=record, pinned=pins)
        tried["steps"] = _steps(taken, pins, document)
    except Refused as refused:
        tried["said"] = [problem.sentence(language()) for problem in refused.problems]
    except (KeyError, ValueError, LookupError):
        say = Text("它还没写完，不能试运行。", "It is not finished yet and cannot be tried.")
        tried["said"] = [say.in_(language())]
    for step in tried["steps"]:
        tried["by_id"].setdefault(step["id"], []).append(step)
    return _page(package, path, at, tried=tried)


def _steps(
    taken: tuple[runs.StepTaken, ...], pins: Mapping[str, Any], document: Document
) -> list[dict[str, Any]]:
    ground = Ground(document, {}, language())
    written = {node.id: document.value(document.path(node.words) or ())
               for node in every(nodes_of(ground))}  # fmt: skip
    facts: dict[str, Any] = {id_of(place): result for place, result in pins.items()}
    kept = [runs.StepTaken(place, "", None, None, result) for place, result in pins.items()]
    shown = []
    for step in (*kept, *taken):
        id_ = id_of(step.place)
        shown.append({
            "id": id_,
            "place": step.place,
            "ok": not step.why,
            "in": [(name, _plain(value)) for name, value in inputs(written.get(id_), facts)],
            "out": _plain(step.result),
            "json": json.dumps(step.result, ensure_ascii=False),
            "pinned": step.place in pins,
            "why": [one.get(language(), "") for one in step.why],
        })  # fmt: skip
        if isinstance(step.result, Mapping):
            facts[id_] = step.result
    return shown


def _plain(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, indent=1 if isinstance(value, dict) else None)
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…"
