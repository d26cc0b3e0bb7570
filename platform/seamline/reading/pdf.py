"""PDFs: the words of their text layer, and a picture of each page."""

from __future__ import annotations

import ctypes
from pathlib import Path
from typing import Any

import pypdfium2
from pypdfium2 import raw

from .limits import Refusal
from .pages import Box, Page, Sign, Word, words_of

LONGEST_SIDE = 2000  # pixels of a page picture
_FEWEST = 20  # signs; a page with fewer is a scan
_COVERING = 0.8  # of the page; a picture as large is a scan, whatever text hides behind it
_FINE = 10_000  # steps per page width in which pdfium is asked


def pages(data: bytes, folder: Path, limits: dict[str, int]) -> list[Page]:
    """Return the pages of a PDF with their words; those without are scans."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as wrong:
        code = "encrypted_paper" if "password" in str(wrong).lower() else "broken_paper"
        raise Refusal(code) from None
    count = len(document)
    if count > limits["pages"]:
        raise Refusal("too_many_pages", str(count), str(limits["pages"]))
    if count == 0:
        raise Refusal("broken_paper")
    if raw.FPDFDoc_GetJavaScriptActionCount(document.raw) > 0:
        raise Refusal("script_in_paper")
    return [_page(document[number], number, folder, limits) for number in range(count)]


def _page(page: Any, number: int, folder: Path, limits: dict[str, int]) -> Page:
    width, height = page.get_size()
    if not (1 < width < 20_000 and 1 < height < 20_000):
        raise Refusal("broken_paper")
    covered = _pictures(page, width * height, limits)
    scale = min(LONGEST_SIDE / max(width, height), 300 / 72)
    picture = page.render(scale=scale, may_draw_forms=False).to_pil()
    picture.convert("RGB").save(folder / f"{number}.jpg", quality=88)
    words = [] if covered else _words(page, number, width)
    enough = sum(len(word.text) for word in words) >= _FEWEST
    return Page(tuple(words) if enough else (), 1000 * height / width, "text" if enough else "none")


def _pictures(page: Any, area: float, limits: dict[str, int]) -> bool:
    """Say whether a picture covers the page; raises Refusal where one is too large."""
    covered = False
    wide, high = ctypes.c_uint(), ctypes.c_uint()
    for thing in page.get_objects(filter=(raw.FPDF_PAGEOBJ_IMAGE,), max_depth=4):
        raw.FPDFImageObj_GetImagePixelSize(thing.raw, wide, high)
        pixels = wide.value * high.value / 1e6
        if pixels > limits["megapixels"]:
            raise Refusal("too_many_pixels", f"{pixels:.0f}", str(limits["megapixels"]))
        left, bottom, right, top = thing.get_bounds()
        covered = covered or (right - left) * (top - bottom) > _COVERING * area
    return covered


def _words(page: Any, number: int, width: float) -> list[Word]:
    text = page.get_textpage()
    lines: list[list[Sign]] = []
    for index in range(text.count_chars()):
        code = raw.FPDFText_GetUnicode(text.raw, index)
        sign = chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else ""
        if not sign or code == 0xFFFE or code == 0xFFFF:
            continue
        if sign in "\r\n":
            lines.append([])
            continue
        if not sign.strip() and lines and lines[-1]:  # pdfium gives a blank no height
            box = lines[-1][-1].box
            lines[-1].append(Sign(sign, box, box))
            continue
        box = _box(page, text, index, width)
        if lines and lines[-1] and not _follows(lines[-1][-1].box, box):
            lines.append([])
        if not lines:
            lines.append([])
        lines[-1].append(Sign(sign, box, box))
    return [word for line in lines for word in words_of(line, number)]


def _box(page: Any, text: Any, index: int, width: float) -> Box:
    try:
        left, bottom, right, top = text.get_charbox(index, loose=True)
    except pypdfium2.PdfiumError:
        return (0.0, 0.0, 0.0, 0.0)
    high = int(_FINE * page.get_height() / width)
    corners = []
    x, y = ctypes.c_int(), ctypes.c_int()
    for across, up in ((left, top), (right, bottom)):
        raw.FPDF_PageToDevice(page.raw, 0, 0, _FINE, high, 0, across, up, x, y)
        corners.append((x.value * 1000 / _FINE, y.value * 1000 / _FINE))
    (a, b), (c, d) = corners
    return (min(a, c), min(b, d), max(a, c), max(b, d))


def _follows(before: Box, box: Box) -> bool:
    """Say whether a sign stands on the line of the one before it."""
    if box[2] - box[0] < 1e-6:  # a blank that pdfium made up
        return True
    high = min(before[3] - before[1], box[3] - box[1])
    shared = min(before[3], box[3]) - max(before[1], box[1])
    return shared > 0.5 * high
