"""Cleaning a page picture before its signs are read: quarter turns, skew, red seals, bent lines."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

from .pages import Box, Sign

MOST_RED = 0.12  # of the page; beyond it the paper itself is coloured
SIDE = 1600  # pixels of the long side at which signs are read
_LEAST_SKEW, _MOST_SKEW = 0.15, 20.0  # degrees
_INK = 12  # steps of grey by which ink differs from what is around it
_FADED = 0.75  # of the paper's brightness, from which a red sign counts as paper
_MARGIN = 24  # pixels around ink that text is searched in


def turned(picture: Any, turns: int) -> Any:
    """Return the picture turned clockwise by quarter turns."""
    return np.ascontiguousarray(np.rot90(picture, -turns)) if turns % 4 else picture


def sized(picture: Any) -> Any:
    """Return the picture at the size at which signs are read best for their cost."""
    scale = SIDE / max(picture.shape[:2])
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return cv2.resize(picture, None, fx=scale, fy=scale, interpolation=how)


def unsealed(picture: Any) -> Any:
    """Return the picture with red seals faded to the colour of the paper, the print kept."""
    paper = np.median(picture[::4, ::4].reshape(-1, 3), axis=0)
    shift = picture.astype(np.int16) - paper.astype(np.int16)
    red = (shift[:, :, 2] - np.maximum(shift[:, :, 0], shift[:, :, 1])) > 40
    share = float(red.mean())
    if share < 0.0005 or share > MOST_RED:
        return picture
    # In the red channel a seal is nearly as bright as the paper, and black print is still black.
    bright = picture[:, :, 2].astype(np.float32) / (_FADED * paper[2])
    level = np.minimum(bright, 1.0)[..., None] * paper
    return np.where(red[..., None], level, picture).astype(np.uint8)


def inked(picture: Any) -> tuple[Any, Any]:
    """Return the rows and the columns of a picture that hold ink or stand close to some."""
    grey = cv2.medianBlur(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), 3)
    ink = cv2.absdiff(grey, cv2.blur(grey, (31, 31))) > _INK
    found = []
    for axis in (1, 0):
        full = (ink.sum(axis=axis) > 1).astype(np.uint8)
        near = np.convolve(full, np.ones(2 * _MARGIN + 1), "same") > 0
        found.append(np.flatnonzero(near) if full.any() else np.arange(len(full)))
    return found[0], found[1]


def skew(boxes: Any) -> float:
    """Return the angle of the lines in degrees, from the long boxes."""
    if len(boxes) == 0:
        return 0.0
    along, other = boxes[:, 1] - boxes[:, 0], boxes[:, 3] - boxes[:, 0]
    length, high = np.hypot(*along.T), np.hypot(*other.T)
    long = length > 4 * high
    if long.sum() < 3:
        return 0.0
    angle = float(np.median(np.degrees(np.arctan2(along[long, 1], along[long, 0]))))
    return angle if _LEAST_SKEW < abs(angle) < _MOST_SKEW else 0.0


def straightened(
    picture: Any, lines: list[list[Sign]], degrees: float
) -> tuple[Any, list[list[Sign]]]:
    """Return the picture turned back by its skew, with room for its corners, and its lines so."""
    if not degrees:
        return picture, lines
    high, wide = picture.shape[:2]
    matrix = cv2.getRotationMatrix2D((wide / 2, high / 2), degrees, 1.0)
    cos, sin = abs(matrix[0, 0]), abs(matrix[0, 1])
    new = (int(high * sin + wide * cos), int(high * cos + wide * sin))
    matrix[0, 2] += new[0] / 2 - wide / 2
    matrix[1, 2] += new[1] / 2 - high / 2
    paper = tuple(int(x) for x in np.median(picture[::4, ::4].reshape(-1, 3), axis=0))
    level = cv2.warpAffine(picture, matrix, new, flags=cv2.INTER_LINEAR, borderValue=paper)

    def moved(box: Box) -> Box:
        x, y = matrix @ (*_centre(box), 1.0)
        half, tall = (box[2] - box[0]) / 2, (box[3] - box[1]) / 2
        return (x - half, y - tall, x + half, y + tall)

    return level, [
        [Sign(sign.text, moved(sign.box), moved(sign.spot), sign.score) for sign in line]
        for line in lines
    ]


def levelled(lines: list[list[Sign]]) -> list[list[Sign]]:
    """Return the lines with level boxes: bent and converging lines of photos made straight.

    The slope of the lines is fitted as a plane over the page; integrating it along a line says
    how far each sign has to be lifted.
    """
    rows = [
        (a, b)
        for line in lines
        if len(line) >= 6
        for a, b in [(line[0].box, line[-1].box)]
        if b[0] - a[0] > 3 * (a[3] - a[1])
    ]
    if len(rows) < 6:
        return lines
    points = []
    for first, last in rows:
        left, right = _centre(first), _centre(last)
        slope = (right[1] - left[1]) / (right[0] - left[0])
        points.append(((left[0] + right[0]) / 2, (left[1] + right[1]) / 2, slope))
    data = np.array(points)
    keep = np.abs(data[:, 2] - np.median(data[:, 2])) < 0.06
    data = data[keep]
    if len(data) < 6:
        return lines
    middle, spread = data[:, :2].mean(axis=0), np.maximum(np.ptp(data[:, :2], axis=0), 1)
    terms = np.column_stack([np.ones(len(data)), (data[:, :2] - middle) / spread])
    a, b, c = np.linalg.lstsq(terms, data[:, 2], rcond=None)[0]

    def lift(box: Box) -> float:
        x, y = (_centre(box) - middle) / spread
        return float((a * x + b * x * x / 2 + c * x * y) * spread[0])

    return [
        [Sign(s.text, _raised(s.box, lift(s.box)), s.spot, s.score) for s in line] for line in lines
    ]


def _centre(box: Box) -> Any:
    return np.array([(box[0] + box[2]) / 2, (box[1] + box[3]) / 2])


def _raised(box: Box, by: float) -> Box:
    return (box[0], box[1] - by, box[2], box[3] - by)
