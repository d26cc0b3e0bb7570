"""Settings that are lists or mappings: rows of controls made from their schema.

What is sent comes back as the YAML that the setting is written in, so that everything behind the
page knows one form of it. A shape that no row can show stays text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from seamline.connecting import Setting
from seamline.connecting.manifest import two
from seamline.documents import read
from seamline.problems import Refused
from seamline.text import Language

from ..say import _
from .box import Box
from .widgets import STAR, Draw

BLANK = 2  # rows more than there are: they are left out where nothing stands in them
MOST = 60  # rows that a page takes
COUNT = "#rows"  # says that a setting was sent in rows
_PARTS = re.compile(r"\s*[,，;；\n]\s*")


@dataclass(frozen=True, slots=True)
class Part:
    """One control of a row."""

    name: str
    law: Mapping[str, Any]
    required: bool

    @property
    def many(self) -> bool:
        """Whether it holds several words, parted by commas."""
        return bool(self.law.get("type") == "array")

    def title(self, language: Language) -> str:
        """Return what people call it."""
        return two(self.law["title"]).in_(language) if "title" in self.law else self.name


def shape(law: Mapping[str, Any]) -> str:
    """Return how a setting is shown: `ticks`, `rows`, `one` (a row alone), or nothing of these."""
    items = law.get("items", {})
    if law.get("type") == "array" and "enum" in items:
        return "ticks"
    if law.get("type") == "array" and _plain(items):
        return "rows"
    return "one" if _plain(law) else ""


def _plain(law: Mapping[str, Any]) -> bool:
    """Return whether an object has named members only, each of one control."""
    members = law.get("properties", {})
    return bool(members) and law.get("additionalProperties") is False and all(
        "enum" in one
        or one.get("type") in ("string", "integer")
        or (one.get("type") == "array" and one.get("items", {}).get("type") == "string")
        for one in members.values()
    )  # fmt: skip


def _parts(law: Mapping[str, Any]) -> list[Part]:
    of = law["items"] if law.get("type") == "array" else law
    needed = of.get("required", ())
    return [Part(name, one, name in needed) for name, one in of["properties"].items()]


def in_rows(form: Any, name: str) -> bool:
    """Return whether a setting was sent in rows."""
    return f"{name}{COUNT}" in form


def value_of(form: Any, name: str, law: Mapping[str, Any]) -> Any:
    """Return the value of a setting that was sent in rows; empty rows are left out."""
    how, told = shape(law), form[f"{name}{COUNT}"]
    if how == "ticks":
        return list(form.getlist(name))
    if how == "one":
        return _row(form, f"{name}.0", law)
    count = min(MOST, int(told)) if told.isdecimal() and len(told) < 4 else 0
    rows = (_row(form, f"{name}.{number}", law) for number in range(count))
    return [row for row in rows if row]


def _row(form: Any, base: str, law: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for part in _parts(law):
        word = form.get(f"{base}.{part.name}", "").strip()
        if not word:
            continue
        if part.many:
            found[part.name] = [one for one in _PARTS.split(word) if one]
        elif part.law.get("type") == "integer" and word.isdecimal() and len(word) < 16:
            found[part.name] = int(word)
        else:
            found[part.name] = word
    return found


class Listed(Box):
    """A setting in rows: its controls stand under one legend."""

    @property
    def grouped(self) -> bool:
        """Return whether it is a group under one legend: always."""
        return True


def drawing(setting: Setting, text: Draw, language: Language) -> Draw:
    """Return what draws the rows of a setting with what stands in it, its YAML.

    What no row can show (it was written by hand, and not rightly) stays text, drawn by `text`.
    """

    def draw(name: str, typed: Any, state: str) -> str:
        try:
            value = read(str(typed), "setting").data if str(typed).strip() else None
        except Refused:
            return text(name, typed, state)
        if value and not _fits(value, setting.law):
            return text(name, typed, state)
        return "".join(_drawn(setting, name, value, language))

    return draw


def _fits(value: Any, law: Mapping[str, Any]) -> bool:
    """Return whether the controls of a setting can show a value whole."""
    how = shape(law)
    if how == "ticks":
        return isinstance(value, list) and all(one in law["items"]["enum"] for one in value)
    known = {part.name: part for part in _parts(law)}
    rows = value if how == "rows" else [value]
    return isinstance(rows, list) and all(
        isinstance(row, Mapping)
        and row.keys() <= known.keys()
        and all(known[name].many or not isinstance(one, (list, Mapping))
                for name, one in row.items())
        for row in rows
    )  # fmt: skip


def _drawn(setting: Setting, name: str, value: Any, language: Language) -> Iterator[str]:
    how, law = shape(setting.law), setting.law
    if how == "ticks":
        yield f'<input type="hidden" name="{name}{COUNT}" value="1"><div>'
        yield from _ticks(law["items"], name, value or (), language)
        yield "</div>"
        return
    rows: Sequence[Any] = value if isinstance(value, (list, tuple)) else [value] if value else []
    count = len(rows) + BLANK if how == "rows" else 1
    yield f'<input type="hidden" name="{name}{COUNT}" value="{count}">'
    for number in range(count):
        row = rows[number] if number < len(rows) and isinstance(rows[number], Mapping) else {}
        called = f"{setting.title.in_(language)} {number + 1}"
        yield f'<div class="setrow" role="group" aria-label="{escape(called)}">'
        for place, part in enumerate(_parts(law)):
            own = f"f-{name}" if number == place == 0 else f"f-{name}.{number}.{part.name}"
            yield _cell(part, own, f"{name}.{number}.{part.name}", row.get(part.name), language)
        yield "</div>"


def _ticks(
    law: Mapping[str, Any], name: str, chosen: Sequence[Any], language: Language
) -> Iterator[str]:
    titles = law.get("x-titles", {})
    for place, word in enumerate(law["enum"]):
        own = f' id="f-{name}"' if place == 0 else ""
        tick = " checked" if word in chosen else ""
        title = titles.get(word, {}).get(language, word)
        yield (
            f'<label class="tick"><input type="checkbox" name="{name}" value="{escape(word)}"'
            f"{own}{tick}><span>{escape(title)}</span></label>"
        )


def _cell(part: Part, own: str, name: str, value: Any, language: Language) -> str:
    star = STAR if part.required else ""
    need = ' aria-required="true"' if part.required else ""
    label = f'<label class="lab" for="{own}">{escape(part.title(language))}{star}</label>'
    if "enum" in part.law:
        titles = part.law.get("x-titles", {})
        options = "".join(
            f'<option value="{escape(word)}"{" selected" if word == value else ""}>'
            f"{escape(titles.get(word, {}).get(language, word))}</option>"
            for word in part.law["enum"]
        )
        control = f'<select class="in" name="{name}" id="{own}"{need}><option value="">—</option>'
        return Markup(f"<div>{label}{control}{options}</select></div>")
    word = ", ".join(str(one) for one in value) if isinstance(value, (list, tuple)) else value
    shown = "" if word is None else escape(word)
    example = next(iter(part.law.get("examples", ())), "")
    words = ", ".join(example) if isinstance(example, list) else str(example)
    hint = escape(words or (_("several, parted by commas") if part.many else ""))
    return Markup(
        f'<div>{label}<input class="in" name="{name}" id="{own}" value="{shown}"{need}'
        f' maxlength="500" autocomplete="off" spellcheck="false" placeholder="{hint}"></div>'
    )
