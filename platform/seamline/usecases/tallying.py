"""How many records lists hold: counted again only after something was written to the journal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TypeAlias
from weakref import WeakKeyDictionary

from seamline.store import Page, Query, Store, Unit

MOST_KEPT = 500
_Key: TypeAlias = tuple[int, str, Query, int]
# By workspace: the entry of the journal after which they were counted, and what was counted.
_KNOWN: WeakKeyDictionary[Store, tuple[int, dict[_Key, int]]] = WeakKeyDictionary()


class Tally:
    """The counts of one form as they stand in one transaction, under one version of the catalog.

    A query comes here as the access layer has narrowed it: readers who may see the same share
    what was counted, others do not.
    """

    def __init__(self, store: Store, unit: Unit, version: int, form: str) -> None:
        self._store = store
        self._unit = unit
        self._of = (version, form)

    @cached_property
    def _known(self) -> dict[_Key, int]:
        """What was counted since the newest entry; asked for only by who counts."""
        seq = self._unit.journal.head()[0]
        found = _KNOWN.get(self._store)
        if found is None or found[0] != seq or len(found[1]) > MOST_KEPT:
            found = _KNOWN[self._store] = (seq, {})
        return found[1]

    def counts(
        self, queries: Sequence[Query], most: int, count: Callable[[list[Query]], list[int]]
    ) -> list[int]:
        """Return how many records match each query, none counted beyond `most`."""
        keys = [self._key(query, most) for query in queries]
        new = [key for key in keys if key not in self._known]
        if new:
            self._known.update(zip(new, count([key[2] for key in new]), strict=True))
        return [self._known[key] for key in keys]

    def page(self, query: Query, page: Callable[[Query], Page]) -> Page:
        """Return a page with its total, which is not counted anew for every page of a list."""
        if not query.total:
            return page(query)
        key = self._key(query, -1)
        known = self._known.get(key)
        if known is not None:
            return replace(page(replace(query, total=False)), total=known)
        found = page(query)
        if found.total is not None:
            self._known[key] = found.total
        return found

    def _key(self, query: Query, most: int) -> _Key:
        """Return what a count depends on: not the sort, nor which page and fields are shown."""
        plain = replace(query, sort=(), limit=0, cursor=None, total=True, fields=None)
        return (*self._of, plain, most)
