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
from seamline.problems import Place, Refused, shorten
from seamline.text import Language, Text

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
    """Return the value of a setting that was sent in rows; empty rows are left out.

    Raises Refused where more rows are sent than a page takes: none of them is dropped.
    """
    how = shape(law)
    if how == "ticks":
        return list(form.getlist(name))
    if how == "one":
        return _row(form, f"{name}.0", law)
    rows = (_row(form, f"{name}.{number}", law) for number in range(_count(form, name)))
    return [row for row in rows if row]


def _count(form: Any, name: str) -> int:
    told = form[f"{name}{COUNT}"]
    count = int(told) if told.isascii() and told.isdecimal() and len(told) < 4 else MOST + 1
    if count <= MOST:
        return count
    say = Text("最多 {most} 行，收到“{told}”。", "At most {most} rows are taken; got '{told}'.")
    hint = Text("更多的行写在连接的文档里。", "Write more in the document of the connection.")
    raise Refused.one(
        "too_many_rows", say.fill(most=str(MOST), told=shorten(told)), place=Place(name), hint=hint
    )


def _row(form: Any, base: str, law: Mapping[str, Any]) -> dict[str, Any]:
    words = ((part, form.get(f"{base}.{part.name}", "").strip()) for part in _parts(law))
    return {part.name: _read(part, word) for part, word in words if word}


def _read(part: Part, word: str) -> Any:
    """Return what a word in a cell says."""
    if part.many:
        return [one for one in _PARTS.split(word) if one]
    if part.law.get("type") == "integer" and word.isdecimal() and len(word) < 16:
        return int(word)
    return word


def _word(value: Any) -> str:
    """Return a value as it stands in its cell."""
    if isinstance(value, (list, tuple)):
        return ", ".join(str(one) for one in value)
    return "" if value is None else str(value)


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
        if value not in (None, [], {}) and not _fits(value, setting.law):
            return text(name, typed, state)
        return "".join(_drawn(setting, name, value, language))

    return draw


def _fits(value: Any, law: Mapping[str, Any]) -> bool:
    """Return whether the controls of a setting show a value whole, and would send it back so."""
    if not isinstance(value, list if law["type"] == "array" else Mapping):
        return False
    how = shape(law)
    if how == "ticks":
        known = law["items"]["enum"]
        return len({*map(str, value)}) == len(value) and all(one in known for one in value)
    parts = {part.name: part for part in _parts(law)}
    if how == "one":
        return _comes_back(value, parts)
    return len(value) + BLANK <= MOST and all(_comes_back(row, parts) for row in value)


def _comes_back(row: Any, parts: Mapping[str, Part]) -> bool:
    """Return whether a row that is drawn and sent is the same again, cell by cell."""
    return isinstance(row, Mapping) and bool(row) and all(
        name in parts and one is not None and _same(_sent(parts[name], one), one)
        for name, one in row.items()
    )  # fmt: skip


def _sent(part: Part, value: Any) -> Any:
    """Return what a browser would send of a value in its cell, read again."""
    if "enum" in part.law and value not in part.law["enum"]:
        return None
    word = _word(value).replace("\r", "").replace("\n", "").strip()
    return _read(part, word) if word else None


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and one == other


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
    shown = escape(_word(value))
    example = next(iter(part.law.get("examples", ())), "")
    words = ", ".join(example) if isinstance(example, list) else str(example)
    hint = escape(words or (_("several, parted by commas") if part.many else ""))
    return Markup(
        f'<div>{label}<input class="in" name="{name}" id="{own}" value="{shown}"{need}'
        f' maxlength="500" autocomplete="off" spellcheck="false" placeholder="{hint}"></div>'
    )
