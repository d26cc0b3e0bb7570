"""Versions: records of a form that are versions of one thing, and what is compared between them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Versions:
    """How two versions are told apart, line by line.

    Records with equal values in `of` are versions of one thing, in the order of `by`; `name` is how
    one is called. Rows of the sub-table `lines` are the same line where their `match` is equal; the
    columns `compare` tell whether such a line has changed. `fields` are compared beside them.
    """

    of: tuple[str, ...]
    by: tuple[str, ...]
    name: str
    lines: str
    match: tuple[str, ...]
    compare: tuple[str, ...]
    fields: tuple[str, ...] = ()
