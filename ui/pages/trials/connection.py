"""A drafted connection: its settings as its connector asks for them, a check, what is there."""

from __future__ import annotations

import json
from typing import Any

from flask import request

from seamline.connecting import Setting, discovered, wrong_reference
from seamline.connector import Entity, Finding
from seamline.documents import Document
from seamline.problems import Place, Problem, Problems, Refused
from seamline.usecases.designing import trying
from seamline.usecases.designing.edits import Put
from seamline.usecases.secret_store import CONNECT

from ...forms import given
from ...session import actor, catalog, desk, language
from ..connecting import KINDS
from .trial import Stage, Trial

SHOWN = 400  # entities that are listed
ORDER = ("seamline", "connection", "title", "note", "connector", "on", "settings", "secrets")


def _kind(document: Document) -> Any:
    return discovered().kinds.get(str(document.data.get("connector", "")))


def _settings(document: Document) -> list[Setting]:
    kind = _kind(document)
    return [*kind.manifest.settings] if kind else []


def _given(document: Document, key: str) -> dict[str, Any]:
    value = document.data.get(key)
    return value if isinstance(value, dict) else {}


def _show(stage: Stage) -> dict[str, Any]:
    document, kind = stage.document, _kind(stage.document)
    manifest = kind.manifest if kind else None
    return {
        "manifest": manifest,
        "setting_boxes": _boxes(stage) if not stage.at else [],
        "setting_was": {one.name: json.dumps(_given(document, "settings").get(one.name))
                        for one in _settings(document) if not one.secret},
        "secret_boxes": _secrets(stage) if not stage.at else [],
        "strays": _strays(document),
        "connectors": [(name, one.manifest.title.in_(language()))
                       for name, one in discovered().kinds.items()],
        "may_connect": catalog().access.may(actor(), CONNECT, "*"),
        "member_kinds": {name: text.in_(language()) for name, text in KINDS.items()},
        **_tried(stage),
    }  # fmt: skip


def _strays(document: Document) -> list[str]:
    """Return the settings and secrets that the connector does not ask for."""
    known = {f"{'secrets' if one.secret else 'settings'}.{one.name}" for one in _settings(document)}
    written = [f"{key}.{name}" for key in ("settings", "secrets") for name in _given(document, key)]
    return [one for one in written if one not in known]


def _boxes(stage: Stage) -> list[Any]:
    settings, written = _settings(stage.document), _given(stage.document, "settings")
    typed = {
        one.name: given.as_typed(written.get(one.name, one.law.get("default")), one.law)
        for one in settings
        if not one.secret
    }
    return given.boxes(settings, typed, {}, stage.asked.problems, language())


def _secrets(stage: Stage) -> list[dict[str, Any]]:
    """Return the secrets, each with what it refers to; never what it says."""
    written = _given(stage.document, "secrets")
    told = given.by_setting(stage.asked.problems, language())
    return [
        {
            "name": one.name,
            "title": one.title.in_(language()),
            "required": one.required,
            # What is no reference may be the secret itself, which is shown to nobody.
            "value": "" if wrong_reference(str(written.get(one.name, ""))) else written[one.name],
            "was": "null" if wrong_reference(str(written.get(one.name, "")))
            else json.dumps(written[one.name]),
            "wrong": told.get(f"secrets.{one.name}", []),
        }
        for one in _settings(stage.document)
        if one.secret
    ]  # fmt: skip


def _tried(stage: Stage) -> dict[str, Any]:
    """Return what a check found, or what the other system has, where that was asked for."""
    found: dict[str, Any] = {"findings": None, "entities": None, "trial_said": []}
    if not stage.do:
        return found
    if stage.problems:
        return found | {"trial_said": [one.sentence(language()) for one in stage.problems[:3]]}
    try:
        if stage.do == "check":
            findings = trying.checked(desk(), actor(), stage.document.data)
            found["findings"] = [_finding(one) for one in findings]
        elif stage.do == "describe":
            entities = trying.described(desk(), actor(), stage.document.data, anew=True)
            found["entities"] = [*entities][:SHOWN]
            found["broken"] = {
                one.name: one.wrong.sentence(language()) for one in found["entities"] if one.wrong
            }
    except Refused as refused:
        found["trial_said"] = [one.sentence(language()) for one in refused.problems]
    return found


def _finding(one: Finding) -> dict[str, Any]:
    words = language()
    hint = one.hint.in_(words) if one.hint and not one.ok else ""
    return {"title": one.title.in_(words), "ok": one.ok, "say": one.say.in_(words), "hint": hint}


def _edits(stage: Stage, problems: Problems) -> list[Put]:
    """Return the edits of the settings and references that were changed."""
    document, made = stage.document, list[Put]()
    for one in _settings(document):
        part = "secrets" if one.secret else "settings"
        if f"w{part}.{one.name}" not in request.form:
            continue
        was = json.loads(request.form[f"w{part}.{one.name}"])
        try:
            value = _value(one)
        except Refused as refused:
            problems.extend(refused.problems)
            continue
        usual = None if one.secret else one.law.get("default")
        nothing = value is None and was is None
        if not nothing and not given.alike(value, usual if was is None else was, one.law):
            kept = None if given.alike(value, usual, one.law) else value
            made.append(Put(document.name, f"{part}.{one.name}", kept, was, ORDER))
    return made


def _value(one: Setting) -> Any:
    if not one.secret:
        ticked = f"settings.{one.name}" in request.form
        return given.as_value(given.sent(request.form, one), ticked, one)
    reference = request.form.get(f"secrets.{one.name}", "").strip()
    wrong = wrong_reference(reference) if reference else None
    if wrong is not None:
        raise Refused([Problem("wrong_reference", wrong, Place(f"secrets.{one.name}"))])
    return reference or None


def _entities(stage: Stage) -> tuple[Entity, ...]:
    """Return what the other system has, as far as somebody has asked lately."""
    return tuple(trying.remembered(stage.document.data) or ())


KIND = Trial(
    "connection", "studio/trials/connection.html", _show, ("settings", "secrets", "connector"),
    "studio/trials/settings.html", _edits, _entities,
)  # fmt: skip
