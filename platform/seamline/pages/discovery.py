"""Finding kinds: every module of a package that has a KIND of the class asked for."""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from importlib import import_module
from typing import Protocol, TypeVar


class _Named(Protocol):
    @property
    def name(self) -> str: ...


Kind = TypeVar("Kind", bound=_Named)


def found(package: str, of: type[Kind]) -> Mapping[str, Kind]:
    """Return the kinds that lie in `package`, by name; two of one name raise ValueError."""
    kinds: dict[str, Kind] = {}
    for module in pkgutil.iter_modules(import_module(package).__path__):
        kind = getattr(import_module(f"{package}.{module.name}"), "KIND", None)
        if isinstance(kind, of):
            if kind.name in kinds:
                raise ValueError(f"two modules of {package} are the kind {kind.name!r}")
            kinds[kind.name] = kind
    return dict(sorted(kinds.items()))
