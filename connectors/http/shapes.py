"""The schemas of a document: references followed within it, values checked, members named."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from seamline.connector import Member, MemberKind
from seamline.problems import Place, Problem, shorten
from seamline.text import Text

Schema = Mapping[str, Any]
DEEPEST = 12
NOTHING: Schema = {}


class Shapes:
    """Reads the schemas of one document."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document

    def of(self, schema: Any) -> Schema:
        """Return a schema with its reference followed and what it is composed of put together.

        Only references within the document are followed: another address is never fetched.
        """
        for _ in range(DEEPEST):
            if not isinstance(schema, Mapping) or "$ref" not in schema:
                break
            schema = self._at(str(schema["$ref"]))
        return self._whole(schema) if isinstance(schema, Mapping) else NOTHING

    def _whole(self, schema: Schema) -> Schema:
        parts = schema.get("allOf")
        if not isinstance(parts, list):
            return schema
        whole: dict[str, Any] = {key: value for key, value in schema.items() if key != "allOf"}
        for part in parts[:DEEPEST]:
            one = self.of(part)
            whole["properties"] = {**whole.get("properties", {}), **one.get("properties", {})}
            whole["required"] = [*whole.get("required", ()), *one.get("required", ())]
            whole = {**one, **whole}
        return whole

    def _at(self, reference: str) -> Any:
        found: Any = self._document
        if not reference.startswith("#/"):
            return NOTHING
        for word in reference[2:].split("/"):
            word = word.replace("~1", "/").replace("~0", "~")
            found = found.get(word) if isinstance(found, Mapping) else None
        return found

    def members(self, schema: Any, writable: frozenset[str], depth: int = 0) -> tuple[Member, ...]:
        """Return the members of an object, those of its rows within them."""
        whole = self.of(schema)
        required = set(whole.get("required") or ())
        found = []
        for name, inner in (whole.get("properties") or {}).items():
            one = self.of(inner)
            kind = _kind(self, one)
            rows = (
                self.members(one.get("items"), writable, depth + 1)
                if (kind == "rows" and depth < 1)
                else ()
            )
            title = Text.same(shorten(str(one.get("title") or one.get("description") or name), 80))
            can = (name in writable or depth > 0) and not one.get("readOnly")
            found.append(Member(str(name), kind, title, name in required and can, can, rows))
        return tuple(found)

    def wrong(self, value: Any, schema: Any, path: str = "", depth: int = 0) -> Iterator[Problem]:
        """Yield what a schema has against a value."""
        law = self.of(schema)
        types = law.get("type")
        names = [types] if isinstance(types, str) else list(types or ())
        if value is None and (law.get("nullable") or "null" in names or not names):
            return
        if names and not any(_is(value, name) for name in names):
            yield _problem("wrong_type", path, " / ".join(map(str, names)), value)
            return
        if isinstance(law.get("enum"), list) and value not in law["enum"]:
            yield _problem("not_a_choice", path, ", ".join(map(str, law["enum"])), value)
        yield from _bounds(value, law, path)
        if depth < DEEPEST and isinstance(value, Mapping):
            yield from self._wrong_members(value, law, path, depth)
        elif depth < DEEPEST and isinstance(value, list | tuple) and "items" in law:
            for place, one in enumerate(value, 1):
                yield from self.wrong(one, law["items"], f"{path}[{place}]", depth + 1)

    def _wrong_members(
        self, value: Mapping[str, Any], law: Schema, path: str, depth: int
    ) -> Iterator[Problem]:
        known = law.get("properties") or {}
        for name in law.get("required") or ():
            if value.get(name) is None and not self.of(known.get(name)).get("readOnly"):
                yield _problem("missing", _under(path, name), "a value", None)
        for name, inner in value.items():
            if name in known:
                yield from self.wrong(inner, known[name], _under(path, name), depth + 1)
            elif known and law.get("additionalProperties") is not True:
                yield _problem("unknown_member", _under(path, name), ", ".join(known), name)


def _bounds(value: Any, law: Schema, path: str) -> Iterator[Problem]:
    if isinstance(value, str):
        longest, pattern = law.get("maxLength"), law.get("pattern")
        if isinstance(longest, int) and len(value) > longest:
            yield _problem("too_long", path, f"<= {longest}", len(value))
        if isinstance(pattern, str) and not _fits(pattern, value):
            yield _problem("wrong_form", path, pattern, value)
    if _is(value, "number"):
        low, high = law.get("minimum"), law.get("maximum")
        if low is not None and Decimal(str(value)) < Decimal(str(low)):
            yield _problem("too_small", path, f">= {low}", value)
        if high is not None and Decimal(str(value)) > Decimal(str(high)):
            yield _problem("too_large", path, f"<= {high}", value)


def _fits(pattern: str, value: str) -> bool:
    try:
        return re.search(pattern, value) is not None
    except re.error:
        return True  # of another dialect: the service itself will judge


def _is(value: Any, name: str) -> bool:
    if name == "integer":
        whole = isinstance(value, Decimal | float) and value == int(value)
        return (isinstance(value, int) and not isinstance(value, bool)) or whole
    if name == "number":
        return isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    types: Mapping[str, tuple[type, ...]] = {
        "string": (str, date, datetime), "boolean": (bool,), "array": (list, tuple),
        "object": (Mapping,), "null": (type(None),),
    }  # fmt: skip
    return isinstance(value, types.get(name, (object,)))


def _kind(shapes: Shapes, schema: Schema) -> MemberKind:
    types = schema.get("type")
    name = (
        types if isinstance(types, str) else next((one for one in types or () if one != "null"), "")
    )
    if name == "array":
        return "rows" if shapes.of(schema.get("items")).get("properties") else "json"
    if name == "string":
        form = schema.get("format")
        return {"date": "date", "date-time": "datetime"}.get(str(form), "text")  # type: ignore[return-value]  # both are kinds
    kinds: Mapping[str, MemberKind] = {
        "integer": "integer", "number": "decimal", "boolean": "boolean",
    }  # fmt: skip
    return kinds.get(str(name), "json" if name == "object" else "text")


def _under(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _problem(code: str, path: str, expected: str, got: object) -> Problem:
    shown = shorten(expected, 200)
    say = Text(f"{path} 应为：{shown}。", f"{path} should be: {shown}.")
    return Problem(f"http_{code}", say, Place(path), got=None if got is None else shorten(got))


def at(data: Any, path: Sequence[str]) -> Any:
    """Return what lies at a path of names in plain data, or None."""
    for word in path:
        data = data.get(word) if isinstance(data, Mapping) else None
    return data
