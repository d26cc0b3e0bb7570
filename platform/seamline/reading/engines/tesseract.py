"""Tesseract with Debian's Chinese data: the second engine, whose every value a person confirms."""

from __future__ import annotations

from typing import Any

import cv2
import pytesseract

from seamline.reading.cleaning import turned
from seamline.reading.pages import Sheet, Sign


class Tesseract:
    """Reads printed pages roughly: good for finding them again, not for believing them."""

    name = "tesseract"
    trusted = False

    def __init__(self) -> None:
        known = pytesseract.get_languages(config="")
        self._language = "chi_sim" if "chi_sim" in known else "eng"

    def sheet(self, picture: Any) -> Sheet:
        """Return the lines of a picture, turned upright first."""
        try:
            found = pytesseract.image_to_osd(picture, output_type=pytesseract.Output.DICT)
            turns = int(found.get("rotate", 0)) // 90 % 4
        except pytesseract.TesseractError:
            turns = 0
        return Sheet(turns, 0.0, self._lines(turned(picture, turns)))

    def _lines(self, picture: Any) -> list[list[Sign]]:
        """Return the lines of a picture; ruling lines are wiped out first, they confuse it."""
        grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
        scale = max(1.0, 3300 / max(grey.shape))
        grey = cv2.resize(_unruled(grey), None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
        found = pytesseract.image_to_data(
            grey, lang=self._language, config="--psm 6", output_type=pytesseract.Output.DICT
        )
        lines: dict[tuple[int, int, int], list[Sign]] = {}
        for index, text in enumerate(found["text"]):
            if not text.strip():
                continue
            key = (found["block_num"][index], found["par_num"][index], found["line_num"][index])
            lines.setdefault(key, []).extend(_signs(found, index, scale))
        return list(lines.values())


def _signs(found: Any, index: int, scale: float) -> list[Sign]:
    text = found["text"][index]
    left, top = found["left"][index] / scale, found["top"][index] / scale
    wide, high = found["width"][index] / scale / len(text), found["height"][index] / scale
    signs = []
    for number, sign in enumerate(text):
        box = (left + number * wide, top, left + (number + 1) * wide, top + high)
        signs.append(Sign(sign, box, box, max(0.0, float(found["conf"][index]) / 100)))
    return signs


def _unruled(grey: Any) -> Any:
    dark = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)[1]
    long = max(40, grey.shape[1] // 30)
    across = cv2.getStructuringElement(cv2.MORPH_RECT, (long, 1))
    down = cv2.getStructuringElement(cv2.MORPH_RECT, (1, long))
    lying: Any = cv2.morphologyEx(dark, cv2.MORPH_OPEN, across)
    standing: Any = cv2.morphologyEx(dark, cv2.MORPH_OPEN, down)
    rules = lying | standing
    wider = cv2.dilate(rules, cv2.getStructuringElement(cv2.MORPH_RECT, (3, 3)))
    cleaned = grey.copy()
    cleaned[wider > 0] = 255
    return cleaned
