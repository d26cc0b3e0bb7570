"""A form made from a JSON Schema: the settings of a connector, by the controls of every form."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from seamline.connecting import Setting
from seamline.connecting.manifest import two
from seamline.documents import read
from seamline.metadata import Field
from seamline.problems import Place, Problem, Refused
from seamline.text import Language, Text

from ..say import _
from . import listed
from .box import Box
from .control import control
from .sheet import Said
from .widgets import compiled

PREFIX = "settings."
_PART = re.compile(r"[^.\[]+")
_IN_ROW = re.compile(r"\[([^\]]+)\]\.(\w+).*")
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,10})?")
LONGEST = 20_000


def fields_of(settings: Sequence[Setting]) -> dict[str, Field]:
    """Return the fields that stand for the settings which are no secrets, by name."""
    return {one.name: _field(one) for one in settings if not one.secret}


def _field(setting: Setting) -> Field:
    law, kind, settings = setting.law, "text", dict[str, Any]()
    if "enum" in law:
        titles = law.get("x-titles", {})
        kind = "choice"
        settings["options"] = [
            {"id": str(word), "label": titles.get(word, str(word))} for word in law["enum"]
        ]
    elif law["type"] in ("array", "object") or law.get("format") == "lines":
        kind = "long_text"
        settings["max_length"] = LONGEST
    elif law["type"] == "boolean":
        kind = "boolean"
    elif law["type"] in ("integer", "number"):
        kind = "integer" if law["type"] == "integer" else "decimal"
    elif law.get("format") == "uri":
        kind = "url"
    help_ = setting.help
    in_text = law["type"] in ("array", "object") and law.get("format") != "lines"
    if in_text and not listed.shape(law):
        said = help_ or Text("", "")
        zh, en = said.zh.rstrip("。"), said.en.rstrip(".")
        help_ = Text(f"{zh}；按 YAML 书写".lstrip("；"), f"{en}; in YAML".lstrip("; "))
    required = setting.required and "default" not in law
    return Field(f"{PREFIX}{setting.name}", kind, setting.title, required, help_, settings=settings)


def boxes(
    settings: Sequence[Setting],
    typed: Mapping[str, str | bool],
    usual: Mapping[str, str],
    problems: Sequence[Problem],
    language: Language,
) -> list[Box]:
    """Return the controls with what stands in them; `usual` is what holds where nothing is set."""
    told = by_setting(problems, language, settings)
    in_rows = {one.name: one for one in settings if not one.secret and listed.shape(one.law)}
    made = list[Box]()
    for name, field in fields_of(settings).items():
        drawn = control(field, language)
        note = _("Instead of: %(value)s", value=usual[name]) if usual.get(name) else ""
        value = typed.get(name, "")
        required = field.required and not usual.get(name)
        errors = told.get(PREFIX + name, [])
        if name in in_rows:
            draw = listed.drawing(in_rows[name], compiled(drawn), language)
            made.append(listed.Listed(drawn, draw, value, required, note=note, errors=errors))
            continue
        made.append(Box(drawn, compiled(drawn), value, required, note=note, errors=errors))
    return made


def sent(form: Any, setting: Setting) -> str:
    """Return what was sent for a setting, as it stands in one control: rows as their YAML.

    Where every tick was taken off, that is said too: it is not what leaves a setting as it is.
    Raises Refused where more rows are sent than a page takes.
    """
    name = PREFIX + setting.name
    if not listed.in_rows(form, name):
        return str(form.get(name, ""))
    value = listed.value_of(form, name, setting.law)
    emptied = not value and listed.shape(setting.law) == "ticks"
    return "[]" if emptied else str(as_typed(value, setting.law))


def alike(one: Any, other: Any, law: Mapping[str, Any]) -> bool:
    """Return whether two values of a setting say the same: ticks in any order, none as nothing."""
    if listed.shape(law) == "ticks":
        one, other = (sorted(each, key=str) if isinstance(each, list) else each or []
                      for each in (one, other))  # fmt: skip
    return bool(one == other)


def by_setting(
    problems: Sequence[Problem], language: Language, settings: Sequence[Setting] = ()
) -> dict[str, list[str]]:
    """Return what is wrong by the setting it is about: `settings.folder`."""
    found: dict[str, list[str]] = {}
    for one in problems:
        said = _sentence(one, language, settings)
        found.setdefault(anchor_of(one.place.path), []).append(said)
    return found


def summary(
    problems: Sequence[Problem], settings: Sequence[Setting], language: Language
) -> list[Said]:
    """Return one line per problem by the name of its setting, each leading to its control."""
    titles = {one.name: one.title.in_(language) for one in settings}
    found = []
    for one in problems:
        anchor, sentence = anchor_of(one.place.path), _sentence(one, language, settings)
        title = titles.get(anchor.partition(".")[2])
        colon = ":" if language == "zh" else ": "
        found.append(Said(f"{title}{colon}{sentence}" if title else sentence, f"f-{anchor}"))
    return found


def anchor_of(path: str) -> str:
    """Return the setting that a place is in: `settings.tables[stock].key` is `settings.tables`."""
    return ".".join(_PART.findall(path)[:2]) if path.startswith((PREFIX, "secrets.")) else path


def _sentence(problem: Problem, language: Language, settings: Sequence[Setting]) -> str:
    """Return a problem; one inside of a setting with the place inside of it."""
    anchor = anchor_of(problem.place.path)
    inside = problem.place.path.removeprefix(anchor).lstrip(".")
    said, row = problem.sentence(language), _IN_ROW.fullmatch(inside)
    law = next((one.law for one in settings if PREFIX + one.name == anchor), {})
    part = law.get("items", {}).get("properties", {}).get(row[2], {}) if row else {}
    if row and "title" in part:
        if problem.code == "missing_key":
            said = _("This is not filled in yet.")
        title = two(part["title"]).in_(language)
        return _("Row %(row)s, %(title)s: %(said)s", row=row[1], title=title, said=said)
    return f"{inside}: {said}" if inside else said


def as_typed(value: Any, law: Mapping[str, Any]) -> str | bool:
    """Return a value as it stands in its control."""
    if law["type"] == "boolean":
        return bool(value)
    if value is None:
        return ""
    if law.get("format") == "lines" and isinstance(value, (list, tuple)):
        return "\n".join(str(one) for one in value)
    if law["type"] in ("array", "object"):
        return "\n".join(_yaml(value)) if value else ""
    return str(value)


def as_value(word: str, ticked: bool, setting: Setting) -> Any:
    """Return what was typed as the value that the schema judges; None where nothing was.

    Raises Refused where it is no YAML.
    """
    kind = setting.law["type"]
    if kind == "boolean":
        return ticked
    word = word.strip()
    if not word:
        return None
    if kind == "array" and setting.law.get("format") == "lines":
        return [line.strip() for line in word.splitlines() if line.strip()]
    if kind in ("array", "object"):
        return _parsed(word, setting.name)
    if kind in ("integer", "number") and _NUMBER.fullmatch(word):
        return float(word) if "." in word else int(word)
    return word


def _parsed(word: str, name: str) -> Any:
    try:
        return read(word, name).data
    except Refused as refused:
        raise Refused(
            [
                Problem(
                    one.code,
                    Text(
                        f"第 {one.place.line} 行：{one.say.zh}",
                        f"Line {one.place.line}: {one.say.en}",
                    ),
                    Place(f"{PREFIX}{name}"),
                    one.hint,
                )
                for one in refused.problems
            ]
        ) from None


def _yaml(value: Any) -> Iterator[str]:
    """Yield a value as lines of YAML, each item of a list or a mapping in one line of its own."""
    if isinstance(value, Mapping):
        yield from (f"{key}: {_flow(one)}" for key, one in value.items())
    elif isinstance(value, (list, tuple)):
        yield from (f"- {_flow(one)}" for one in value)


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_flow(one)}" for key, one in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_flow(one) for one in value) + "]"
    return json.dumps(value, ensure_ascii=False)
