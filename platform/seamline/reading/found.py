"""What was found on a paper: values with the words they stand in and the evidence for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from .pages import Word
from .typed import same_name


@dataclass(frozen=True, slots=True)
class Found:
    """One value: `value` is written plainly (ISO day, plain decimal), `words` are where it stands.

    `weight` says how surely its label or column spoke of it, `reasons` what else bears it out,
    `others` what it might be instead, `by` which words told that it is this.
    """

    value: str
    words: tuple[Word, ...] = ()
    weight: float = 0.5
    reasons: frozenset[str] = frozenset()
    others: tuple[str, ...] = ()
    by: str = ""

    @property
    def score(self) -> float:
        """How sure the engine was of the signs."""
        return min((word.score for word in self.words), default=1.0)

    def with_reasons(self, *more: str) -> Found:
        """Return the same value, borne out by more."""
        return replace(self, reasons=self.reasons | set(more))


Item = dict[str, Found]  # by role


@dataclass(frozen=True, slots=True)
class Table:
    """Items as one way of reading found them; the ways compete by `worth`."""

    way: str
    items: tuple[Item, ...]
    worth: float = 0.0


@dataclass(frozen=True, slots=True)
class Known:
    """What the records know: customers and items by code, and how we ourselves are called."""

    own: tuple[str, ...] = ()
    customers: tuple[tuple[str, str], ...] = ()  # code, name
    materials: tuple[tuple[str, str], ...] = ()
    party: str = "customer"  # or vendor: whose name is looked for
    _names: dict[str, tuple[str, str]] = field(default_factory=dict)
    _codes: dict[str, tuple[str, str]] = field(default_factory=dict)

    @staticmethod
    def of(
        own: Iterable[str] = (),
        customers: Iterable[tuple[str, str]] = (),
        materials: Iterable[tuple[str, str]] = (),
        party: str = "customer",
    ) -> Known:
        """Return what is known, ready to be looked up."""
        people, things = tuple(customers), tuple(materials)
        names = {same_name(name): (code, name) for code, name in people if name}
        codes = {bare(code): (code, name) for code, name in things if code}
        return Known(tuple(own), people, things, party, names, codes)

    def customer(self, name: str) -> tuple[str, str] | None:
        """Return the customer of exactly this name, as (code, name)."""
        return self._names.get(same_name(name))

    def material(self, code: str) -> tuple[str, str] | None:
        """Return the item of exactly this code, as (code, name)."""
        return self._codes.get(bare(code))

    def named(self) -> Mapping[str, tuple[str, str]]:
        """Return the customers by what counts in their names."""
        return self._names

    def coded(self) -> Mapping[str, tuple[str, str]]:
        """Return the items by what counts in their codes."""
        return self._codes


def bare(code: str) -> str:
    """Return what counts in a code when two are compared."""
    return "".join(sign for sign in code.upper() if sign.isalnum() or sign in ".-/")


def decimal(found: Found | None) -> Decimal | None:
    """Return a found number."""
    return Decimal(found.value) if found is not None else None


def written(value: Decimal) -> str:
    """Return a number plainly, without zeros at its end."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
