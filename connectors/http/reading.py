"""Reading lists page by page, by changes where the service can tell them, and single things."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from seamline.connector import AskPerson, Change, Context, Cursor, Page, Retry
from seamline.problems import Problem
from seamline.text import Text

from .calling import Caller, Refusal
from .document import Operation
from .resources import Resource
from .shapes import at

# What was committed late bears an earlier moment: a new pass looks back this far.
LOOK_BACK = timedelta(seconds=60)
MOST_RECENT = 3000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MOST_PAGES = 200  # looked through for one thing that cannot be got by its key


@dataclass(frozen=True)
class Spot:
    """How far reading got: the page, how much of it is taken, and what a new pass begins with.

    `recent` is what was told of the last while (key, version, moment).
    """

    state: Any = None
    skip: int = 0
    since: Any = None
    recent: tuple[tuple[str, str, Any], ...] = ()

    @classmethod
    def of(cls, cursor: Cursor | None) -> Spot:
        """Return the spot a cursor stands for."""
        if cursor is None:
            return cls()
        recent = tuple((key, version, moment) for key, version, moment in cursor["recent"])
        return cls(cursor["state"], cursor["skip"], cursor["since"], recent)

    def cursor(self) -> Cursor:
        """Return the spot as plain data."""
        recent = [list(one) for one in self.recent]
        return {"state": self.state, "skip": self.skip, "since": self.since, "recent": recent}

    def told(self, changes: Sequence[Change], modified: str) -> Spot:
        """Return the spot with some changes among what was told lately."""
        moments = [(one.key, one.version, one.values.get(modified)) for one in changes]
        whole = [*self.recent, *moments]
        start = _order(_earlier(max((one[2] for one in whole), key=_order, default="")))
        kept = [one for one in whole if _order(one[2]) >= start]
        return replace(self, recent=tuple(kept[-MOST_RECENT:]))

    def ended(self, incremental: bool) -> Spot:
        """Return where the next pass begins."""
        if not incremental or not self.recent:
            return Spot(since=self.since if incremental else None)
        newest = max((one[2] for one in self.recent), key=_order)
        return Spot(since=_earlier(newest), recent=self.recent)


@dataclass
class _Sheet:
    """One page as the service gave it, and the state of the next."""

    rows: list[Any]
    following: Any


class Reader:
    """Reads the resources of one service."""

    def __init__(self, caller: Caller, context: Context) -> None:
        self._caller = caller
        self._context = context

    def page(self, resource: Resource, since: Cursor | None, limit: int) -> Page:
        """Return up to `limit` changes after a cursor; without changes to ask for, everything."""
        as_of = self._context.now()
        incremental = bool(resource.since and resource.modified)
        spot = Spot.of(since)
        found: list[Change] = []
        ended = False
        while len(found) < limit and not ended:
            sheet = self._sheet(resource, spot)
            rest = sheet.rows[spot.skip :]
            taken = 0
            known = {one[:2] for one in spot.recent}
            for row in rest:
                if len(found) == limit:
                    break
                taken += 1
                change = _change(resource, row)
                if not incremental or (change.key, change.version) not in known:
                    found.append(change)
            if taken < len(rest):
                spot = replace(spot, skip=spot.skip + taken)
                break
            ended = sheet.following is None
            spot = replace(spot, state=sheet.following, skip=0)
        if incremental:
            spot = spot.told(found, resource.modified)
        # A page that came to its limit with the last row may have an empty one after it.
        more = not ended and bool(found)
        end = spot if more else spot.ended(incremental)
        return Page(tuple(found), end.cursor(), more, as_of)

    def find(self, resource: Resource, key: str) -> Change | None:
        """Return one thing by its key: from its own address, else from the list."""
        change, _ = self.found(resource, key)
        return change

    def found(self, resource: Resource, key: str) -> tuple[Change | None, str]:
        """Return one thing with the tag of its version."""
        if resource.item is None:
            return self._looked_through(resource, key), ""
        words = {resource.item.of("path")[-1].name: key}
        try:
            body, answer = self._caller.call(resource.item, words, {})
        except Refusal as refusal:
            if refusal.status in (404, 410):
                return None, ""
            raise AskPerson(refusal.problem) from None
        for row in (body, *(at(body, (word,)) for word in ("data", "item", "result"))):
            if isinstance(row, Mapping) and row.get(resource.key) is not None:
                return _change(resource, row), answer.headers.get("etag", "")
        return None, ""

    def _looked_through(self, resource: Resource, key: str) -> Change | None:
        spot = Spot()
        for _ in range(MOST_PAGES):
            sheet = self._sheet(resource, spot)
            for row in sheet.rows:
                if isinstance(row, Mapping) and str(row.get(resource.key)) == key:
                    return _change(resource, row)
            if sheet.following is None:
                break
            spot = replace(spot, state=sheet.following)
        return None

    def _sheet(self, resource: Resource, spot: Spot) -> _Sheet:
        listing = resource.listing
        assert listing is not None  # noqa: S101 - what cannot be listed is not readable
        body, answer = self._asked(resource, listing, spot)
        rows = at(body, resource.items) if resource.items else body
        if rows is None and isinstance(body, Mapping) and resource.items:
            rows = []
        if not isinstance(rows, list):
            raise Retry(_no_rows(resource))
        following = resource.paging.following(spot.state, body, answer, len(rows))
        return _Sheet(rows, following)

    def _asked(
        self, resource: Resource, listing: Operation, spot: Spot
    ) -> tuple[Any, Mapping[str, str]]:
        try:
            if resource.paging.style == "link" and spot.state is not None:
                body, answer = self._caller.follow(str(spot.state), self._caller.base)
            else:
                query: dict[str, Any] = dict(resource.paging.asked(spot.state))
                if spot.since is not None:
                    query[resource.since] = spot.since
                body, answer = self._caller.call(listing, {}, query)
        except Refusal as refusal:
            raise AskPerson(refusal.problem) from None
        return body, answer.headers


def _change(resource: Resource, row: Any) -> Change:
    if not isinstance(row, Mapping) or row.get(resource.key) is None:
        raise AskPerson(_no_key(resource))
    version = row.get(resource.modified) if resource.modified else None
    if version is None:
        text = json.dumps(row, sort_keys=True, default=str)
        version = hashlib.sha256(text.encode()).hexdigest()[:16]
    return Change(str(row[resource.key]), dict(row), str(version))


def _earlier(moment: Any) -> Any:
    """Return a moment a little before, written the same way; numbers and words stay as they are."""
    try:
        parsed = datetime.fromisoformat(moment)
    except (TypeError, ValueError):
        return moment
    text = (parsed - LOOK_BACK).isoformat()
    return text.replace("+00:00", "Z") if str(moment).endswith("Z") else text


def _order(moment: Any) -> str:
    """Return by what moments are put in order, however a service writes them."""
    if moment is None or moment == "":
        return ""
    if isinstance(moment, int):
        return f"{moment:020}"
    try:
        parsed = datetime.fromisoformat(moment)
    except (TypeError, ValueError):
        return str(moment)
    aware = parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    return f"{(aware - _EPOCH) // timedelta(microseconds=1):020}"


def _no_rows(resource: Resource) -> Problem:
    where = ".".join(resource.items) or "/"
    say = Text(
        f"{resource.path} 的回答里，{where} 处没有行。",
        f"The answer of {resource.path} has no rows at {where}.",
    )
    return Problem("http_no_rows", say)


def _no_key(resource: Resource) -> Problem:
    say = Text(
        f"{resource.path} 的一行没有 {resource.key or '-'}。",
        f"A row of {resource.path} has no {resource.key or '-'}.",
    )
    hint = Text(
        "在连接的 reads 里写明哪个字段标识它。",
        "Say in `reads` of the connection which member identifies it.",
    )
    return Problem("http_no_key", say, hint=hint)
