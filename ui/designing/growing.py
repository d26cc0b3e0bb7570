"""Parts of a document begun from an inspector: one more item, a part, another kind of part."""

from __future__ import annotations

import re
from collections.abc import Mapping

from werkzeug.exceptions import NotFound

from seamline.documents import Document, Path
from seamline.problems import Refused
from seamline.text import Text
from seamline.usecases.designing.edits import Edit, Insert, Put

from .blank import blank
from .known import Known
from .shape import shape_of

ACTS = ("item", "begin", "be", "name", "word")
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,79}")


def grown(
    do: str, what: str, at: str, document: Document, kind: str, known: Known,
    sent: Mapping[str, str],
) -> tuple[list[Edit], str]:  # fmt: skip
    """Return the edits of one of the ACTS at `what`, and what is selected afterwards.

    Raises Refused for a name that is none, NotFound for a place that is not there (any more).
    """
    match do:
        case "be":
            return [_turned(what, document, kind, known)], at
        case "word":
            return [_added(what, document, kind)], at
        case "item":
            return _item(what, at, document, kind, known)
    if do == "name":
        name = sent.get(f"name:{what}", "").strip()
        if not NAME.fullmatch(name):
            raise _no_name(name)
        what = f"{what}.{name}"
    place = _place(what, document)
    order = shape_of(kind, document.data, place[:-1]).order
    value = blank(kind, document, place, known)
    return [Put(document.name, what, value, None, order)], what if do == "name" else at


def _place(what: str, document: Document) -> Path:
    place = document.path(what)
    if not place:
        raise NotFound
    return place


def _item(
    what: str, at: str, document: Document, kind: str, known: Known
) -> tuple[list[Edit], str]:
    """Return the edit that puts one more item behind those of a list."""
    place, path = _place(what, document), document.name
    items = document.value(place)
    count = len(items) if isinstance(items, list) else 0
    value = blank(kind, document, (*place, count), known)
    then = f"{what}[{value['id']}]" if isinstance(value, dict) and "id" in value else at
    if at and (what.startswith(f"{at}.") or at.startswith(f"{what}[")):
        then = then if at.startswith(f"{what}[") else at
    if not count:
        order = shape_of(kind, document.data, place[:-1]).order
        return [Put(path, what, [value], items, order)], then
    last = document.words((*place, count - 1)).rpartition("[")[2][:-1]
    return [Insert(path, what, value, last)], then


def _added(what: str, document: Document, kind: str) -> Edit:
    """Return the edit that puts one more word into a list of words."""
    what, _hash, word = what.rpartition("#")
    place = _place(what, document)
    now = document.value(place)
    words = [one for one in now if one != word] if isinstance(now, list) else []
    order = shape_of(kind, document.data, place[:-1]).order
    return Put(document.name, what, [*words, word], now, order)


def _turned(what: str, document: Document, kind: str, known: Known) -> Edit:
    """Return the edit that makes a thing another kind of thing; what all of them have stays."""
    what, _hash, key = what.rpartition("#")
    place = _place(what, document)
    shape, now = shape_of(kind, document.data, place), document.value(place)
    if key not in shape.kinds or not isinstance(now, dict):
        raise NotFound
    if key in now:
        return Put(document.name, what, now)
    kept = {name: one for name, one in now.items() if name not in shape.kinds}
    kept[key] = blank(kind, document, (*place, key), known)
    return Put(document.name, what, kept, now)


def _no_name(name: str) -> Refused:
    say = Text(
        f"“{name[:40]}”不能作名称：只用字母、数字和 _ . -。",
        f"'{name[:40]}' is no name: it holds letters, digits, _, . and - only.",
    )
    return Refused.one("bad_name", say)
