"""Reading a picture that somebody sent: bounded, upright, with what its camera wrote into it."""

from __future__ import annotations

import io
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from PIL import Image, ImageOps, ImageStat

from seamline.facts import GeoPoint

LONGEST = 1600  # pixels of the long side that are kept
SHORTEST = 240  # a picture with fewer on its short side shows nothing
MOST_PIXELS = 80_000_000
FLAT = 3.0  # a picture whose brightness varies less is dark, covered or blank
FORMATS = ("JPEG", "MPO", "PNG", "WEBP")
_ODD = (OSError, ValueError, SyntaxError, KeyError, TypeError, ArithmeticError, struct.error)
_EXIF, _GPS = 0x8769, 0x8825
_MAKE, _MODEL, _SOFTWARE = 271, 272, 305
_TAKEN, _OFFSET = 36867, 36881
_LONGEST_WORD = 80


class Unreadable(Exception):
    """The bytes are no picture that can be kept as proof; `why` is a word for it."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Shot:
    """What the camera wrote into a picture; nothing of it is proof by itself."""

    taken_at: datetime | None = None
    camera: str = ""
    software: str = ""
    place: GeoPoint | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is looked at, upright and at most `LONGEST` pixels wide or high."""

    image: Image.Image
    shot: Shot


def read(data: bytes, zone: tzinfo) -> Picture:
    """Return the picture in `data`; raise Unreadable for anything else, however it is made.

    A camera that names no offset is taken to show the time of `zone`.
    """
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise Unreadable("too_large")
            shot = _shot(opened, zone)
            part = min(1.0, LONGEST / max(opened.size))
            fits = (int(opened.width * part), int(opened.height * part))
            opened.draft("RGB", fits)  # decodes a JPEG at a fraction of its size
            image = ImageOps.exif_transpose(opened).convert("RGB")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Unreadable("too_large") from None
    except _ODD:
        raise Unreadable("unreadable") from None
    if min(image.size) < SHORTEST:
        raise Unreadable("too_small")
    image.thumbnail((LONGEST, LONGEST), Image.Resampling.BICUBIC)
    if ImageStat.Stat(image.convert("L")).stddev[0] < FLAT:
        raise Unreadable("blank")
    return Picture(image, shot)


def _shot(opened: Image.Image, zone: tzinfo) -> Shot:
    try:
        exif = opened.getexif()
        own, gps = exif.get_ifd(_EXIF), exif.get_ifd(_GPS)
        camera = f"{_word(exif.get(_MAKE))} {_word(exif.get(_MODEL))}".strip()
        taken = _moment(own.get(_TAKEN), own.get(_OFFSET), zone)
        return Shot(taken, camera, _word(exif.get(_SOFTWARE)), _place(gps))
    except _ODD:
        return Shot()


def _word(raw: object) -> str:
    text = raw if isinstance(raw, str) else ""
    return "".join(sign for sign in text if sign.isprintable()).strip()[:_LONGEST_WORD]


def _moment(raw: object, offset: object, zone: tzinfo) -> datetime | None:
    try:
        local = datetime.strptime(_word(raw)[:19], "%Y:%m:%d %H:%M:%S")
    except ValueError:
        return None
    try:
        return datetime.strptime(f"{local.isoformat()}{_word(offset)}", "%Y-%m-%dT%H:%M:%S%z")
    except ValueError:
        return local.replace(tzinfo=zone)


def _place(gps: Mapping[int, Any]) -> GeoPoint | None:
    try:
        latitude, longitude = _degrees(gps[2], gps[1]), _degrees(gps[4], gps[3])
    except _ODD:
        return None
    if abs(latitude) > 90 or abs(longitude) > 180 or latitude == longitude == 0:
        return None
    return GeoPoint(latitude, longitude)


def _degrees(parts: Any, side: Any) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    value = degrees + minutes / 60 + seconds / 3600
    if value != value:
        raise ValueError("no number")
    return round(-value if _word(side).upper() in ("S", "W") else value, 6)
