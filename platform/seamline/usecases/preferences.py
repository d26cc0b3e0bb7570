"""What a person has set for themselves: language, light and dark, notices they do without."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from seamline.facts import Actor
from seamline.text import LANGUAGES

from .desk import Desk
from .notices import KINDS, MUTED

LANGUAGE, THEME = "language", "theme"
THEMES = ("light", "dark")


@dataclass(frozen=True, slots=True)
class Preferences:
    """Empty words leave it to the browser and the account; `muted` are kinds of notices."""

    language: str = ""
    theme: str = ""
    muted: frozenset[str] = frozenset()


def of(desk: Desk, person: str) -> Preferences:
    """Return what a person has set."""
    with desk.store.reading() as unit:
        return _read(unit.people.preferences(person))


def keep(
    desk: Desk, actor: Actor, language: str, theme: str, muted: Collection[str]
) -> Preferences:
    """Keep one's own preferences; a word that is not known counts as not chosen."""
    wanted = {
        LANGUAGE: language if language in LANGUAGES else "",
        THEME: theme if theme in THEMES else "",
    }
    wanted |= {MUTED + kind: "1" if kind in muted else "" for kind in KINDS}
    with desk.store.unit() as unit:
        for name, value in wanted.items():
            unit.people.prefer(actor.id, name, value)
    return _read(wanted)


def _read(found: Mapping[str, str]) -> Preferences:
    return Preferences(
        language=found.get(LANGUAGE, ""),
        theme=found.get(THEME, ""),
        muted=frozenset(kind for kind in KINDS if found.get(MUTED + kind)),
    )
