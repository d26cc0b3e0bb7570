"""Burning a mark into a picture: when, where, by which device and whom, for which record."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from threading import Lock

from PIL import Image, ImageDraw, ImageFont

QUALITY = 85
MEDIA_TYPE = "image/jpeg"
_FONT_PART = 36  # of the long side
_LEAST_FONT = 13
_SHADE, _INK = (10, 16, 18, 176), (255, 255, 255, 255)
# A font may be drawn with by one thread at a time.
_turn = Lock()


def marked(image: Image.Image, lines: Sequence[str], comment: str) -> bytes:
    """Return a JPEG of the picture with `lines` burnt into its foot; `comment` goes into the file.

    Nothing the camera wrote is kept in it.
    """
    size = max(_LEAST_FONT, max(image.size) // _FONT_PART)
    with _turn:
        font = _font(size)
        drawn = _wrapped(lines, font, image.width - size)
        band = _band(image.width, drawn, font, size)
    made = image.convert("RGB").copy()
    made.paste(band, (0, image.height - band.height), band)
    kept = io.BytesIO()
    made.save(kept, "JPEG", quality=QUALITY, optimize=True, comment=comment.encode())
    return kept.getvalue()


def _band(width: int, lines: Sequence[str], font: ImageFont.FreeTypeFont, size: int) -> Image.Image:
    """Return the dark strip with the lines on it."""
    step = round(size * 1.35)
    band = Image.new("RGBA", (width, step * len(lines) + size // 2), _SHADE)
    pen = ImageDraw.Draw(band)
    for place, line in enumerate(lines):
        pen.text((size // 2, size // 4 + step * place), line, font=font, fill=_INK)
    return band


def _wrapped(lines: Sequence[str], font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """Return the lines broken where they would leave the picture."""
    made: list[str] = []
    for line in lines:
        made.append("")
        for sign in line:
            if font.getlength(made[-1] + sign) > width and made[-1]:
                made.append("")
            made[-1] += sign
    return [line.strip() for line in made]


@lru_cache(maxsize=32)
def _font(size: int) -> ImageFont.FreeTypeFont:
    data = files("seamline.proofs").joinpath("font/marks.ttf").read_bytes()
    return ImageFont.truetype(io.BytesIO(data), size)
