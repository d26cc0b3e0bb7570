"""The documents of a draft as a list shows them: what each is, how it is called, what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from seamline import schema
from seamline.package.sources import FOLDERS, kind_of_path
from seamline.problems import Problem
from seamline.text import Language, Text, written
from seamline.usecases.design import Design
from seamline.usecases.editing.wording import data_of

FOLDER_OF = {kind: folder for folder, kind in FOLDERS.items()}


@cache
def kinds() -> dict[str, tuple[Text, str]]:
    """Return title and icon of each kind of document, as its schema says, in building order."""
    told = {kind: one["x-shelf"] for kind, one in schema.assembled().items() if "x-shelf" in one}
    placed = sorted(told.items(), key=lambda each: int(each[1]["place"]))
    return {kind: (Text(one["zh"], one["en"]), str(one["icon"])) for kind, one in placed}


@dataclass(frozen=True, slots=True)
class Entry:
    """One document: its path, title, and how it stands in the draft."""

    path: str
    kind: str
    id: str
    title: str
    icon: str
    mark: str = ""  # added, changed, removed, or nothing
    wrong: int = 0


@dataclass(frozen=True, slots=True)
class Shelf:
    """All documents of one kind."""

    kind: str
    title: str
    icon: str
    entries: tuple[Entry, ...]


def shelves(one: Design, problems: Sequence[Problem], language: Language) -> list[Shelf]:
    """Return the documents by kind, in the order in which people build a package."""
    entries = list(_entries(one, problems, language))
    return [
        Shelf(kind, title.in_(language), icon, mine)
        for kind, (title, icon) in kinds().items()
        if (mine := tuple(entry for entry in entries if entry.kind == kind))
    ]


def _entries(one: Design, problems: Iterable[Problem], language: Language) -> Iterator[Entry]:
    wrong: dict[str, int] = {}
    for problem in problems:
        wrong[problem.place.file] = wrong.get(problem.place.file, 0) + 1
    for path in sorted({*one.texts, *one.served}):
        kind = kind_of_path(path) or ""
        before, after = one.served.get(path, ""), one.texts.get(path, "")
        id_, title = called(path, kind, after or before, language)
        mark = "" if before == after else "changed"
        mark = "added" if mark and not before else "removed" if mark and not after else mark
        icon = kinds()[kind][1] if kind in kinds() else "file"
        yield Entry(path, kind, id_, title, icon, mark, wrong.get(path, 0))


@lru_cache(maxsize=1_000)  # of a draft that changes most documents stay as they are
def called(path: str, kind: str, text: str, language: Language) -> tuple[str, str]:
    """Return the id of a document, its path where it has none, and its title."""
    data = data_of(text, path)
    title, named = data.get("title"), data.get(kind)
    id_ = named if isinstance(named, str) and named else path
    sound = isinstance(title, str) or (isinstance(title, dict) and {"zh", "en"} <= title.keys())
    if sound and title:
        return id_, written(title).in_(language)
    return id_, id_


def title_of(one: Design, path: str, language: Language) -> str:
    """Return what a document is called."""
    text = one.texts.get(path, "") or one.served.get(path, "")
    return called(path, kind_of_path(path) or "", text, language)[1]
