"""A match: records that belong together by a correlation, its name and what is kept of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from seamline.facts import Value
from seamline.rules import filled
from seamline.store.joins import Group, Member
from seamline.text import Text

from .compiling import CorrelationModel

_BETWEEN = "+"
_AFTER = ":"


@dataclass(frozen=True, slots=True)
class Match:
    """Records that belong together now: `key` names them, `say` tells a person of it."""

    key: str
    rule: str
    members: tuple[Member, ...]
    values: Mapping[str, Value]
    touched: frozenset[str]
    say: Text

    def kept(self) -> dict[str, Any]:
        """Return what is stored of the match as long as it stands."""
        return {
            "members": [
                {
                    "as": member.alias,
                    "form": member.form,
                    "record": member.record,
                    "row": member.key if member.key != member.record else "",
                    "code": member.code,
                    "tracking": member.tracking,
                }
                for member in self.members
            ],
            "values": dict(self.values),
            "touched": sorted(self.touched),
            "say": {"zh": self.say.zh, "en": self.say.en},
        }


def key_of(rule: str, members: Iterable[str]) -> str:
    """Return the name of a match: its rule, and its members in the order of the facts."""
    return f"{rule}{_AFTER}{_BETWEEN.join(members)}"


def members_of(key: str) -> tuple[str, ...]:
    """Return the members that a match is named by."""
    return tuple(key.partition(_AFTER)[2].split(_BETWEEN))


def match_of(model: CorrelationModel, group: Group, zone: Any) -> Match:
    """Return the match that a group of records is."""
    return Match(
        key_of(model.id, group.key),
        model.id,
        group.members,
        group.values,
        group.touched,
        filled(model.correlation.say, group.values, zone),
    )
