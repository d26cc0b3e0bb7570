"""The stages of a publication, told to whoever wants to see how far it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias

from seamline.text import Text

Stage = Literal["read", "plan", "scenarios", "leaks", "swap", "data"]
# Hears which stage is under way, and in a few words how far it is ("" where there is nothing yet).
Tell: TypeAlias = Callable[[Stage, Text], None]
NOTHING = Text.same("")


def untold(stage: Stage, said: Text) -> None:
    """Tell nobody."""


def counted(number: int, whole: int) -> Text:
    """Return how far a stage is that does one thing after another."""
    return Text(f"{number} / {whole}", f"{number} of {whole}")
