"""The ways services page their lists: by page number, offset, cursor or link."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .document import Operation
from .shapes import at

_NAMES: Mapping[str, tuple[str, ...]] = {
    "cursor": ("cursor", "page_token", "pageToken", "after", "next_token", "continuation"),
    "offset": ("offset", "skip", "start", "startRow", "from"),
    "page": ("page", "page_index", "pageIndex", "pageNo", "page_no", "pageNum", "current"),
}
_SIZES = ("limit", "per_page", "page_size", "pageSize", "size", "top", "rows_per_page", "count")
_NEXT = ("next_cursor", "nextCursor", "next_page_token", "nextPageToken", "next", "cursor")
_LINK = re.compile(r'<([^>]+)>\s*;[^,]*\brel="?next"?', re.IGNORECASE)
USUAL_SIZE = 100


@dataclass(frozen=True)
class Paging:
    """How a list is paged: the style, and the names of what is sent and read for it."""

    style: str = "none"
    parameter: str = ""
    size: str = ""
    largest: int = USUAL_SIZE
    first: int = 1
    next: tuple[str, ...] = ()

    @classmethod
    def of(cls, listing: Operation | None, told: Mapping[str, Any]) -> Paging:
        """Return how a list is paged: as told, else as the names of its parameters suggest."""
        if listing is None:
            return cls()
        query = {one.name: one for one in listing.of("query")}
        guessed = next(
            ((style, name) for style, names in _NAMES.items() for name in names if name in query),
            ("link" if told.get("paging") == "link" else "none", ""),
        )
        style = str(told.get("paging") or guessed[0])
        parameter = str(told.get("page") or (guessed[1] if guessed[0] == style else ""))
        size = str(told.get("size") or next((name for name in _SIZES if name in query), ""))
        law = query[size].schema if size in query else {}
        largest = int(law.get("maximum") or law.get("default") or USUAL_SIZE)
        start = query[parameter].schema.get("minimum", 1) if parameter in query else 1
        first = int(told.get("first", start))
        following = tuple(word for word in str(told.get("next") or "").split(".") if word)
        return cls(style, parameter, size, largest, first, following)

    def asked(self, state: Any) -> dict[str, str]:
        """Return the query of a page; `state` is None for the first.

        As many rows are asked for each time: of another size pages would not meet.
        """
        query: dict[str, str] = {}
        if self.size:
            query[self.size] = str(max(1, min(USUAL_SIZE, self.largest)))
        if self.style == "page":
            query[self.parameter] = str(self.first if state is None else state)
        elif self.style == "offset":
            query[self.parameter] = str(state or 0)
        elif self.style == "cursor" and state is not None:
            query[self.parameter] = str(state)
        return {name: value for name, value in query.items() if name}

    def following(self, state: Any, body: Any, headers: Mapping[str, str], rows: int) -> Any:
        """Return the state of the next page, None after the last one."""
        if not rows or self.style == "none":
            return None
        if self.style == "page":
            return (self.first if state is None else state) + 1
        if self.style == "offset":
            return (state or 0) + rows
        if self.style == "link":
            found = _LINK.search(headers.get("link", ""))
            return found[1] if found else self._told(body)
        return self._told(body)

    def _told(self, body: Any) -> Any:
        if self.next:
            return at(body, self.next) or None
        for holder in (
            body,
            *(at(body, (word,)) for word in ("meta", "paging", "pagination", "links")),
        ):
            for name in _NEXT:
                if isinstance(holder, Mapping) and holder.get(name):
                    return holder[name]
        return None
