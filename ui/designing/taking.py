"""What an inspector sent, as edits: only what differs from what the person saw."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from werkzeug.datastructures import MultiDict

from seamline.documents import Document, read
from seamline.problems import Place, Problem, Problems, Refused
from seamline.text import Text
from seamline.usecases.designing.edits import Edit, Put

from .shape import control_of, items_of, part_within, shape_of

MARK = "w:"  # before the name of a value as it was, `v:` before what it is to be
Sent = MultiDict[str, str]


def edits_of(
    kind: str, document: Document, sent: Sent, problems: Problems
) -> tuple[list[Edit], str]:
    """Return an edit for each value that was changed, and where the thing is found afterwards.

    What cannot be read goes to `problems`, each in its place, and holds nothing else back.
    Ids come last, that of the thing after those within it: what else is changed is found by them.
    """
    made: list[Put] = []
    wrong: list[tuple[str, Problem]] = []
    for name in sent:
        if name.startswith(MARK):
            words, told = name.removeprefix(MARK), Problems()
            made += _edit(kind, document, words, sent, told)
            wrong += [(words, one) for one in told]
    at = sent.get("at", "")
    then = _renamed(at, made)
    for words, one in wrong:
        there = f"{then}{words.removeprefix(at)}" if words.startswith(f"{at}.") else words
        problems.add(one.at(Place(there, document.name)))
    return [*sorted(made, key=lambda one: (one.at.endswith(".id"), -one.at.count("[")))], then


def _renamed(at: str, made: list[Put]) -> str:
    """Return where the selected thing is found, should its id be another now."""
    for one in made:
        if one.at == f"{at}.id" and isinstance(one.value, str):
            return f"{at[: at.rindex('[')]}[{one.value}]"
    return at


def _edit(kind: str, document: Document, words: str, sent: Sent, told: Problems) -> Iterator[Put]:
    path = document.path(words)
    if path is None or not path:
        return
    shape = shape_of(kind, document.data, path[:-1])
    key = str(path[-1])
    part = shape.properties.get(key, shape.rest)
    if part is None:
        return
    was = json.loads(sent[f"{MARK}{words}"])
    value = _read(kind, part, f"v:{words}", sent, was, told)
    # A text that ends with its line (`say: >`) comes back without that end.
    if json.dumps(value, sort_keys=True) not in (
        json.dumps(one, sort_keys=True) for one in (was, _trimmed(was))
    ):
        yield Put(document.name, words, value, was, shape.order)


def _read(kind: str, part: Any, name: str, sent: Sent, was: Any, told: Problems) -> Any:
    """Return the value that was typed; one that cannot be read is told, and stays what it was."""
    try:
        return _value(kind, part, name, sent, was, told)
    except Refused as refused:
        told.extend(refused.problems[:1])
        return was


def _value(kind: str, part: Any, name: str, sent: Sent, was: Any, told: Problems) -> Any:
    control = control_of(kind, part)
    word = _plain(sent.get(name, ""))
    if control == "pairs" and name not in sent:
        return _pairs(kind, part, name, sent, was, told)
    if control == "tuples" and name not in sent:
        return _tuples(kind, part, name, sent, was)
    match control:
        case "text":
            zh, en = (_plain(sent.get(f"{name}.{one}", "")) for one in ("zh", "en"))
            return _both(zh, en, was)
        case "tick":
            ticked, usual = name in sent, bool(part_within(kind, part).get("default"))
            return (
                was
                if ticked == (usual if was is None else was)
                else ticked
                if (ticked != usual)
                else None
            )
        case "number":
            return _number(word)
        case "choice":
            enum = part_within(kind, part)["enum"]
            return next((one for one in enum if str(one) == word), word or None)
        case "words":
            return _words(kind, part, word, was)
        case "formula":
            return word.replace("\n", " ") or None  # one line, however it was typed
        case "condition" | "source" | "value" | "pairs" | "tuples":
            return read(word, "").data if word else None
    return word or None


def _pairs(kind: str, part: Any, name: str, sent: Sent, was: Any, told: Problems) -> Any:
    """Return the mapping whose names and values were typed, in the order they have."""
    rest = part_within(kind, part).get("additionalProperties", {})
    before = was if isinstance(was, dict) else {}
    made: dict[str, Any] = {}
    for number, old in enumerate([*before, ""]):
        key = _plain(sent.get(f"k:{name}.{number}", ""))
        here = f"{name}.{number}"
        value = _read(kind, rest, here, sent, before.get(old), told) if key else None
        # A value may be nothing on purpose: it stays so, or is written as `null`.
        void = sent.get(here, "").strip()
        if value is not None or key and (void == "null" or not void and old in before):
            made[key] = value
    return made or None


def _tuples(kind: str, part: Any, name: str, sent: Sent, was: Any) -> Any:
    """Return the tuples that were typed; one of which nothing is left is taken out."""
    parts = [part_within(kind, one) for one in items_of(kind, part)["prefixItems"]]
    before = was if isinstance(was, list) else []
    made: list[list[str]] = []
    for number in range(len(before) + 1):
        cells = [_plain(sent.get(f"{name}.{number}.{place}", "")) for place in range(len(parts))]
        free = [cell for cell, one in zip(cells, parts, strict=True) if "enum" not in one]
        if any(free):
            made.append(cells)
    return made or None


def _plain(word: str) -> str:
    return word.replace("\r\n", "\n").strip()


def _trimmed(value: Any) -> Any:
    """Return a value with all of its texts as a box sends them."""
    match value:
        case str():
            return _plain(value)
        case dict():
            return {key: _trimmed(one) for key, one in value.items()}
        case list():
            return [_trimmed(one) for one in value]
    return value


def _both(zh: str, en: str, was: Any) -> Any:
    """Return a text: both languages, or one for both where that is all there is."""
    if not (zh or en):
        return None
    if zh and en and (zh != en or isinstance(was, dict)):
        return {"zh": zh, "en": en}
    return zh or en


def _words(kind: str, part: Any, word: str, was: Any) -> Any:
    # Not at the commas within brackets: `last(customer, price)` is one word.
    pieces = re.split(r"[,，、](?![^(]*\))", word)
    found: list[Any] = [one.strip() for one in pieces if one.strip()]
    if isinstance(was, list) and [str(one) for one in was] == found:
        return was
    if items_of(kind, part).get("type") == "integer":
        found = [_number(one) for one in found]
    return found or None


def _number(word: str) -> Any:
    if not word:
        return None
    try:
        return int(word) if word.lstrip("-").isdecimal() else float(word)
    except ValueError:
        say = Text("应为数字，收到“{got}”。", "Expected a number, got '{got}'.")
        raise Refused((Problem("number_expected", say.fill(got=word[:40])),)) from None
