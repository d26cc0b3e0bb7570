"""A map drawn on the server: where something has been, over the outlines of countries.

The outlines are Natural Earth's at 1:110 million (public domain), as the npm package world-atlas
2.0.2 (ISC) carries them in TopoJSON. Nothing is fetched from outside.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from markupsafe import Markup

OUTLINES = Path(__file__).parent / "static" / "vendor" / "world-atlas" / "countries-110m.json"
WIDTH, HEIGHT = 640, 360
LEAST_SPAN = 4.0  # degrees of latitude that a map shows at least
MARGIN = 0.25  # of the span, kept free around the way
Degrees = tuple[float, float]  # longitude, latitude


@dataclass(frozen=True, slots=True)
class Stop:
    """One place on the map: WGS 84 degrees, and what stands beside it."""

    latitude: float
    longitude: float
    words: str
    when: str


@dataclass(frozen=True, slots=True)
class _Frame:
    """The part of the earth that is shown, and how it falls on the picture."""

    west: float
    north: float
    scale: float  # picture units for a degree of latitude
    squeeze: float  # how much narrower a degree of longitude is here

    def on(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Return where a place falls on the picture."""
        x = (longitude - self.west) * self.squeeze * self.scale
        return x, (self.north - latitude) * self.scale


def drawn(stops: Sequence[Stop], says: str) -> Markup:
    """Return the way over `stops` in the order of time, the last of them where it is now."""
    frame = _frame(stops)
    parts = [Markup('<rect class="sea" width="{}" height="{}"/>').format(WIDTH, HEIGHT)]
    parts += [_land(frame, ring) for ring in _near(frame)]
    places = [frame.on(stop.longitude, stop.latitude) for stop in stops]
    if len(places) > 1:
        way = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts.append(Markup('<polyline class="way" points="{}"/>').format(way))
    for (x, y), stop in zip(places, stops, strict=True):
        parts.append(_dot(x, y, stop, last=stop is stops[-1]))
    frame_of = Markup('<svg class="map" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>')
    return frame_of.format(WIDTH, HEIGHT, says, Markup("").join(parts))


def _dot(x: float, y: float, stop: Stop, *, last: bool) -> Markup:
    name = Markup("")
    if last:
        # The word stands on the side where there is room for it.
        right = x < WIDTH * 0.6
        name = Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>').format(
            x + (12 if right else -12), y + 5, "start" if right else "end", stop.words
        )
    return Markup('<circle class="stop{}" cx="{:.1f}" cy="{:.1f}" r="{}"><title>{} {}</title>'
                  "</circle>{}").format(
        " last" if last else "", x, y, 8 if last else 5, stop.when, stop.words, name
    )  # fmt: skip


def _frame(stops: Sequence[Stop]) -> _Frame:
    """Return the frame in which all stops lie with a margin, as wide as the picture."""
    south, north = min(s.latitude for s in stops), max(s.latitude for s in stops)
    west, east = min(s.longitude for s in stops), max(s.longitude for s in stops)
    middle = (south + north) / 2
    squeeze = max(math.cos(math.radians(middle)), 0.2)
    tall = max((north - south) * (1 + 2 * MARGIN), LEAST_SPAN)
    wide = (east - west) * squeeze * (1 + 2 * MARGIN)
    tall = max(tall, wide * HEIGHT / WIDTH)
    scale = HEIGHT / tall
    left = (west + east) / 2 - WIDTH / scale / squeeze / 2
    return _Frame(left, middle + tall / 2, scale, squeeze)


def _land(frame: _Frame, ring: Sequence[Degrees]) -> Markup:
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in (frame.on(*place) for place in ring))
    return Markup('<polygon class="land" points="{}"/>').format(points)


def _near(frame: _Frame) -> list[Sequence[Degrees]]:
    """Return the outlines that touch the frame."""
    east = frame.west + WIDTH / frame.scale / frame.squeeze
    south = frame.north - HEIGHT / frame.scale
    return [
        ring
        for (w, s, e, n), ring in _rings()
        if w <= east and e >= frame.west and s <= frame.north and n >= south
    ]


@lru_cache(maxsize=1)
def _rings() -> list[tuple[tuple[float, float, float, float], tuple[Degrees, ...]]]:
    """Return every outline with its bounds; read once, from quantised and shared arcs."""
    topology = json.loads(OUTLINES.read_text("utf-8"))
    arcs = [_arc(arc, topology["transform"]) for arc in topology["arcs"]]
    found = []
    for shape in topology["objects"]["countries"]["geometries"]:
        polygons = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
        for polygon in polygons:
            ring = _ring(polygon[0], arcs)
            east, north = max(x for x, _ in ring), max(y for _, y in ring)
            west, south = min(x for x, _ in ring), min(y for _, y in ring)
            found.append(((west, south, east, north), ring))
    return found


def _arc(arc: list[list[int]], transform: dict[str, Any]) -> list[Degrees]:
    """Return an arc in degrees: its points are stored as steps on a grid (TopoJSON, 2.1.3)."""
    (sx, sy), (tx, ty) = transform["scale"], transform["translate"]
    x = y = 0
    points = []
    for dx, dy in arc:
        x, y = x + dx, y + dy
        points.append((x * sx + tx, y * sy + ty))
    return points


def _ring(indexes: list[int], arcs: list[list[Degrees]]) -> tuple[Degrees, ...]:
    """Return a closed line from its arcs; a negative index is an arc walked backwards."""
    points: list[Degrees] = []
    for index in indexes:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        points += arc[1:] if points else arc
    return tuple(points)
