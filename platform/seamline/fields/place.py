"""Place: a point on earth, as a phone measures it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seamline.facts import GeoPoint, Value
from seamline.metadata import Field
from seamline.text import Text

from .kind import Column, Invalid, Kind, Reading, invalid, seen
from .numbers import number
from .words import half_width

DECIMALS = 7  # about a centimetre
_BOUNDS = {"latitude": 90.0, "longitude": 180.0, "accuracy": 10_000_000.0}
_PARTS = tuple(_BOUNDS)


def parse(_field: Field, raw: Any, _reading: Reading) -> Value:
    """Read `{latitude, longitude, accuracy}` or `31.23,121.47`; raise Invalid otherwise."""
    if isinstance(raw, GeoPoint):
        return raw
    if isinstance(raw, str) and len(raw) <= 100:
        given: Mapping[Any, Any] = dict(
            zip(_PARTS, half_width(raw).split(","), strict=False)
            if half_width(raw).count(",") in (1, 2)
            else ()
        )
    else:
        given = raw if isinstance(raw, Mapping) else {}
    if not {"latitude", "longitude"} <= set(given) <= set(_PARTS):
        raise _refusal(raw)
    return GeoPoint(*(_degrees(part, given.get(part, 0), raw) for part in _PARTS))


def _degrees(part: str, raw: Any, whole: Any) -> float:
    try:
        value = round(float(number(raw)), DECIMALS)
    except (Invalid, OverflowError):
        raise _refusal(whole) from None
    least = 0.0 if part == "accuracy" else -_BOUNDS[part]
    if not least <= value <= _BOUNDS[part]:
        raise _refusal(whole)
    return value + 0.0  # no negative zero


def _refusal(raw: Any) -> Invalid:
    return invalid(
        "place_expected",
        f"应为纬度(±90)和经度(±180)，收到“{seen(raw)}”。",
        f"Expected a latitude (±90) and a longitude (±180), got '{seen(raw)}'.",
        raw,
        Text("请写成 31.2304,121.4737。", "Write it like 31.2304,121.4737."),
    )


def to_json(_field: Field, value: Value) -> Any:
    """Return the point as an object."""
    if not isinstance(value, GeoPoint):
        return None
    return {
        "latitude": value.latitude,
        "longitude": value.longitude,
        "accuracy": value.accuracy,
    }


def to_text(_field: Field, value: Value) -> str:
    """Return `latitude,longitude`, with the accuracy in metres where it is known."""
    if not isinstance(value, GeoPoint):
        return ""
    parts = [value.latitude, value.longitude] + ([value.accuracy] if value.accuracy else [])
    return ",".join(_plain(part) for part in parts)


def _plain(value: float) -> str:
    return f"{value:.{DECIMALS}f}".rstrip("0").rstrip(".")


def show(_field: Field, value: Value, reading: Reading) -> str:
    """Return the point as people write it: `北纬31.2304°,东经121.4737°`."""
    if not isinstance(value, GeoPoint):
        return ""
    north, east = value.latitude >= 0, value.longitude >= 0
    lat, lon = _plain(abs(value.latitude)), _plain(abs(value.longitude))
    near = _plain(value.accuracy) if value.accuracy else ""
    if reading.language == "zh":
        point = f"{'北' if north else '南'}纬{lat}°,{'东' if east else '西'}经{lon}°"
        return f"{point}(±{near} 米)" if near else point
    point = f"{lat}° {'N' if north else 'S'}, {lon}° {'E' if east else 'W'}"
    return f"{point} (±{near} m)" if near else point


def load(_field: Field, stored: Any) -> Value:
    """Return the point of a stored JSON document."""
    return GeoPoint(stored["latitude"], stored["longitude"], stored.get("accuracy", 0.0))


SCHEMA = {
    "type": "object",
    "properties": {
        "latitude": {"type": "number", "minimum": -90, "maximum": 90},
        "longitude": {"type": "number", "minimum": -180, "maximum": 180},
        "accuracy": {"type": "number", "minimum": 0, "maximum": _BOUNDS["accuracy"]},
    },
    "required": ["latitude", "longitude"],
    "additionalProperties": False,
}

KIND = Kind(
    name="place",
    title=Text("位置", "Place"),
    value_type=lambda _field: "place",
    column=lambda _field: Column("json"),
    parse=parse,
    to_json=to_json,
    to_text=to_text,
    show=show,
    value_schema=lambda _field: SCHEMA,
    widget="place",
    icon="map-pin",
    operators=(),
    dump=to_json,
    load=load,
)
