"""Proof: what an image field asks of a photo taken on the spot, and what comes with one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from seamline.facts import Capture, GeoPoint
from seamline.metadata import Field

from . import place, words
from .durations import read as read_duration
from .fragments import said
from .kind import Invalid, Reading, invalid, seen
from .moments import read_moment

Need = Literal["required", "wanted"]
Answer = Literal["refuse", "flag"]
MARKS = ("time", "person", "place", "device", "code")
TYPES = ("image/jpeg", "image/png", "image/webp")
WITHIN = "15m"
_MOST_DEVICE, _MOST_WORD = 40, 200
_PARTS = {"place", "device", "taken_at", "live"}


@dataclass(frozen=True, slots=True)
class Proof:
    """What is asked of a photo: how fresh it is, what has to be known, what is done about doubts.

    `reuse` says what becomes of a picture that was used before, `gallery` of one that was not
    taken just now by a camera; `mark` what is burnt into it.
    """

    within: timedelta
    place: Need = "wanted"
    device: Need = "wanted"
    reuse: Answer = "refuse"
    gallery: Answer = "flag"
    mark: tuple[str, ...] = MARKS


def _need(zh: str, en: str) -> dict[str, Any]:
    return said(zh, en, {"enum": ["required", "wanted"], "default": "wanted"})


def _answer(zh: str, en: str, default: Answer) -> dict[str, Any]:
    return said(zh, en, {"enum": ["refuse", "flag"], "default": default})


SETTING = said(
    "现场取证：照片须当场拍摄，服务器烧入水印并留存取证数据。",
    "A photo taken on the spot: the server marks it and keeps what is known of it.",
    {
        "type": "object",
        "properties": {
            "within": said(
                "拍摄后多久内有效，如 15m。",
                "How long ago it may have been taken, such as 15m.",
                {"type": "string", "pattern": "^[1-9][0-9]{0,3}[mhd]$", "default": WITHIN},
            ),
            "place": _need("要不要定位。", "Whether its place has to be known."),
            "device": _need("要不要设备编号。", "Whether the device's number has to be known."),
            "reuse": _answer(
                "照片用过时拒绝还是标记。", "What is done with a picture used before.", "refuse"
            ),
            "gallery": _answer(
                "不像当场拍摄时拒绝还是标记。",
                "What is done with a picture that was not taken just now.",
                "flag",
            ),
            "mark": said(
                "烧入照片的内容。",
                "What is burnt into it.",
                {
                    "type": "array",
                    "items": {"enum": [*MARKS]},
                    "minItems": 1,
                    "uniqueItems": True,
                },
            ),
        },
        "additionalProperties": False,
    },
)
CAPTURE: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "place": {
            "type": "object",
            "properties": {
                "latitude": {"type": "number", "minimum": -90, "maximum": 90},
                "longitude": {"type": "number", "minimum": -180, "maximum": 180},
                "accuracy": {"type": "number", "minimum": 0},
            },
            "required": ["latitude", "longitude"],
            "additionalProperties": False,
        },
        "device": {"type": "string", "maxLength": _MOST_DEVICE},
        "taken_at": {"type": "string", "format": "date-time"},
        "live": {"type": "string", "maxLength": _MOST_WORD},
    },
    "additionalProperties": False,
}


def proof_of(field: Field) -> Proof | None:
    """Return what a field asks of its photos; None where it asks for no proof."""
    asked = field.settings.get("proof")
    if asked is None:
        return None
    given = {name: asked[name] for name in ("place", "device", "reuse", "gallery") if name in asked}
    if "mark" in asked:
        given["mark"] = tuple(name for name in MARKS if name in asked["mark"])
    return Proof(read_duration(asked.get("within", WITHIN), "minutes"), **given)


def capture(field: Field, raw: Any, reading: Reading) -> Capture:
    """Read what a device says of a photo; raise Invalid where it is not that."""
    if not isinstance(raw, Mapping) or not set(raw) <= _PARTS:
        raise _refusal(raw)
    point = raw.get("place")
    where = None if point is None else place.parse(field, point, reading)
    assert where is None or isinstance(where, GeoPoint)
    taken = raw.get("taken_at")
    return Capture(
        where,
        _word(raw.get("device"), _MOST_DEVICE, raw),
        None if taken is None else read_moment(taken, reading.zone),
        _word(raw.get("live"), _MOST_WORD, raw),
    )


def _word(given: Any, most: int, raw: Any) -> str:
    if given is None or given == "":
        return ""
    if not isinstance(given, str):
        raise _refusal(raw)
    return words.line(given, most)


def _refusal(raw: Any) -> Invalid:
    return invalid(
        "capture_expected",
        f"拍摄信息应为 place、device、taken_at、live，收到“{seen(raw)}”。",
        f"Expected place, device, taken_at and live of a photo, got '{seen(raw)}'.",
        raw,
    )
