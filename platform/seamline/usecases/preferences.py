"""What a person has set for themselves: language, light and dark, notices they do without."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from seamline.facts import Actor
from seamline.metadata import Connection
from seamline.problems import Place, Refused
from seamline.text import LANGUAGES, Text

from .desk import Desk
from .handing import DIGEST, NEVER, QUIET, REACH, address_channel, channels, plan_anew
from .notices import KINDS, MUTED

LANGUAGE, THEME = "language", "theme"
THEMES = ("light", "dark")
DIGESTS = ("0", "15", "60", "240")  # minutes
_CLOCK = "([01][0-9]|2[0-3]):[0-5][0-9]"
_SPAN = re.compile(f"{_CLOCK}-{_CLOCK}")


@dataclass(frozen=True, slots=True)
class Preferences:
    """Empty words leave it to the browser and the account; `muted` are kinds of notices.

    `wished` are those on notices that go out of the product: by channel and kind, when.
    """

    language: str = ""
    theme: str = ""
    muted: frozenset[str] = frozenset()
    wished: Mapping[str, str] = field(default_factory=dict)


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
        wished={name: word for name, word in found.items() if word and _goes_out(name)},
    )


def _goes_out(name: str) -> bool:
    return name in (QUIET, DIGEST) or name.startswith(REACH)


def wish(desk: Desk, actor: Actor, reach: Collection[str], quiet: str, digest: str) -> None:
    """Keep what one wishes to have by which channel (`wecom:review`), when, and how gathered.

    What waits already goes by it too. A digest that is none counts as not chosen; raises Refused
    where a quiet time is no span.
    """
    start, _dash, end = quiet.partition("-")
    if quiet not in ("", NEVER) and (_SPAN.fullmatch(quiet) is None or start == end):
        say = Text(
            "免打扰要填起、止两个不同的时间；都留空则按渠道的设置。",
            "Quiet hours need two different times, from and to; left empty, those of the channel"
            " hold.",
        )
        raise Refused.one("bad_quiet", say, place=Place("quiet_from"))
    catalog = desk.catalogs.current()
    wanted = {QUIET: quiet, DIGEST: digest if digest in DIGESTS else ""}
    for way in channels(catalog):
        for kind in KINDS:
            wanted[f"{REACH}{way.id}:{kind}"] = "1" if f"{way.id}:{kind}" in reach else "0"
    with desk.store.unit() as unit:
        for name, value in wanted.items():
            unit.people.prefer(actor.id, name, value)
        plan_anew(unit, catalog, actor.id)


def reached(desk: Desk, person: str) -> list[Connection]:
    """Return the channels by which a person can have notices: those that know an address."""
    with desk.store.reading() as unit:
        addresses = unit.addresses.of(person)
    ways = channels(desk.catalogs.current())
    return [way for way in ways if address_channel(way) in addresses]
