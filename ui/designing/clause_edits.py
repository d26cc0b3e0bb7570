"""Edits of a condition clause by clause, wherever in a document the condition stands."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from werkzeug.exceptions import NotFound

from seamline.documents import Document
from seamline.usecases.designing.edits import Edit, Insert, Put, Remove

from . import clauses
from .clauses import Clause, Names, clause_of, every

ACTS = ("clause", "join", "quantify", "more", "nest", "table", "drop")
_INSIDE = re.compile(r"\.(?:and|or|some|all|none)\[")


def root_of(what: str) -> str:
    """Return the condition that a clause is a part of, as people write its path."""
    return _INSIDE.split(what, maxsplit=1)[0]


def clause_edits(
    do: str, what: str, document: Document, names: Names, sent: Mapping[str, str]
) -> list[Edit]:
    """Return the edits of one of the ACTS on the clause at `what`; raises Refused, NotFound.

    `names` are those of the whole condition; within the rows of a sub-table its columns stand.
    """
    path, now = document.name, _value(document, what)
    found = _clause_at(what, document, names)
    names = found.names if found is not None and found.names is not None else names
    match do:
        case "clause":
            fresh = clauses.built(names, sent.get("name", ""), sent.get("word", ""),
                                  sent.get("mode", "value"), sent.get("value", ""),
                                  sent.get("unit", ""))  # fmt: skip
            if clauses.alike(fresh, now):
                return []
            return [Put(path, what, fresh, json.loads(sent.get("was", "null")))]
        case "join" | "quantify" if isinstance(now, dict):
            allowed = ("and", "or") if do == "join" else clauses.QUANTIFIERS
            word = sent.get("word", "")
            inside = next(iter(now.values()))
            return [Put(path, what, {word: inside}, now)] if word in allowed else []
        case "more" | "nest" | "table" if isinstance(now, dict):
            return [_more(do, what, now, names, sent.get("table", ""), path)]
        case "drop":
            return [Remove(path, _whole(what, document))]
    raise NotFound


def _value(document: Document, words: str) -> Any:
    return document.value(document.path(words) or ())


def _more(do: str, what: str, now: Any, names: Names, table: str, path: str) -> Edit:
    """Return the edit that adds a clause to a group; a lone clause becomes a group of two."""
    fresh: dict[str, Any] = clauses.begun(names)
    if do == "nest":
        fresh = {"or": [fresh]}
    elif do == "table" and table in names.tables:
        fresh = {"some": [{"var": table}, clauses.begun(names.tables[table])]}
    word = next(iter(now))
    if word in ("and", "or"):
        return Insert(path, f"{what}.{word}", fresh)
    return Put(path, what, {"and": [now, fresh]}, now)


def _clause_at(what: str, document: Document, names: Names) -> Clause | None:
    root = root_of(what)
    when = _value(document, root)
    if when is None:
        return None
    return next((one for one in every(clause_of(when, root, names)) if one.at == what), None)


def _whole(what: str, document: Document) -> str:
    """Return what goes when a clause is dropped: the group with its last one, rows with theirs."""
    root = root_of(what)
    while what != root:
        listed = what.rpartition("[")[0]
        inside = _value(document, listed)
        rows = listed.rpartition(".")[2] in clauses.QUANTIFIERS
        if not rows and isinstance(inside, list) and len(inside) > 1:
            return what
        what = listed.rpartition(".")[0]
    return what
