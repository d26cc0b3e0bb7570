"""Binding: a line gets the version that its record's day and group call for, and keeps it."""

from __future__ import annotations

from dataclasses import dataclass

from seamline.text import Text


@dataclass(frozen=True, slots=True)
class Scheme:
    """One way to find the version.

    `day` are date fields of which the first that is filled counts (the line's own before the
    record's; none: today). With `same` the version is the one that the earliest record with equal
    values there was bound to, if there is one. `newest` takes the newest where several are in
    force; otherwise somebody has to choose.
    """

    id: str
    title: Text
    day: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    newest: bool = False


@dataclass(frozen=True, slots=True)
class Binding:
    """Which field gets a version, of what, and where it is kept as it stood.

    `field` refers to a form with versions, `thing` to what they are versions of, `group` says for
    whom, `kept` is a field that the platform fills. Only the steps `again` bind anew what is bound.
    `scheme` is the one of `schemes` in force. A binding that `follows` a record (a reference) takes
    over what a line of it, at `line`, is bound to.
    `other` is a field that says whether another version is named than those offered, which is then
    for a rule of the step to judge; `offered` one that names these.
    """

    field: str
    kept: str
    thing: str = ""
    group: str = ""
    scheme: str = ""
    schemes: tuple[Scheme, ...] = ()
    again: tuple[str, ...] = ()
    follows: str = ""
    line: str = ""
    other: str = ""
    offered: str = ""

    @property
    def table(self) -> str:
        """The sub-table whose rows are bound; empty where the record itself is."""
        return self.field.rpartition(".")[0]

    @property
    def chosen(self) -> Scheme | None:
        """The scheme in force."""
        return next((one for one in self.schemes if one.id == self.scheme), None)


def last(path: str) -> str:
    """Return the column of a path: `bom_version` of `lines.bom_version`."""
    return path.rpartition(".")[2]
