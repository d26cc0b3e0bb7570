"""A page to scan with: by hand-held scanner or camera, one-handed, with or without a connection."""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask_wtf.csrf import generate_csrf

from seamline import clock
from seamline.facts import Origin
from seamline.metadata import Page
from seamline.pages import labels
from seamline.pages.scan import CODE
from seamline.problems import Problem, Refused
from seamline.text import Text
from seamline.usecases import scanning
from seamline.usecases.scanning import Bench, Item

from ... import assets
from ...forms.sheet import Said
from ...headers import POLICY
from ...say import _
from ...session import actor, catalog, desk, language, origin, signed_in
from ..face import PageFace
from ..opening import opened
from ..scanning import telling, view

blueprint = Blueprint("scan", __name__)
LOG = logging.getLogger("seamline.scan")
# The reader of codes in camera pictures is compiled code; no other page may run any.
WITH_CAMERA = POLICY.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'")
MOST_AT_ONCE = 50
MOST_DEVICE = 60


@blueprint.before_request
@signed_in
def _signed_in() -> None:
    """Everything here is for people who are signed in."""


def _bench(page: Page) -> Bench:
    catalog().access.require(actor(), "create", page.settings.moves)
    return scanning.bench(catalog(), page.settings)


def _show(page: Page) -> Any:
    at = _bench(page)
    typed = view.Typed(act=request.args.get("act", ""), code=request.args.get("code", ""))
    typed.places = {name: request.args.get(name, "") for name in at.places}
    typed.asked = {name: request.args.get(name, "") for name in at.scan.ask}
    return _page(page, at, typed, [], 200)


def _page(page: Page, at: Bench, typed: view.Typed, said: list[Said], status: int) -> Response:
    places = view.places(at)
    for place in places:
        if len(place.options) == 1:
            typed.places[place.id] = typed.places.get(place.id) or place.options[0][0]
    items: tuple[Item, ...] = ()
    if typed.code:
        read = labels.read(typed.code, at.scan.label, at.scan.gs1)
        where = {name: word for name, word in typed.places.items() if word}
        items = scanning.called(desk(), actor(), at, read[CODE], where)
    html = render_template(
        "kinds/scan.html",
        page=page,
        at=at,
        acts=view.acts(at),
        places=places,
        asks=view.asks(at),
        typed=typed,
        item=telling.item(at, items[0]) if len(items) == 1 else None,
        problems=said,
        amount=at.moves.fields[at.posting.amount].field.label.in_(language()),
        figure=at.balances.fields[at.posting.figure].field.label.in_(language()),
        config=view.config(at, page),
        key=secrets.token_hex(16),
        outside=catalog().access.outside(actor()),
    )
    response = Response(html, status)
    response.headers["Content-Security-Policy"] = WITH_CAMERA
    return response


@blueprint.post("/p/<page_id>/scan")
def post(page_id: str) -> Any:
    """Make one move as a form without scripts sends it."""
    page = opened(page_id, "scan")
    at = _bench(page)
    sent = request.form
    typed = view.Typed(
        act=sent.get(at.posting.act, ""),
        places={name: sent.get(name, "") for name in at.places},
        code=sent.get("code", ""),
        amount=sent.get(at.posting.amount, ""),
        asked={name: sent.get(name, "") for name in at.scan.ask},
    )
    read = labels.read(typed.code, at.scan.label, at.scan.gs1)
    code = read.pop(CODE)
    values: dict[str, Any] = {**read, **{k: v for k, v in typed.asked.items() if v}, **typed.places}
    values |= {at.scan.item: code}
    if typed.amount or at.posting.amount not in values:
        values[at.posting.amount] = typed.amount
    if at.posting.act:
        values[at.posting.act] = typed.act
    if at.scan.scanned:
        values[at.scan.scanned] = typed.code
    taken = scanning.take(desk(), actor(), _device(), at, values, telling.key_of(sent))
    if taken.done is None:
        said = [Said(problem.sentence(language())) for problem in taken.problems]
        return _page(page, at, typed, said, taken.status)
    told = telling.answer(at, "", taken)
    flash(
        _("%(code)s is held for review.", code=told["code"])
        if told["outcome"] == "held"
        else _("%(code)s is posted: %(after)s left.", code=told["code"], after=told["after"])
    )
    kept = {**typed.places, **{name: typed.asked[name] for name in at.scan.stays}}
    if typed.act:
        kept["act"] = typed.act
    return redirect(url_for("generated.show", page_id=page.id, **_named(kept)), 303)


