"""What goes to the device as JSON: items with their balances, rules to run on board, answers."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Mapping
from typing import Any

from seamline.conditions.browser import facts_for_browser, for_browser
from seamline.conditions.node import names
from seamline.conditions.parse import parse
from seamline.facts import Record
from seamline.forms.parts import to_fact
from seamline.metadata import Rule
from seamline.rules import ReadyRule, RuleModel
from seamline.usecases import freshness
from seamline.usecases.scanning import Bench, Item, Taken

from ...session import actor, catalog, desk, language, reading
from ...shown import Faces

_ZEROS = re.compile(r"\.0+(?=\D*$)")
_KEY = 8  # bytes of what a key without one gets


def item(at: Bench, found: Item) -> dict[str, Any]:
    """Return an item as the device keeps it: codes, words to show, facts for rules, its balance."""
    faces = Faces(at.items, reading())
    values = found.record.values
    return {
        "key": called(at, found.record),
        "name": _named(at, found.record, faces),
        "codes": sorted({str(values[one]) for one in at.scan.codes if values.get(one)}),
        "unit": faces.plain(at.scan.unit, values.get(at.scan.unit)) if at.scan.unit else "",
        "shows": _words(at.scan.shows, found.record, faces),
        "facts": _facts(at, found.record),
        "balance": balance(at, found.balance),
    }


def called(at: Bench, record: Record) -> str:
    """Return the word by which moves refer to an item."""
    key = str(at.items.tables.key.key)
    return record.code if key == "_code" else str(record.values.get(key) or record.code)


def _named(at: Bench, record: Record, faces: Faces) -> str:
    name = at.items.form.name
    return faces.plain(name, record.values.get(name)) if name else ""


def balance(at: Bench, record: Record | None) -> dict[str, Any] | None:
    """Return a balance as the device keeps it; None where there is none yet."""
    if record is None:
        return None
    faces = Faces(at.balances, reading())
    name = at.posting.figure
    figure = at.balances.to_json(record.values, (name,))[name]
    fed = freshness.feeds(desk(), at.balances.form.id, (at.posting.figure,))
    return {
        "fed": [[one.told().in_(language()), one.late] for one in fed],
        "figure": None if figure is None else _ZEROS.sub("", str(figure)),
        "figures": _words(at.scan.figures, record, faces),
        "record": record.id,
    }


def _words(fields: tuple[str, ...], record: Record, faces: Faces) -> list[list[str]]:
    shown = ((one, faces.plain(one, record.values.get(one))) for one in fields)
    return [[faces.label(one), _short(faces, one, word)] for one, word in shown if word]


def _short(faces: Faces, name: str, word: str) -> str:
    """Return a figure without decimals that say nothing."""
    return _ZEROS.sub("", word) if faces.numeric(name) else word


def _facts(at: Bench, record: Record) -> dict[str, Any]:
    """Return what rules on board look at of an item, under the names that they use."""
    facts = {}
    for name in item_facts(at):
        model = at.items.fields[name]
        convert = to_fact(model.shown, model.type)
        value = record.values.get(name)
        facts[f"{at.scan.item}.{name}"] = (
            value if convert is None or value is None else convert(value)
        )
    return facts_for_browser(facts)


def item_facts(at: Bench) -> tuple[str, ...]:
    """Return the fields of an item that rules of moves look at."""
    rules = catalog().rules.get(f"{at.moves.form.id}.create")
    head = f"{at.scan.item}."
    asked = (
        (name[len(head) :] for name in sorted(rules.needs) if name.startswith(head))
        if rules
        else ()
    )
    return tuple(name for name in asked if name in at.items.fields)


def rules_on_board(at: Bench) -> list[dict[str, Any]]:
    """Return the rules that a device can judge: on what it is told and what it carries."""
    model = catalog().rules.get(f"{at.moves.form.id}.create")
    if model is None:
        return []
    known = {*at.taken, at.posting.before, at.posting.after}
    known |= {f"{at.scan.item}.{name}" for name in item_facts(at)}
    known -= catalog().access.scope(actor(), at.moves.form.id).unseen
    return [one for ready in _in_force(model) if (one := _rule(at, ready, known)) is not None]


def _in_force(model: RuleModel) -> Iterator[ReadyRule]:
    now = catalog()
    for ready in model.rules:
        if ready.rule_class == "review" or ready.key in now.shadows:
            continue
        if now.switches.get(ready.key, ready.rule.enabled):
            yield ready


def _rule(at: Bench, ready: ReadyRule, known: set[str]) -> dict[str, Any] | None:
    node = parse(ready.rule.when, at.moves.scope)
    # A device without a net may have any clock: what asks for the time waits for the server.
    if ready.moves or not set(names(node)) <= known or not isinstance(ready.rule, Rule):
        return None
    return {
        "id": ready.rule.id,
        "hard": ready.rule_class == "hard",
        "title": ready.rule.title.in_(language()),
        "say": ready.say.in_(language()),
        "when": for_browser(node),
    }


def answer(at: Bench, key: str, taken: Taken) -> dict[str, Any]:
    """Return what became of one move, in the words of the device's language."""
    said = [problem.sentence(language()) for problem in taken.problems]
    if taken.done is None:
        errors = [{"code": one.code, "field": one.place.path} for one in taken.problems]
        refused = {"key": key, "outcome": "refused", "status": taken.status}
        return {**refused, "say": said, "errors": errors}
    record = taken.done.record
    values = at.moves.to_json(record.values, (at.posting.before, at.posting.after))
    return {
        "key": key,
        "outcome": "held" if record.held else "posted",
        "code": record.code,
        "record": record.id,
        "before": values[at.posting.before],
        "after": values[at.posting.after],
        "repeated": taken.done.repeated,
        "say": [one.say.in_(language()) for one in taken.findings],
    }


def key_of(given: Mapping[str, Any]) -> str:
    """Return the key under which a move counts once; one of its own where it came without."""
    return str(given.get("_key") or "")[:100] or secrets.token_hex(_KEY)
