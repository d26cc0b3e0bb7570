"""Pictures of papers: JPEG, PNG, TIFF with several pages, WebP; upright by what the camera said."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageOps, ImageSequence

from .limits import Refusal
from .pages import Page

LONGEST_SIDE = 2000
_FORMATS = ("JPEG", "PNG", "TIFF", "WEBP")


def pages(path: Path, folder: Path, limits: dict[str, int]) -> list[Page]:
    """Return one page without words per picture in the file; looks at its size before its data."""
    Image.MAX_IMAGE_PIXELS = None  # ours is checked below, before anything is decoded
    with Image.open(path, formats=_FORMATS) as opened:
        found: list[Page] = []
        for number, frame in enumerate(ImageSequence.Iterator(opened)):
            if number >= limits["pages"]:
                raise Refusal("too_many_pages", f"> {number}", str(limits["pages"]))
            pixels = frame.width * frame.height / 1e6
            if pixels > limits["megapixels"]:
                raise Refusal("too_many_pixels", f"{pixels:.0f}", str(limits["megapixels"]))
            found.append(_page(frame, folder / f"{number}.jpg"))
    if not found:
        raise Refusal("broken_paper")
    return found


def _page(frame: Image.Image, target: Path) -> Page:
    if frame.format == "JPEG":
        frame.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    picture = ImageOps.exif_transpose(frame)
    picture = picture.convert("L" if picture.mode in ("1", "L") else "RGB")
    if max(picture.size) > LONGEST_SIDE:
        picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    picture.convert("RGB").save(target, quality=88)
    return Page((), 1000 * picture.height / picture.width, "none")
