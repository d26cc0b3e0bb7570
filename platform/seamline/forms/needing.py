"""Which values of referenced records a form looks at, gathered from all who name them."""

from __future__ import annotations

from collections.abc import Mapping

from seamline.fields.across import named
from seamline.metadata import Field, Form

from .parts import ReferenceUse, ToFact, to_fact
from .scopes import SYSTEM, type_of


class Needs:
    """Gathers names such as `customer.credit_line` and sorts them by the reference they go through.

    `seen` values appear among the facts; the others are only copied by lookups.
    """

    def __init__(self, form: Form, forms: Mapping[str, Form]) -> None:
        self._forms = forms
        self._targets = {
            path: str(field.settings.get("to", ""))
            for path, field in form.every_field()
            if field.kind == "reference"
        }
        self._copied: dict[str, dict[str, None]] = {path: {} for path in self._targets}
        self._seen: dict[str, dict[str, None]] = {path: {} for path in self._targets}

    def copy(self, path: str, wanted: str) -> None:
        """Note that a lookup copies a field of the record at `path`."""
        if path in self._copied:
            self._copied[path][wanted] = None

    def see(self, name: str) -> None:
        """Note a name of conditions, formulas or rules, if it goes through a reference."""
        path, _, wanted = name.replace("[]", "").rpartition(".")
        if path in self._seen:
            self._seen[path][wanted] = None

    def uses(self) -> tuple[ReferenceUse, ...]:
        """Return every reference with what is needed of its record."""
        return tuple(
            ReferenceUse(path, target, tuple({**self._copied[path], **self._seen[path]}))
            for path, target in self._targets.items()
        )

    def of(self, path: str, prefix: str) -> tuple[tuple[str, str, ToFact | None], ...]:
        """Return the facts beside the reference at `path`, named after `prefix`."""
        target = self._forms.get(self._targets.get(path, ""))
        if target is None:
            return ()
        return tuple(
            (f"{prefix}.{wanted}", wanted, self._convert(target, wanted))
            for wanted in self._seen[path]
        )

    def _convert(self, target: Form, wanted: str) -> ToFact | None:
        field = named(target.fields, wanted)
        if wanted in SYSTEM or field is None:
            return None
        return self._fact_of(field, target)

    def _fact_of(self, field: Field, target: Form) -> ToFact | None:
        type_ = type_of(field, target.fields, self._forms)
        return None if type_ is None else to_fact(field, type_)
