"""Masking: what people or companies could be told by gives way to pseudonyms that fit its field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from seamline.metadata import Field, Form

FILES = ("attachment", "image", "signature")
FREE = ("text", "long_text")
PERSONAL = ("phone", "email", "person", "signature")
# What gives somebody away wherever it stands: e-mail addresses, and long rows of digits such as
# telephone, identity card and bank account numbers.
_TELLING = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+|\+?[0-9][0-9 -]{6,}[0-9Xx]")
_SEVERAL = 7  # digits that make a number telling


class Mask:
    """Pseudonyms of one scenario: the same word gets the same one wherever it stands.

    Free text is masked whole, for nobody knows what is in it. Keys stay, unless their form
    describes people or companies (it has a phone, an e-mail, a person or a signature). Numbers
    begin `behind` those that a scenario has given already.
    """

    def __init__(self, forms: Mapping[str, Form], behind: int = 0) -> None:
        self._forms, self._behind = forms, behind
        self._given: dict[tuple[str, str], int] = {}

    def value(self, form: Form, field: Field, value: Any) -> Any:
        """Return what stands for `value` of a field of `form`; rows are masked by `row`."""
        if value is None or value == [] or value == "":
            return None
        if field.kind in FILES:
            count = value if isinstance(value, int) else len(value)
            return [f"{field.id}_{number}.pdf" for number in range(1, count + 1)]
        if field.kind == "reference":
            return self.key(str(field.settings["to"]), str(value))
        if field.id == form.key:
            return self.key(form.id, str(value))
        if field.kind in PERSONAL or field.kind in (*FREE, "url", "place"):
            return self._pseudonym(field, str(value))
        return self.scrubbed(value) if field.kind == "barcode" else value

    def key(self, form: str, key: str) -> str:
        """Return what stands for the key of a record of `form`."""
        target = self._forms[form]
        field = next((field for field in target.fields if field.id == target.key), None)
        personal = any(field.kind in PERSONAL for field in target.fields)
        if field is None or not (personal or field.kind in PERSONAL):
            return str(self.scrubbed(key))
        if field.kind in PERSONAL:
            return str(self._pseudonym(field, key))
        number = self._number(f"key of {form}", key)
        words = (f"{form}-{number}".upper().replace("_", "-"), f"{number:08d}")
        return next((word for word in words if _fits(field, word)), str(self.scrubbed(key)))

    def text(self, word: str) -> str:
        """Return what stands for free text outside of any field, such as a reason."""
        return f"text {self._number('text', word)}" if word else ""

    def scrubbed(self, value: Any) -> Any:
        """Return a word without the addresses and long numbers in it."""
        if not isinstance(value, str):
            return value

        def hidden(found: re.Match[str]) -> str:
            telling = "@" in found[0] or sum(map(str.isdigit, found[0])) >= _SEVERAL
            return f"X{self._number('number', found[0])}" if telling else found[0]

        return _TELLING.sub(hidden, value)

    def _pseudonym(self, field: Field, value: str) -> Any:
        number = self._number(field.kind if field.kind in PERSONAL else field.id, value)
        match field.kind:
            case "phone":
                return f"+86 139 {number:08d}"
            case "email":
                return f"person{number}@example.com"
            case "person":
                return f"person_{number}"
            case "url":
                return f"https://example.com/{number}"
            case "place":
                return {"latitude": 31.2, "longitude": 121.5, "accuracy": 10}
        words = (f"{field.id} {number}", f"{field.id}-{number}".upper().replace("_", "-"),
                 f"{number:08d}", f"V{number}.0", str(number))  # fmt: skip
        return next((word for word in words if _fits(field, word)), str(self.scrubbed(value)))

    def _number(self, kind: str, value: str) -> int:
        same_kind = sum(known == kind for known, _ in self._given)
        return self._given.setdefault((kind, value), self._behind + same_kind + 1)


def _fits(field: Field, word: str) -> bool:
    settings = field.settings
    least, most = int(settings.get("min_length", 0)), int(settings.get("max_length", 200))
    pattern = settings.get("pattern")
    return least <= len(word) <= most and (pattern is None or bool(re.search(pattern, word)))
