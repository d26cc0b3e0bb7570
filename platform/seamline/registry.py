"""Kinds of things: found by lying in a folder, and chosen in a document by their names."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator, Mapping
from importlib import import_module
from types import ModuleType
from typing import Any, Protocol, TypeVar

from .text import Text


class _Named(Protocol):
    @property
    def name(self) -> str: ...


class _Described(Protocol):
    @property
    def title(self) -> Text: ...

    @property
    def settings(self) -> Mapping[str, Any]: ...

    @property
    def required(self) -> tuple[str, ...]: ...


Kind = TypeVar("Kind", bound=_Named)


def modules(package: str) -> Iterator[ModuleType]:
    """Yield every module that lies in `package`, in the order of their names."""
    for module in sorted(pkgutil.iter_modules(import_module(package).__path__), key=_name):
        yield import_module(f"{package}.{module.name}")


def _name(module: pkgutil.ModuleInfo) -> str:
    return module.name


def found(package: str, of: type[Kind]) -> Mapping[str, Kind]:
    """Return the kinds that lie in `package` (each module's KIND), by name.

    Raises ValueError where two have one name.
    """
    kinds: dict[str, Kind] = {}
    for module in modules(package):
        kind = getattr(module, "KIND", None)
        if isinstance(kind, of):
            if kind.name in kinds:
                raise ValueError(f"two modules of {package} are the kind {kind.name!r}")
            kinds[kind.name] = kind
    return dict(sorted(kinds.items()))


def chosen(kinds: Mapping[str, Any], data: Mapping[str, Any]) -> str:
    """Return the name of the one kind that a mapping which passed its schema holds."""
    return next(name for name in kinds if name in data)


def choice_schema(kinds: Mapping[str, _Described], say: Text, **beside: Any) -> dict[str, Any]:
    """Return the schema of a mapping with exactly one of the kinds under its name.

    `beside` are the further keys it may have; `say` is what a wrong number of kinds is told.
    """
    parts = {
        name: {
            "description": f"{kind.title.zh} · {kind.title.en}",
            "type": "object",
            "properties": dict(kind.settings),
            "additionalProperties": False,
            **({"required": list(kind.required)} if kind.required else {}),
        }
        for name, kind in kinds.items()
    }
    return {
        "type": "object",
        "properties": {**beside, **parts},
        "additionalProperties": False,
        "oneOf": [{"required": [name]} for name in parts],
        "x-say": {"zh": f"{say.zh}:{'、'.join(parts)}", "en": f"{say.en} {', '.join(parts)}"},
    }
