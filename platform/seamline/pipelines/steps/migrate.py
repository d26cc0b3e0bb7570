"""Migrate: take closed records over into a library by a map, those that are new or have changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from seamline.documents import Path
from seamline.pages import Data
from seamline.scope import Scope
from seamline.text import Text

from ..kind import Course, Do, Gives, Hands, PipelineNames, Plan, StepKind
from ..shapes import ID

NOTHING = {"taken": 0, "renewed": 0, "bad": 0, "equal": True}


@dataclass(frozen=True, slots=True)
class Migrate:
    """A run of the map of a migration that reads from a connection."""

    map: str


def _read(data: Data, _plans: Callable[[Sequence[Data]], tuple[Plan, ...]]) -> Migrate:
    return Migrate(data["map"])


def _check(data: Data, path: Path, names: PipelineNames, _scope: Scope) -> Gives:
    names.migration((*path, "map"), data["map"])
    return Gives({"taken": "number", "renewed": "number", "bad": "number", "equal": "boolean"})


def _run(asked: Migrate, hands: Hands) -> Course:
    found = yield Do(lambda: dict(hands.migrate(asked.map)), writes=True, trial=lambda: NOTHING)
    return dict(found)


_SETTINGS: dict[str, Any] = {"map": {"description": "导入映射 · Import map", **ID}}
KIND = StepKind("migrate", Text("迁移已结案记录", "Migrate closed records"), _SETTINGS, _read,
                _check, _run, ("map",), icon="archive")  # fmt: skip
