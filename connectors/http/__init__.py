"""Any HTTP service that an OpenAPI document describes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import cached_property
from typing import Any

from seamline.connector import (
    AskPerson,
    Change,
    Context,
    Cursor,
    Entity,
    Finding,
    GiveUp,
    Page,
    Receipt,
    Retry,
    Setback,
    Write,
)
from seamline.problems import Problem, did_you_mean
from seamline.text import Text

from .calling import Caller
from .document import Description, described
from .reading import Reader
from .resources import Resource, resources
from .writing import Writer

KEPT = timedelta(minutes=10)
LARGEST_KEPT = 2**20


class HttpService:
    """A connection to one service."""

    def __init__(self, settings: Mapping[str, Any], context: Context) -> None:
        self._settings = settings
        self._context = context

    def check(self) -> Sequence[Finding]:
        """Return whether its document can be read and its first list be called."""
        document = Text("OpenAPI 文档", "OpenAPI document")
        try:
            found = self._resources
        except Setback as setback:
            return [_wrong(document, setback)]
        findings = [Finding(document, True, _counted(self._description, found))]
        strange = [one["entity"] for one in self._settings["reads"] if one["entity"] not in found]
        if strange:
            findings.append(_strangers(strange, found))
        listed = next((one for one in found.values() if one.readable), None)
        if listed is not None:
            findings.append(self._tried(listed))
        return findings

    def describe(self) -> Sequence[Entity]:
        """Return its collections with their members and operations."""
        shapes = self._description.shapes
        return [one.entity(shapes) for one in self._resources.values()]

    def read(self, entity: str, since: Cursor | None, limit: int) -> Page:
        """Return up to `limit` things of a collection after a cursor."""
        return self._reader.page(self._listed(entity), since, limit)

    def find(self, entity: str, key: str) -> Change | None:
        """Return one thing by its key."""
        return self._reader.find(self._listed(entity), key)

    def write(self, order: Write) -> Receipt:
        """Call an operation, once."""
        resource = self._resource(order.entity)
        return Writer(self._settings, self._caller, self._reader, self._context).write(
            resource, order
        )

    def close(self) -> None:
        """Nothing is held."""

    @cached_property
    def _description(self) -> Description:
        address = str(self._settings["document"])
        kept = self._context.memory.get("document")
        if kept is not None and kept["address"] == address:
            return described(kept["text"].encode(), address)
        answer = self._context.http.request(
            "GET", address, timeout=float(self._settings["timeout"])
        )
        if answer.status >= 500 or answer.status == 429:
            raise Retry(_unread(address, answer.status))
        if answer.status >= 300:
            raise AskPerson(_unread(address, answer.status))
        found = described(answer.body, address)
        if len(answer.body) <= LARGEST_KEPT:
            text = answer.body.decode(errors="replace")
            self._context.memory.put("document", {"address": address, "text": text}, KEPT)
        return found

    @cached_property
    def _resources(self) -> Mapping[str, Resource]:
        return resources(self._description, self._settings["reads"])

    @cached_property
    def _caller(self) -> Caller:
        return Caller(self._settings, self._context, self._description)

    @cached_property
    def _reader(self) -> Reader:
        return Reader(self._caller, self._context)

    def _resource(self, entity: str) -> Resource:
        found = self._resources
        if entity not in found:
            known = ", ".join(found) or "-"
            say = Text(
                f"没有叫“{entity}”的数据；可用：{known}。",
                f"No entity '{entity}'; there are: {known}.",
            )
            hint = did_you_mean(entity, list(found))
            raise GiveUp(Problem("unknown_entity", say, hint=hint, got=entity))
        return found[entity]

    def _listed(self, entity: str) -> Resource:
        resource = self._resource(entity)
        if not resource.readable:
            say = Text(f"{entity} 不能列出。", f"{entity} cannot be listed.")
            hint = Text(
                "若它有列表,请在连接的 reads 里写明 key。",
                "If there is a list of it, say its key in `reads` of the connection.",
            )
            raise GiveUp(Problem("http_not_listed", say, hint=hint, got=entity))
        return resource

    def _tried(self, resource: Resource) -> Finding:
        title = Text.same(f"GET {resource.path}")
        try:
            self._reader.page(resource, None, 1)
        except Setback as setback:
            return _wrong(title, setback)
        return Finding(title, True, Text("可以读取。", "It can be read."))


def connect(settings: Mapping[str, Any], context: Context) -> HttpService:
    """Open a connection."""
    return HttpService(settings, context)


def _wrong(title: Text, setback: Setback) -> Finding:
    usual = Text("请检查连接的设置。", "Check the settings of the connection.")
    return Finding(title, False, setback.problem.say, setback.problem.hint or usual)


def _counted(description: Description, found: Mapping[str, Resource]) -> Text:
    many = len(description.operations)
    return Text(
        f"{description.title}:{len(found)} 类数据，{many} 个操作。",
        f"{description.title}: {len(found)} entities, {many} operations.",
    )


def _strangers(strange: Sequence[str], found: Mapping[str, Resource]) -> Finding:
    words, known = ", ".join(strange), ", ".join(found)
    say = Text(f"没有这样的数据：{words}。", f"No such entity: {words}.")
    hint = Text(f"可用：{known}。", f"There are: {known}.")
    return Finding(Text.same("reads"), False, say, hint)


def _unread(address: str, status: int) -> Problem:
    say = Text(f"文档读不到(HTTP {status})。", f"The document cannot be read (HTTP {status}).")
    hint = Text("请检查文档地址。", "Check the address of the document.")
    return Problem("http_no_document", say, hint=hint, got=str(status))
