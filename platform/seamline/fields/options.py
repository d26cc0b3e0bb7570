"""The options of a choice: found by their word or by their label."""

from __future__ import annotations

from typing import Any

from seamline.metadata import Field
from seamline.problems import Place, Problem, did_you_mean
from seamline.text import Language, Text

from .fragments import text_of
from .kind import Invalid, invalid, seen
from .words import half_width


def words_of(field: Field) -> tuple[str, ...]:
    """Return the words of the options, in their order."""
    return tuple(str(option["id"]) for option in field.settings.get("options", ()))


def find(field: Field, raw: Any) -> str:
    """Return the option's word for a word or a label in any language; raise Invalid otherwise."""
    options = field.settings.get("options", ())
    for option in options:
        if option["id"] == raw:
            return str(raw)
    if not isinstance(raw, str) or len(raw) > 2000:
        raise _outside(field, raw)
    word = half_width(raw).strip().casefold()
    for option in options:
        label = text_of(option["label"])
        names = (str(option["id"]), label.zh, label.en)
        if any(half_width(name).strip().casefold() == word for name in names):
            return str(option["id"])
    raise _outside(field, raw)


def _outside(field: Field, raw: Any) -> Invalid:
    words = words_of(field)
    labels = [text_of(option["label"]) for option in field.settings.get("options", ())]
    word = seen(raw)
    hint = None
    if isinstance(raw, str) and len(raw) <= 100:
        hint = did_you_mean(raw, [*words, *(t.zh for t in labels), *(t.en for t in labels)])
    if hint is None:
        few, more = ", ".join(words[:12]), "…" if len(words) > 12 else ""
        hint = Text(f"可选：{few}{more}。", f"Choose one of: {few}{more}.")
    return invalid(
        "not_an_option",
        f"“{word}”不在可选值中。",
        f"'{word}' is not one of the options.",
        raw,
        hint,
    )


def label(field: Field, word: Any, language: Language) -> str:
    """Return the label of an option's word; the word itself where the option is gone."""
    for option in field.settings.get("options", ()):
        if option["id"] == word:
            return text_of(option["label"]).in_(language)
    return str(word)


def check(field: Field) -> list[Problem]:
    """Return a problem for each word that two options share."""
    problems: list[Problem] = []
    known: set[str] = set()
    for word in words_of(field):
        if word in known:
            say = Text(f"选项“{word}”重复。", f"The option '{word}' appears twice.")
            problems.append(Problem("option_twice", say, Place(f"options[{word}]"), got=word))
        known.add(word)
    return problems
