"""What a service has: collections with their items, and what can be done to them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from seamline.connector import Entity, Member
from seamline.problems import shorten
from seamline.text import Text

from .document import Description, Operation
from .paging import Paging
from .shapes import Schema, Shapes

_ITEM = re.compile(r"(?P<collection>.*)/\{(?P<word>[^{}/]+)\}")
_ACTS = {"put": "update", "patch": "update", "delete": "delete"}
_KEYS = ("id", "code", "number", "key", "uuid", "name")
_WRAPPERS = ("items", "data", "results", "records", "rows", "list", "value")


@dataclass(frozen=True)
class Resource:
    """A collection: how it is listed, how one of it is got, and what can be done.

    `items` is the path to the rows in the body of a list, `key` the member that identifies one.
    """

    name: str
    path: str
    listing: Operation | None
    item: Operation | None
    acts: Mapping[str, Operation]
    schema: Schema
    items: tuple[str, ...]
    key: str
    paging: Paging
    since: str = ""
    modified: str = ""

    @property
    def readable(self) -> bool:
        """Return whether it can be listed and each of it be told from the others."""
        return self.listing is not None and bool(self.key)

    def entity(self, shapes: Shapes) -> Entity:
        """Return it as connectors describe entities; what only acts has the members it takes."""
        sent = [operation.body for operation in self.acts.values() if operation.body]
        writable = frozenset(
            name for body in sent for name in shapes.of(body).get("properties") or {}
        )
        members = shapes.members(self.schema, writable)
        if self.readable and self.key not in {member.name for member in members}:
            members = (Member(self.key, "text", Text.same(self.key)), *members)
        known = {member.name for member in members}
        for body in sent:
            members += tuple(one for one in shapes.members(body, writable) if one.name not in known)
            known |= {member.name for member in members}
        title = next((one.summary for one in (self.listing, *self.acts.values()) if one), self.name)
        return Entity(
            self.name,
            Text.same(shorten(title or self.name, 80)),
            (self.key,) if self.readable else (),
            members,
            readable=self.readable,
            since=bool(self.readable and self.since and self.modified),
            operations=tuple(self.acts),
        )


def resources(
    description: Description, reads: Iterable[Mapping[str, Any]]
) -> Mapping[str, Resource]:
    """Return the resources of a service by name, with what the connection says of reading them."""
    told = {str(one["entity"]): one for one in reads}
    grouped: dict[str, list[Operation]] = {}
    for operation in description.operations:
        grouped.setdefault(_collection(operation.path), []).append(operation)
    found: dict[str, Resource] = {}
    for path, operations in grouped.items():
        name = _name(path, found)
        found[name] = _resource(name, path, operations, told.get(name, {}), description.shapes)
    return found


def _collection(path: str) -> str:
    """Return the collection a path is about: `/orders` of `/orders/{id}/cancel`."""
    found = _ITEM.match(path)
    while found and _ITEM.match(found["collection"]):
        found = _ITEM.match(found["collection"])
    return found["collection"] if found and found["collection"] else path


def _name(path: str, taken: Mapping[str, object]) -> str:
    words = [re.sub(r"\W+", "_", word) for word in path.split("/") if word and "{" not in word]
    for many in range(1, len(words) + 1):
        name = "_".join(words[-many:])
        if name not in taken:
            return name
    return f"{'_'.join(words) or 'root'}_{len(taken)}"


def _resource(
    name: str, path: str, operations: Sequence[Operation], told: Mapping[str, Any], shapes: Shapes
) -> Resource:
    listing = next((one for one in operations if one.method == "get" and one.path == path), None)
    item = next((one for one in operations if one.method == "get" and _of_item(one, path)), None)
    items, schema = _rows(listing, told, shapes)
    if schema is None:
        listing = None
    whole = schema if schema is not None else (item.answer if item else None)
    law = shapes.of(whole or {})
    return Resource(
        name,
        path,
        listing,
        item,
        _acts(operations, path),
        law,
        items,
        str(told.get("key") or _key(item, law)),
        Paging.of(listing, told),
        str(told.get("since") or ""),
        str(told.get("modified") or ""),
    )


def _of_item(operation: Operation, path: str) -> bool:
    found = _ITEM.fullmatch(operation.path)
    return found is not None and found["collection"] == path


def _rows(
    listing: Operation | None, told: Mapping[str, Any], shapes: Shapes
) -> tuple[tuple[str, ...], Schema | None]:
    """Return where the rows of a list are, and what one is; None where it is no list."""
    if listing is None or listing.answer is None:
        return (), None
    path: tuple[str, ...] = tuple(word for word in str(told.get("items") or "").split(".") if word)
    answer = listing.answer
    if not path and "array" not in (answer.get("type"), *_listed(answer.get("type"))):
        inner = answer.get("properties") or {}
        arrays = [
            name for name, one in inner.items()
            if shapes.of(shapes.of(one).get("items")).get("properties")
        ]  # fmt: skip
        named = [name for name in _WRAPPERS if name in arrays] or arrays
        if not named:
            return (), None
        path = (named[0],)
    for word in path:
        answer = shapes.of((answer.get("properties") or {}).get(word))
    return path, shapes.of(answer.get("items"))


def _listed(types: Any) -> Sequence[Any]:
    return types if isinstance(types, list) else ()


def _acts(operations: Sequence[Operation], path: str) -> Mapping[str, Operation]:
    found: dict[str, Operation] = {}
    for one in operations:
        if one.method == "get":
            continue
        if one.path == path:
            usual = "create" if one.method == "post" else f"{one.method}_all"
        elif _of_item(one, path):
            usual = _ACTS.get(one.method, one.method)
        else:
            usual = re.sub(r"\W+", "_", one.id or one.path.rpartition("/")[2]).strip("_")
        name = (
            usual if usual not in found else re.sub(r"\W+", "_", one.id or f"{usual}_{one.method}")
        )
        found[name] = one
    return found


def _key(item: Operation | None, schema: Schema) -> str:
    known = schema.get("properties") or {}
    words = [one.name for one in item.of("path")] if item else []
    return next((word for word in (*words, *_KEYS) if word in known), next(iter(known), ""))
