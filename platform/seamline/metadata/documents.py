"""The document centre of a form: which papers go with a record."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fit:
    """A paper fits where its `field` is empty or is one of the record's values at `to`.

    `to` is a field, or a column of a sub-table (`lines.material`).
    """

    field: str
    to: str


@dataclass(frozen=True, slots=True)
class DocumentCentre:
    """Where the papers are kept (`form`), and by which of their fields they are shown and fit.

    `file` is the field with the files, `title` the one that names a paper, `kind` its class.
    """

    form: str
    title: str
    file: str
    fits: tuple[Fit, ...] = ()
    kind: str = ""
