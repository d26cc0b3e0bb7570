"""What the address of a list asks for: filters, search, sort, columns; and addresses from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from seamline.forms import FormModel

from .targets import Target, showable, sortable

Pairs = tuple[tuple[str, str], ...]
# What follows a name: from, to, the last and the next days, before today, empty, filled, equal.
SUFFIXES = ("ge", "le", "last", "next", "past", "falls", "none", "some", "is")
PLAIN = ("q", "sort", "columns", "archived", "mine")
# Words in the place of a value: who looks at it, the states that are not final, those in which the
# due day counts.
ME, OPEN, DUE = "@me", "@open", "@due"
LONGEST = 200
MOST_VALUES = 50
MOST_PAIRS = 100
MOST_COLUMNS = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """The parts of a list's address that are understood, in their order.

    `view` is the tab that is lit, `changed` whether the list was changed since it was opened.
    `adding` is a filter that is being made and has no value yet.
    """

    pairs: Pairs = ()
    view: str = ""
    changed: bool = False
    after: str = ""
    adding: str = ""

    def get(self, name: str) -> str:
        """Return the first value of a parameter, empty where it has none."""
        return next((value for key, value in self.pairs if key == name), "")

    def all(self, name: str) -> tuple[str, ...]:
        """Return the values of a parameter."""
        return tuple(value for key, value in self.pairs if key == name)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that were chosen; empty where the form's own are shown."""
        return tuple(word for word in self.get("columns").split(",") if word)

    @property
    def narrowed(self) -> bool:
        """Whether something beside sort and columns was asked for."""
        return any(name not in ("sort", "columns") for name, _ in self.pairs)

    def having(self, name: str, *values: str) -> Asked:
        """Return this with other values of one parameter, in the place of the old ones."""
        fresh = tuple((name, value) for value in values if value)
        place = next((at for at, (key, _) in enumerate(self.pairs) if key == name), None)
        rest = [pair for pair in self.pairs if pair[0] != name]
        at = len(rest) if place is None else place
        return replace(self, pairs=(*rest[:at], *fresh, *rest[at:]), after="", changed=True)

    def without(self, names: Iterable[str]) -> Asked:
        """Return this without some parameters."""
        gone = {*names}
        kept = tuple(pair for pair in self.pairs if pair[0] not in gone)
        return replace(self, pairs=kept, after="", changed=True)

    def words(self, **more: str) -> list[tuple[str, str]]:
        """Return the parameters of the address."""
        if not self.changed and self.view:
            given = [("view", self.view)]
        else:
            given = [("of", self.view)] if self.view else []
            given += self.pairs
            if not self.pairs:
                given.append(("all", "1"))  # nothing is narrowed: not the same as no address
        if self.after:
            given.append(("after", self.after))
        return [*given, *more.items()]

    def stored(self) -> str:
        """Return what a saved view keeps: the parameters without the tab they come from."""
        return urlencode(self.pairs)

    def first(self) -> str:
        """Return the address's part for the first page of this."""
        return replace(self, after="").query()

    def query(self, **more: str) -> str:
        """Return the address's part from the question mark on."""
        return "?" + urlencode(self.words(**more))


def parameters(name: str) -> tuple[str, ...]:
    """Return every parameter that a filter about `name` may use."""
    return (plain(name), *(f"{name}.{suffix}" for suffix in SUFFIXES))


def plain(name: str) -> str:
    """Return the parameter that means equality; a field may be called like one of ours."""
    return f"{name}.is" if name in (*PLAIN, "view", "of", "after", "add", "all") else name


def split(word: str, targets: Mapping[str, Target]) -> tuple[str, str] | None:
    """Return the name and the suffix of a parameter; None where it is about nothing we know."""
    if word in targets and plain(word) == word:
        return word, ""
    name, dot, suffix = word.rpartition(".")
    if dot and suffix in SUFFIXES and name in targets:
        return name, "" if suffix == "is" else suffix
    return None


def pairs_of(model: FormModel, given: MultiDict[str, str], targets: Mapping[str, Target]) -> Pairs:
    """Return the parameters that mean something for lists of this form."""
    found = []
    for name, value in _cut(given):
        if name == "sort":
            value = value if value.lstrip("-") in sortable(model) else ""
        elif name == "columns":
            value = ",".join(_columns(model, value.split(",")))
        elif name not in PLAIN and split(name, targets) is None:
            continue
        if value:
            found.append((name, value))
    return tuple(dict.fromkeys(found))[:MOST_PAIRS]


def _cut(given: MultiDict[str, str]) -> Iterator[tuple[str, str]]:
    for name, values in given.lists():
        if name in PLAIN:
            values = values[:1] if name != "columns" else [",".join(values)]
        for value in values[:MOST_VALUES]:
            yield name, value[:LONGEST].strip() if name != "columns" else value


def _columns(model: FormModel, names: Sequence[str]) -> list[str]:
    known = {*showable(model), "_code"}
    return [name for name in dict.fromkeys(names) if name in known][:MOST_COLUMNS]
