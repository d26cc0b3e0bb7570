"""A pipeline: what sets it off, which steps it takes, in whose name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from seamline.text import Text


@dataclass(frozen=True, slots=True)
class Pipeline:
    """One pipeline: `trigger` is a kind (`seamline.pipelines`), `on` what that makes of it.

    It acts with the rights of `role`, under an account of its own. `steps` are plans of their
    kinds. `attempts` is how often a step is tried before a person has to look. `document` is all
    that was written, and `version` stands for exactly that.
    """

    id: str
    title: Text
    role: str
    trigger: str
    on: Any
    steps: tuple[Any, ...]
    document: Mapping[str, Any]
    version: str
    enabled: bool = True
    attempts: int = 8
    priority: int = 0
    help: Text | None = None

    @property
    def account(self) -> str:
        """The name under which it acts."""
        return f"pipeline.{self.id}"

    @property
    def key(self) -> str:
        """Its switch."""
        return f"pipeline.{self.id}"
