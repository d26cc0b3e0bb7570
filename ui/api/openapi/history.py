"""How the description tells of a record's history."""

from __future__ import annotations

from .operations import Part, closed
from .schemas import MOMENT

FIELD = "[a-z][a-z0-9_]{0,39}"
WHEN = r"[0-9T:.+Z\- ]{10,40}"
_WORD: Part = {"type": "string"}
_ANY: Part = {"type": "object"}
_CHANGE: Part = {"$ref": "#/components/schemas/HistoryChange"}


def _or_nothing(part: Part) -> Part:
    return {"anyOf": [part, {"type": "null"}]}


SCHEMAS: dict[str, Part] = {
    "HistoryChange": closed(
        {
            "seq": {"type": "integer"},
            "at": MOMENT,
            **dict.fromkeys(("kind", "step", "actor", "via", "seen", "reported", "reason"), _WORD),
            "by": _or_nothing(_ANY),
            "changes": {"type": "object", "additionalProperties": {"type": "array"}},
        }
    ),
    "History": {
        "oneOf": [
            closed({"items": {"type": "array", "items": _CHANGE}}),
            closed(
                {
                    "record": _WORD,
                    "at": MOMENT,
                    "values": _or_nothing(_ANY),
                    "change": _or_nothing(_CHANGE),
                }
            ),
        ]
    },
}


def paths(_language: str) -> dict[str, Part]:
    """Return no paths: each form has its own (`operations`)."""
    return {}
