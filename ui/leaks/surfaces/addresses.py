"""Every address that answers GET, as it is registered, and every link found on the way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

from werkzeug.routing import Rule

from ..visit import Guest, Said

NOT_ASKED = frozenset({"assets.static", "account.sign_out"})
MOST_LINKS = 120
MOST_OF_ONE = 100  # paths of one address
_LINK = re.compile(r'(?:href|src|hx-get|action)="(/[^"#]*)"')


def visit(guest: Guest) -> None:
    """Ask every address with every form, record, step and file that could be named in it."""
    asked: set[str] = set()
    links: dict[str, None] = {}
    for rule in sorted(guest.app.url_map.iter_rules(), key=str):
        if "GET" not in (rule.methods or ()) or rule.endpoint in NOT_ASKED:
            continue
        for path in _some([*dict.fromkeys(_paths(guest, rule))]):
            asked.add(path)
            links |= dict.fromkeys(_links(guest.get(path)))
    for path in [one for one in links if one not in asked][:MOST_LINKS]:
        guest.get(path)


def _some(paths: list[str]) -> list[str]:
    """Return the paths, of very many an even choice."""
    return paths[:: len(paths) // MOST_OF_ONE + 1]


def _links(said: Said) -> Iterator[str]:
    for found in _LINK.findall(said.text):
        if not found.startswith(("/static/", "/sign-out", "//")):
            yield found


def _paths(guest: Guest, rule: Rule) -> Iterator[str]:
    for filled in _filled(guest, [*_names(rule)], {}):
        path = rule.rule
        for name, word in filled.items():
            path = re.sub(rf"<(?:[a-z]+:)?{name}>", quote(word, safe=""), path)
        yield path


def _names(rule: Rule) -> Iterator[str]:
    yield from re.findall(r"<(?:[a-z]+:)?(\w+)>", rule.rule)


def _filled(guest: Guest, names: list[str], so_far: dict[str, str]) -> Iterator[dict[str, str]]:
    if not names:
        yield so_far
        return
    for word in _words(guest, names[0], so_far):
        yield from _filled(guest, names[1:], {**so_far, names[0]: word})


def _words(guest: Guest, name: str, so_far: dict[str, str]) -> Iterator[str]:
    """Yield what may stand in a place of an address; something that is not there for the rest."""
    catalog, form = guest.catalog, so_far.get("form_id") or so_far.get("form")
    match name:
        case "form_id" | "form":
            yield from catalog.forms
        case "word" | "record":
            forms = [form] if form in catalog.forms else guest.forms
            for one in forms:
                yield from guest.names_of(str(one))[: 4 if one in guest.forms else 1]
        case "step_id" | "step":
            forms = [form] if form in catalog.forms else guest.forms
            # Of a form that is not read one step stands for all.
            steps = [
                step
                for one in forms
                for step in [*catalog.forms[str(one)].steps][: None if one in guest.forms else 1]
            ]
            yield from dict.fromkeys(steps)
        case "sha256":
            hashes = {
                word
                for one in guest.hidden
                if form in (None, one.form)
                for word in one.shown
                if re.fullmatch("[0-9a-f]{64}", word)
            }
            yield from sorted(hashes)
        case "page_id":
            yield from catalog.pages
        case "connection_id":
            yield from catalog.connections
        case "measure" | "measure_id":
            yield from catalog.measures
        case "key":
            yield from [ready.key for model in catalog.rules.values() for ready in model.rules][:3]
        case "code":
            for one in guest.forms:
                yield from guest.names_of(one)[:4]
        case "tracking":
            yield from guest.trackings()
        case "notice_id":
            yield from guest.notices()
        case "entry_id":
            yield from [one.id for one in catalog.forms[str(form)].form.entries]
        case "kind":
            yield "svg"
        case _:
            yield "1"
