"""What the description says of the scorecards of the rules."""

from __future__ import annotations

from seamline.text import Text
from seamline.usecases.coach import DAYS, MOST_DAYS

from .operations import Part, closed
from .rules import _get, _list
from .schemas import TEXT

_COUNT: Part = {"type": "integer", "minimum": 0}
_SHARE: Part = {"type": ["number", "null"], "minimum": 0}
_COUNTS = (
    "judged", "watched_days", "fired", "unknown", "stopped", "held", "shown", "people", "heeded",
    "dismissed", "approved", "returned", "missed",
)  # fmt: skip
_SHARES = ("hours", "prompts_per_person", "adoption", "missed_rate")
_CARD = closed(
    {
        "key": {"type": "string"},
        "step": {"type": "string"},
        "class": {"enum": ["hard", "soft", "review"]},
        "on": {"type": "boolean"},
        "title": TEXT,
        **dict.fromkeys(_COUNTS, _COUNT),
        **dict.fromkeys(_SHARES, _SHARE),
    }
)
_KINDS = ["demote", "retire", "tighten", "promote", "widen", "speed_up"]
_PROPOSAL = closed({"kind": {"enum": _KINDS}, "key": {"type": "string"}, "say": TEXT})
SCHEMAS: dict[str, Part] = {
    "Scorecards": closed(
        {
            "days": _COUNT,
            "enabled": _SHARE,
            "adopted": _SHARE,
            "missed": _SHARE,
            "rules": _list(_CARD),
            "proposals": _list(_PROPOSAL),
        }
    )
}


def paths(language: str) -> dict[str, Part]:
    """Return the path of the scorecards."""
    title = Text("规则记分卡与建议", "Scorecards of the rules, and proposals")
    days = {"type": "integer", "minimum": 1, "maximum": MOST_DAYS, "default": DAYS}
    found = _get(language, "scorecards", title, "Scorecards")
    found["parameters"] = [{"name": "days", "in": "query", "schema": days}]
    return {"/api/v1/rules/scorecards": {"get": found}}