def _named(words: Mapping[str, str]) -> dict[str, Any]:
    return {name: word for name, word in words.items() if word}


def _device(told: str = "") -> Origin:
    """Return where a move comes from; the device's own name before what its browser says."""
    plain = "".join(sign for sign in told if sign.isprintable())[:MOST_DEVICE]
    here = origin()
    reported = f"{plain} · {here.reported}" if plain else here.reported
    return replace(here, via="pda", reported=reported)


def _where(at: Bench) -> dict[str, str]:
    return {name: request.args[name] for name in at.places if request.args.get(name)}


@blueprint.get("/p/<page_id>/scan/find")
def find(page_id: str) -> Response:
    """Answer what a code stands for, with the balance at the place as it is now."""
    at = _bench(opened(page_id, "scan"))
    code = request.args.get("code", "")[:200]
    found = scanning.called(desk(), actor(), at, code, _where(at))
    return jsonify(items=[telling.item(at, one) for one in found[:5]], count=len(found))


@blueprint.get("/p/<page_id>/scan/carry")
def carry(page_id: str) -> Response:
    """Answer what a device at a place takes along for work without a connection."""
    at = _bench(opened(page_id, "scan"))
    found = scanning.carried(desk(), actor(), at, _where(at))
    return jsonify(
        at=clock.now().isoformat(),
        total=found.total,
        items=[telling.item(at, one) for one in found.items],
    )


@blueprint.get("/p/<page_id>/scan/hello")
def hello(page_id: str) -> Response:
    """Answer who is signed in and what time it is, with a token to send with."""
    _bench(opened(page_id, "scan"))
    who = actor()
    return jsonify(
        person={"id": who.id, "name": who.name}, now=clock.now().isoformat(), token=generate_csrf()
    )


@blueprint.post("/p/<page_id>/scan/moves")
def send(page_id: str) -> Response:
    """Take the moves that a device tells, each by itself and in their order; answer each.

    What is told twice counts once, by the key that the device gave it. Only what the person who
    is signed in has scanned is taken.
    """
    at = _bench(opened(page_id, "scan"))
    sent = request.get_json(silent=True)
    told: Mapping[str, Any] = sent if isinstance(sent, dict) else {}
    entries = told.get("moves")
    if not isinstance(entries, list) or len(entries) > MOST_AT_ONCE:
        raise _unreadable()
    device = _device(str(told.get("device", "")))
    answers = []
    for entry in entries:
        if not _is_move(entry):
            raise _unreadable()
        answers.append(_taken(at, device, entry))
    return jsonify(answers=answers)


def _is_move(entry: Any) -> bool:
    if not isinstance(entry, dict) or entry.get("person") != actor().id:
        return False
    key, values = entry.get("key"), entry.get("values")
    return isinstance(key, str) and 0 < len(key) <= 100 and isinstance(values, dict)


def _unreadable() -> Refused:
    say = Text("看不懂设备发来的内容。", "What the device sent cannot be read.")
    return Refused((Problem("unreadable", say),), 400)


def _taken(at: Bench, device: Origin, entry: Mapping[str, Any]) -> dict[str, Any]:
    late = bool(entry.get("late"))
    key = str(entry["key"])
    try:
        taken = scanning.take(desk(), actor(), device, at, entry["values"], key, late=late)
    except Refused:
        return {"key": key, "outcome": "busy"}
    except Exception:  # one move that meets a fault of ours must not stop those behind it
        incident = secrets.token_hex(4)
        LOG.exception("a scanned move failed: %s", incident)
        return {"key": key, "outcome": "failed", "say": [_("Our fault: %(n)s", n=incident)]}
    return telling.answer(at, key, taken)


@blueprint.get("/p/<page_id>/scan/worker.js")
def worker(page_id: str) -> Response:
    """Serve the worker that keeps this page, and no other, at hand without a connection."""
    page = opened(page_id, "scan")
    address = url_for("generated.show", page_id=page.id)
    known = {"page": address, "version": assets.version(), "assets": view.assets_of()}
    script = (assets.FOLDER / "js" / "scan" / "worker.js").read_text("utf-8")
    head = f"const SHELL = {json.dumps(known)};\n"
    response = Response(head + script, mimetype="text/javascript")
    response.headers["Service-Worker-Allowed"] = address
    response.headers["Cache-Control"] = "no-cache"
    return response


KIND = PageFace("scan", _show, blueprint)
