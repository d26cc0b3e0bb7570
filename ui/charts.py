"""Charts drawn on the server as SVG: a line over periods, bars by group, a spark."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup, escape

WIDTH, HEIGHT = 640, 200
SPARK_WIDTH, SPARK_HEIGHT = 100, 28
GRID_LINES = 4
LABELS = 7  # periods named under a line


@dataclass(frozen=True, slots=True)
class Dot:
    """One period of a line: its word, its figure (None leaves a gap), and what a pointer reads."""

    label: str
    value: float | None
    tip: str


@dataclass(frozen=True, slots=True)
class Flag:
    """Something that happened meanwhile: where between the first (0) and last (1) period."""

    at: float
    tip: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its name, its length, how that reads, whether it misses the target."""

    label: str
    value: float
    shown: str
    short: bool = False


def nice(most: float) -> float:
    """Return a round figure not below `most` for the top of a scale."""
    if most <= 0:
        return 1.0
    size = 10.0 ** math.floor(math.log10(most))
    return next(
        step * size for step in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if most <= step * size * 1.0000001
    )


def line(
    dots: Sequence[Dot],
    says: str,
    *,
    baseline: Decimal | None = None,
    target: Decimal | None = None,
    flags: Sequence[Flag] = (),
) -> Markup:
    """Return a line over periods with its scale, the baseline and target as dashed lines."""
    known = [dot.value for dot in dots if dot.value is not None]
    lines = [float(one) for one in (baseline, target) if one is not None]
    top = nice(max([*known, *lines], default=1.0))
    low = min([0.0, *known, *lines])
    parts = [*_grid(), *_limit(baseline, "base", low, top), *_limit(target, "aim", low, top)]
    parts += [_flag(flag) for flag in flags]
    parts += _path(dots, low, top)
    svg = Markup('<svg class="plot" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" '
                 'aria-label="{}">{}</svg>').format(
        WIDTH, HEIGHT, says, Markup("").join(parts)
    )  # fmt: skip
    steps = [low + (top - low) * place / GRID_LINES for place in range(GRID_LINES + 1)]
    scale = Markup("").join(Markup("<span>{}</span>").format(_short(step)) for step in steps)
    every = max(1, math.ceil(len(dots) / LABELS))
    # One cell a period, so that a word stands under its dot; only some are written.
    named = (dot.label if (len(dots) - 1 - n) % every == 0 else "" for n, dot in enumerate(dots))
    under = Markup("").join(Markup("<span>{}</span>").format(word) for word in named)
    return Markup('<div class="fig"><div class="y" aria-hidden="true">{}</div>{}'
                  '<div class="x" aria-hidden="true">{}</div></div>').format(
        scale, svg, under
    )  # fmt: skip


def _grid() -> list[Markup]:
    places = [HEIGHT * place / GRID_LINES for place in range(GRID_LINES + 1)]
    return [
        Markup('<line class="grid" x1="0" x2="{}" y1="{}" y2="{}"/>').format(WIDTH, y, y)
        for y in places
    ]


def _limit(value: Decimal | None, name: str, low: float, top: float) -> list[Markup]:
    if value is None:
        return []
    y = _y(float(value), low, top)
    return [Markup('<line class="limit {}" x1="0" x2="{}" y1="{:.1f}" y2="{:.1f}"/>').format(
        name, WIDTH, y, y)]  # fmt: skip


def _flag(flag: Flag) -> Markup:
    x = WIDTH * min(max(flag.at, 0.0), 1.0)
    return Markup('<line class="flag" x1="{:.1f}" x2="{:.1f}" y1="0" y2="{}"><title>{}</title>'
                  "</line>").format(x, x, HEIGHT, flag.tip)  # fmt: skip


def _path(dots: Sequence[Dot], low: float, top: float) -> list[Markup]:
    """Return the line in unbroken runs, and a dot for every figure."""
    runs: list[list[tuple[float, float]]] = [[]]
    marks: list[Markup] = []
    for place, dot in enumerate(dots):
        if dot.value is None:
            runs.append([])
            continue
        x, y = _x(place, len(dots)), _y(dot.value, low, top)
        runs[-1].append((x, y))
        # A line of no length with round ends stays a dot however the picture is stretched.
        marks.append(Markup('<path class="dot" d="M{:.1f} {:.1f}h0"><title>{}</title></path>')
                     .format(x, y, dot.tip))  # fmt: skip
    drawn = []
    for run in runs:
        if len(run) > 1:
            way = " ".join(f"{x:.1f},{y:.1f}" for x, y in run)
            area = f"{run[0][0]:.1f},{HEIGHT} {way} {run[-1][0]:.1f},{HEIGHT}"
            drawn.append(Markup('<polygon class="area" points="{}"/>').format(area))
            drawn.append(Markup('<polyline class="line" points="{}"/>').format(way))
    return [*drawn, *marks]


def spark(values: Sequence[float | None]) -> Markup:
    """Return a small line without scale; nothing where fewer than two figures are known."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return Markup("")
    low, top = min(known), max(known)
    spread = (top - low) or 1.0
    points = " ".join(
        f"{SPARK_WIDTH * place / (len(values) - 1):.1f},"
        f"{2 + (SPARK_HEIGHT - 4) * (1 - (value - low) / spread):.1f}"
        for place, value in enumerate(values)
        if value is not None
    )
    return Markup('<svg class="spark" viewBox="0 0 {} {}" aria-hidden="true">'
                  '<polyline class="line" points="{}"/></svg>').format(
        SPARK_WIDTH, SPARK_HEIGHT, points
    )  # fmt: skip


def bars(found: Sequence[Bar], target: Decimal | None = None) -> Markup:
    """Return bars one below the other, the target as a dashed mark in each."""
    most = max([bar.value for bar in found] + ([float(target)] if target is not None else []) + [0])
    top = most or 1.0
    rows = []
    for bar in found:
        aim = Markup("")
        if target is not None:
            x = 100 * float(target) / top
            aim = Markup('<line class="limit aim" x1="{0:.2f}" x2="{0:.2f}" y1="0" y2="16"/>')
            aim = aim.format(x)
        rows.append(
            Markup(
                '<dt>{}</dt><dd class="b"><svg viewBox="0 0 100 16" preserveAspectRatio="none" '
                'aria-hidden="true"><rect class="track" width="100" height="16" rx="1"/>'
                '<rect class="bar{}" width="{:.2f}" height="16" rx="1"/>{}</svg></dd>'
                "<dd>{}</dd>"
            ).format(
                bar.label, " short" if bar.short else "", 100 * bar.value / top, aim, bar.shown
            )  # fmt: skip
        )
    return Markup('<dl class="hbars">{}</dl>').format(Markup("").join(rows))


def _x(place: int, count: int) -> float:
    return WIDTH * (place + 0.5) / count


def _y(value: float, low: float, top: float) -> float:
    return HEIGHT * (1 - (value - low) / ((top - low) or 1.0))


def _short(figure: float) -> str:
    """Return a figure of a scale as it is read at a glance: 15, 2.5, 12k."""
    if abs(figure) >= 10_000:
        return f"{figure / 1000:g}k"
    return str(escape(f"{figure:g}"))
