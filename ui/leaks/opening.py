"""Packages made roomy for the proof: every field takes a canary, and its label is one too."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from seamline.catalog import Catalog, Catalogs, build
from seamline.metadata import Field, Form, Package
from seamline.store import Store
from seamline.text import Text

from .canaries import word

_NARROW = ("min", "max", "min_length", "pattern", "pattern_say", "proof", "role")
_LONG = 200


class Standing(Catalogs):
    """A catalog that stands still until it is swapped, whatever the workspace holds."""

    def __init__(self, store: Store, catalog: Catalog) -> None:
        super().__init__(store)
        self._standing = catalog

    def current(self) -> Catalog:
        """Return the catalog."""
        return self._standing

    def refresh(self) -> Catalog:
        """Return the catalog."""
        return self._standing

    def swap(self, catalog: Catalog) -> None:
        """Put another catalog in its place."""
        self._standing = catalog


def labelled(catalog: Catalog) -> Catalog:
    """Return a catalog whose fields are all called by words that stand nowhere else.

    So a field is found by its label where its values are too plain to be found: a tick, a choice.
    """
    packages = [_with_forms(one, _labelled) for one in catalog.packages]
    return _rebuilt(packages, catalog)


def opened(catalog: Catalog) -> Catalog:
    """Return a catalog in which nothing limits a value: for making records, not for the reader."""
    packages = [_with_forms(one, _opened) for one in catalog.packages]
    return _rebuilt(packages, catalog)


def _rebuilt(packages: Sequence[Package], catalog: Catalog) -> Catalog:
    made = build(packages, catalog.switches, catalog.version)
    return replace(made, switched=catalog.switched)


def _with_forms(package: Package, change: Callable[[Form], Form]) -> Package:
    return replace(package, forms=tuple(change(form) for form in package.forms))


def _labelled(form: Form) -> Form:
    def called(one: Field) -> Field:
        return replace(one, label=Text.same(word()), fields=tuple(called(x) for x in one.fields))

    return _with_fields(form, called)


def _opened(form: Form) -> Form:
    # What decides whether another field is there, or what a move does, keeps its options.
    kept = {*_asked(form), *((form.posts.act,) if form.posts is not None else ())}

    def roomy(one: Field) -> Field:
        columns = tuple(roomy(column) for column in one.fields)
        settings = {name: value for name, value in one.settings.items() if name not in _NARROW}
        if "max_length" in settings:
            settings["max_length"] = max(int(settings["max_length"]), _LONG)
        if one.kind in ("choice", "multi_choice") and one.id not in kept:
            secret = {"id": word(), "label": {"zh": word(), "en": word()}}
            settings["options"] = [*settings["options"], secret]
        return replace(one, settings=settings, required_when=None, visible_when=None, unique=False,
                       fields=columns)  # fmt: skip

    return replace(_with_fields(form, roomy), duplicates=())


def _with_fields(form: Form, change: Callable[[Field], Field]) -> Form:
    sections = tuple(
        replace(section, fields=tuple(change(one) for one in section.fields))
        for section in form.sections
    )
    return replace(form, sections=sections)


def _asked(form: Form) -> Iterator[str]:
    for _, one in form.every_field():
        for condition in (one.visible_when, one.required_when):
            yield from _names(condition)


def _names(document: Any) -> Iterator[str]:
    """Yield the names that a condition looks at, as it is written."""
    if isinstance(document, Mapping):
        named = document.get("var")
        if isinstance(named, str):
            yield named.partition(".")[0]
        for part in document.values():
            yield from _names(part)
    elif isinstance(document, (list, tuple)):
        for part in document:
            yield from _names(part)
