"""The scheme by which a form binds versions is chosen, not edited: texts are compared so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seamline.documents import editing
from seamline.metadata import Package
from seamline.package.sources import kind_of_path

from .wording import data_of

_BEFORE = ("field", "kept", "thing", "group", "scheme", "schemes")


def schemes_in(path: str, text: str) -> dict[str, str]:
    """Return by the field that is bound which scheme a form's document has in force."""
    return {
        str(one.get("field")): str(one["scheme"])
        for one in _binds(path, text)
        if isinstance(one.get("scheme"), str)
    }


def with_schemes(path: str, text: str, wanted: Mapping[str, str]) -> str:
    """Return the text of a form with other schemes in force, where it knows them."""
    for number, one in enumerate(_binds(path, text) if wanted else ()):
        scheme = wanted.get(str(one.get("field")), "")
        known = [each.get("id") for each in one.get("schemes", ()) if isinstance(each, Mapping)]
        if scheme in known:
            text = editing.put(text, path, ("binds", number, "scheme"), scheme, _BEFORE)
    return text


def alike(path: str, text: str, other: str) -> str:
    """Return a text with the schemes of another one in force: what is left was edited."""
    return with_schemes(path, text, schemes_in(path, other)) if text != other else text


def carried(new: Mapping[str, str], served: Package | None) -> dict[str, str]:
    """Return the texts of a new version that have to say by which scheme lines are bound here."""
    before = served.sources if served else {}
    made = {path: alike(path, text, before.get(path, text)) for path, text in new.items()}
    return {path: text for path, text in made.items() if text != new[path]}


def _binds(path: str, text: str) -> list[Mapping[str, Any]]:
    if kind_of_path(path) != "form" or "scheme" not in text:
        return []
    binds = data_of(text, path).get("binds")
    return [one for one in binds if isinstance(one, Mapping)] if isinstance(binds, list) else []
