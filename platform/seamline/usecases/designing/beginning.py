"""Where a new form can come from: a sheet somebody has, a table of another system."""

from __future__ import annotations

import io
from dataclasses import dataclass

from seamline.connector import Entity
from seamline.facts import Actor
from seamline.metadata import Connection
from seamline.problems import Refused, shorten
from seamline.reading.engines import available
from seamline.reading.pages import Page
from seamline.reading.process import Reader
from seamline.text import Text
from seamline.usecases import files
from seamline.usecases.design import DESIGN
from seamline.usecases.desk import Desk
from seamline.usecases.importing.source import read_first
from seamline.usecases.migrating import picking

from .papered import Papered, from_pages
from .sheets import HEADED, LOOKED_AT, Guessed, from_entity, from_rows


def of_sheet(desk: Desk, actor: Actor, sha256: str, name: str) -> Guessed:
    """Return the form that a kept Excel or CSV file suggests; raises Refused 403, 413, 422."""
    _require(desk, actor)
    content = io.BytesIO(files.content(desk, sha256))
    return from_rows(name, read_first(content, name, LOOKED_AT + HEADED))


@dataclass(frozen=True, slots=True)
class OpenedPaper:
    """A paper that was opened: the form it suggests, its pages, and a picture of each."""

    papered: Papered
    pages: tuple[Page, ...]
    pictures: tuple[str, ...]


def of_paper(desk: Desk, actor: Actor, sha256: str, name: str) -> OpenedPaper:
    """Return the form that a kept paper suggests, blank or filled in.

    A scan needs an engine for text recognition; without one the refusal says what to install.
    Raises Refused 403, 404, 422.
    """
    _require(desk, actor)
    if sha256 not in _opened:
        if len(_opened) >= REMEMBERED:
            _opened.clear()
        _opened[sha256] = _read(desk, sha256)
    pages, pictures = _opened[sha256]
    return OpenedPaper(from_pages(name, pages), pages, pictures)


REMEMBERED = 12
_opened: dict[str, tuple[tuple[Page, ...], tuple[str, ...]]] = {}  # papers by their bytes


def _read(desk: Desk, sha256: str) -> tuple[tuple[Page, ...], tuple[str, ...]]:
    with desk.store.reading() as unit:
        path = unit.files.path(sha256)
    reader = Reader()
    try:
        paper = reader.read(path)
    finally:
        reader.close()
    with desk.store.unit() as unit:
        pictures = [
            unit.files.put(one, f"page-{number}.jpg", "image/jpeg").sha256
            for number, one in enumerate(paper.pictures, 1)
        ]
    return paper.pages, tuple(pictures)


def reads_scans() -> bool:
    """Whether an engine for text recognition is installed here."""
    return bool(available())


def sources(desk: Desk, actor: Actor) -> list[Connection]:
    """Return the connections whose tables a form can begin with."""
    _require(desk, actor)
    return picking.readable(desk)


def tables(desk: Desk, actor: Actor, connection: str) -> list[Entity]:
    """Return what a connection has, as it describes itself; nothing of its data is read.

    Raises Refused: 403, 409 or 502 with what the connection says.
    """
    _require(desk, actor)
    return picking.entities(desk, connection)


def of_table(desk: Desk, actor: Actor, connection: str, entity: str) -> Guessed:
    """Return the form that a table of a connection suggests; raises Refused 403, 404, 409, 502."""
    found = next((one for one in tables(desk, actor, connection) if one.name == entity), None)
    if found is None:
        say = Text("这个连接里没有“{name}”。", "The connection has no '{name}'.")
        raise Refused.one("unknown_entity", say.fill(name=shorten(entity)), status=404)
    if found.wrong is not None:
        raise Refused((found.wrong,), 502)
    return from_entity(found)


def _require(desk: Desk, actor: Actor) -> None:
    desk.catalogs.current().access.require(actor, DESIGN, "*")
