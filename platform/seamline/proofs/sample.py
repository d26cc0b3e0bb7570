"""A photo drawn from nothing, for demonstrations and tests: every seed another scene."""

from __future__ import annotations

import io
import random
from datetime import datetime

from PIL import Image, ImageDraw, ImageFilter

from seamline.facts import GeoPoint

SIZE = (1600, 1200)
_STEEL, _GLOW = (58, 64, 70), (255, 140, 60)
_MAKE, _MODEL, _SOFTWARE, _TAKEN, _OFFSET, _EXIF, _GPS = 271, 272, 305, 36867, 36881, 0x8769, 0x8825


def photo(
    seed: int,
    taken_at: datetime | None = None,
    *,
    place: GeoPoint | None = None,
    software: str = "",
    size: tuple[int, int] = SIZE,
) -> bytes:
    """Return a JPEG of a workshop; with `taken_at` (aware) it has what a camera writes."""
    kept = io.BytesIO()
    exif = _exif(taken_at, place, software)
    _scene(random.Random(seed), *size).save(kept, "JPEG", quality=88, exif=exif)
    return kept.getvalue()


def _exif(taken_at: datetime | None, place: GeoPoint | None, software: str) -> Image.Exif:
    exif = Image.Exif()
    if software:
        exif[_SOFTWARE] = software
    if taken_at is not None:
        exif[_MAKE], exif[_MODEL] = "Seamline", "Sample"
        own = exif.get_ifd(_EXIF)
        own[_TAKEN] = taken_at.strftime("%Y:%m:%d %H:%M:%S")
        offset = taken_at.strftime("%z")
        own[_OFFSET] = f"{offset[:3]}:{offset[3:5]}"
    if place is not None:
        gps = exif.get_ifd(_GPS)
        gps[1], gps[2] = ("N" if place.latitude >= 0 else "S"), _degrees(abs(place.latitude))
        gps[3], gps[4] = ("E" if place.longitude >= 0 else "W"), _degrees(abs(place.longitude))
    return exif


def _degrees(value: float) -> tuple[float, float, float]:
    minutes = value % 1 * 60
    return float(int(value)), float(int(minutes)), round(minutes % 1 * 60, 4)


def _scene(dice: random.Random, width: int, height: int) -> Image.Image:
    """Return a hall with a furnace, its glow, and parts on a trolley."""
    wall = dice.randrange(70, 150)
    scene = Image.new("RGB", (width, height), (wall, wall, wall - dice.randrange(0, 30)))
    pen = ImageDraw.Draw(scene)
    floor = int(height * dice.uniform(0.55, 0.8))
    pen.rectangle((0, floor, width, height), fill=(wall - 45, wall - 45, wall - 40))
    left, wide = dice.randrange(0, width // 2), dice.randrange(width // 4, width // 2)
    top = dice.randrange(0, height // 3)
    pen.rectangle((left, top, left + wide, floor + height // 12), fill=_STEEL)
    mouth = (left + wide // 5, top + height // 8, left + wide * 4 // 5, floor - height // 20)
    pen.rectangle(mouth, fill=_GLOW)
    for _ in range(dice.randrange(14, 30)):
        at, low = dice.randrange(0, width), dice.randrange(height // 4, height)
        size, tone = dice.randrange(width // 30, width // 6), dice.randrange(40, 235)
        colour = (tone, max(0, tone - dice.randrange(0, 60)), max(0, tone - dice.randrange(0, 90)))
        draw = dice.choice((pen.rectangle, pen.ellipse))
        draw((at, low, at + size, low + int(size * dice.uniform(0.3, 1.2))), fill=colour)
    grain = Image.effect_noise((width, height), 24).convert("RGB")
    return Image.blend(scene.filter(ImageFilter.GaussianBlur(2)), grain, 0.12)
