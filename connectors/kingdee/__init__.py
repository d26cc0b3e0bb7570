"""Kingdee Cloud Galaxy (金蝶云星空) through its Web API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from seamline.connector import (
    Change,
    Context,
    Cursor,
    Entity,
    Finding,
    GiveUp,
    Page,
    Receipt,
    Write,
)
from seamline.problems import Problem, did_you_mean
from seamline.text import Text

from .client import Client
from .describing import Describer
from .entities import Form, forms
from .reading import Reader
from .writing import Writer


class Kingdee:
    """A connection to one account of Kingdee Cloud Galaxy."""

    def __init__(self, settings: Mapping[str, Any], context: Context) -> None:
        self._extra = tuple(settings["extra_fields"])
        self._forms = forms(self._extra)
        client = Client(settings, context)
        self._reader = Reader(client, context, settings["utc_offset"])
        self._writer = Writer(client, self._reader, context)
        self._describer = Describer(client, context, self._forms)

    def check(self) -> Sequence[Finding]:
        """Return whether it can be reached, what may be seen there, and how its clock stands."""
        return list(self._describer.findings(self._extra))

    def describe(self) -> Sequence[Entity]:
        """Return the entities this user may see, with the names of their fields in Kingdee."""
        return list(self._describer.entities())

    def read(self, entity: str, since: Cursor | None, limit: int) -> Page:
        """Return up to `limit` documents changed after a cursor, with their lines."""
        return self._reader.page(self._form(entity), since, limit)

    def find(self, entity: str, key: str) -> Change | None:
        """Return one document by its number."""
        return self._reader.find(self._form(entity), key)

    def write(self, order: Write) -> Receipt:
        """Create or change a document, submit or audit it, exactly once."""
        form = self._form(order.entity)
        if order.operation not in form.operations:
            raise GiveUp(_unknown("operation", order.operation, form.operations))
        return self._writer.write(form, order)

    def close(self) -> None:
        """Keep the session: the next one to open the connection goes on with it."""

    def _form(self, entity: str) -> Form:
        if entity not in self._forms:
            raise GiveUp(_unknown("entity", entity, tuple(self._forms)))
        return self._forms[entity]


def connect(settings: Mapping[str, Any], context: Context) -> Kingdee:
    """Open a connection."""
    return Kingdee(settings, context)


def _unknown(kind: str, word: str, known: Sequence[str]) -> Problem:
    zh = {"entity": "实体", "operation": "操作"}[kind]
    words = ", ".join(known) or "-"
    say = Text(f"没有叫“{word}”的{zh}；可用：{words}。", f"No {kind} '{word}'; there are: {words}.")
    return Problem(f"unknown_{kind}", say, hint=did_you_mean(word, known), got=word)
