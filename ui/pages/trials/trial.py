"""How a document of a kind is tried beside its inspector."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from seamline.connector import Entity
from seamline.documents import Document
from seamline.problems import Problem, Problems
from seamline.usecases.design import Design
from seamline.usecases.designing.edits import Put

from ...designing.inspecting import Asked


@dataclass(frozen=True, slots=True)
class Stage:
    """What a trial stands on: the draft and the document, what is selected, what is wrong.

    `do` is what somebody asked to be tried, empty while the page is only looked at.
    """

    design: Design
    document: Document
    asked: Asked
    at: str = ""
    do: str = ""
    problems: tuple[Problem, ...] = ()


def _nothing(_stage: Stage) -> dict[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class Trial:
    """One kind of document: the template of its trial and what that shows.

    `skipped` are keys it edits itself, in `head` (a template above the inspector's boxes); `edits`
    reads what was sent of them, and adds what cannot be read to the problems. `entities` are what
    another system has, as far as is known.
    A trial in a `frame` of its own is fetched again by itself when the draft has changed.
    """

    name: str
    template: str = ""
    show: Callable[[Stage], dict[str, Any]] = _nothing
    skipped: tuple[str, ...] = ()
    head: str = ""
    edits: Callable[[Stage, Problems], list[Put]] = field(default=lambda _stage, _problems: [])
    entities: Callable[[Stage], tuple[Entity, ...]] = field(default=lambda _stage: ())
    frame: bool = False
