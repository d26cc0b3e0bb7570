"""Finds the stand-ins: each lies in `standin/` of its connector, and nothing lists them."""

from __future__ import annotations

import importlib
from importlib.resources import files

from .standin import StandIn


def stand_ins() -> dict[str, StandIn]:
    """Return every stand-in of the connectors that are installed, by name."""
    return {one.name: one for one in by_connector().values()}


def by_connector() -> dict[str, StandIn]:
    """Return every stand-in by the connector that speaks to it."""
    found = {}
    for folder in sorted(files("seamline.connectors").iterdir(), key=lambda one: one.name):
        if (folder / "standin" / "__init__.py").is_file():
            module = importlib.import_module(f"seamline.connectors.{folder.name}.standin")
            found[folder.name] = module.STANDIN
    return found
