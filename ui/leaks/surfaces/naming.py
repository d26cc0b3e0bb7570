"""The names that answers carry: of a field that is not seen not even the name stands in them.

This finds what has no canary: choices, ticks, and the reader's own key.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from ..canaries import MINE, Canary
from ..visit import Guest, Said


def visit(guest: Guest) -> None:
    """Look at the names of records, lists, events and of the description of the API."""
    for form in guest.forms:
        record = guest.records[form, MINE]
        for path in (f"/api/v1/{form}/{record}", f"/api/v1/{form}"):
            said = guest.get(path)
            body = _body(said)
            for one in body.get("items", [body]):
                _named(guest, form, said, one)
        said = guest.get("/api/v1/openapi.json")
        schemas = _body(said).get("components", {}).get("schemas", {})
        values = schemas.get(f"{form}.values", {}).get("properties", {})
        _seen(guest, form, said, values)


def _body(said: Said) -> Any:
    """Return the JSON of an answer, which stands behind its head."""
    head, _, body = said.text.partition("\n{")
    try:
        return json.loads(f"{{{body.partition(chr(10))[0]}") if body else {}
    except ValueError:
        return {}


def _named(guest: Guest, form: str, said: Said, record: Mapping[str, Any]) -> None:
    platform = {f"_{name}" for name in record} & set(guest.catalog.forms[form].scope.types)
    _seen(guest, form, said, platform)
    for name, value in record.get("values", {}).items():
        rows = value if isinstance(value, list) else []
        columns = {f"{name}.{one}" for row in rows if isinstance(row, dict) for one in row}
        _seen(guest, form, said, {name, *columns})


def _seen(guest: Guest, form: str, said: Said, names: Iterable[str]) -> None:
    reach, known = guest.access.scope(guest.actor, form), guest.catalog.forms[form].scope.types
    for name in names:
        own = name in known or name in guest.catalog.forms[form].fields
        if own and not reach.sees(name):
            guest.tell(said.asked, [Canary(form, MINE, name, frozenset())])
