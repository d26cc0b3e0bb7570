"""Measures as pages show them: figures in words, against baseline and target, as charts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from flask import url_for
from flask_babel import format_decimal
from markupsafe import Markup

from seamline.fields.moments import show_moment
from seamline.measures import parsed
from seamline.metadata import Measure
from seamline.usecases.measure import Measured, Point

from .. import charts
from ..forms.control import options_of
from ..say import _, ngettext
from ..session import catalog, language, reading


@dataclass(frozen=True, slots=True)
class Face:
    """One measure as a page reads it; `delta` says how it moved, `tone` whether for the better."""

    id: str
    title: str
    unit: str
    figure: str
    period: str
    baseline: str
    baseline_period: str
    baseline_source: str
    target: str
    target_by: str
    delta: str
    tone: str
    method: str
    source: str
    owner: str
    samples: str
    reached: bool | None
    spark: Markup
    address: str


def shown(value: Decimal | None, measure: Measure) -> str:
    """Return a figure with the decimals of its measure; a dash where there is none."""
    if value is None:
        return "–"
    places = "." + "#" * measure.scale if measure.scale else ""
    return str(format_decimal(round(value, measure.scale), f"#,##0{places}"))


def face(found: Measured) -> Face:
    """Return a measure in the reader's words."""
    measure, tongue = found.measure, language()
    achieved = found.achieved
    value = achieved.sample.value if achieved else None
    delta, tone = _moved(measure, found.baseline, value)
    stated, target = measure.baseline, measure.target
    source = stated.source.in_(tongue) if stated and stated.source else ""
    if found.frozen is not None:
        source = _("frozen by %(who)s: %(why)s", who=found.frozen.actor, why=found.frozen.reason)
    role = catalog().access.roles.get(measure.owner)
    return Face(
        id=measure.id,
        title=measure.title.in_(tongue),
        unit=measure.unit.in_(tongue),
        figure=shown(value, measure),
        period=achieved.period if achieved and len(found.points) > 1 else "",
        baseline=shown(found.baseline, measure) if found.baseline is not None else "",
        baseline_period=found.frozen.period if found.frozen else (stated.period if stated else ""),
        baseline_source=source,
        target=shown(target.value, measure) if target else "",
        target_by=target.by if target else "",
        delta=delta,
        tone=tone,
        method=found.method.in_(tongue),
        source=measure.source.in_(tongue),
        owner=role.title.in_(tongue) if role else measure.owner,
        samples=_samples(achieved),
        reached=_reached(measure, value),
        spark=charts.spark([_float(point.sample.value) for point in found.points]),
        address=url_for("measures.show", measure_id=measure.id),
    )


def _samples(point: Point | None) -> str:
    """Return from how many cases a figure comes, and how many could not be measured."""
    if point is None:
        return _("No data yet")
    said = ngettext("from %(num)s case", "from %(num)s cases", point.sample.count)
    if point.sample.missing:
        missing = ngettext(
            "%(num)s could not be measured", "%(num)s could not be measured", point.sample.missing
        )
        said = f"{said} · {missing}"
    return said


def _moved(measure: Measure, baseline: Decimal | None, value: Decimal | None) -> tuple[str, str]:
    """Return how far a figure is from its baseline, and whether that is better or worse."""
    if baseline is None or value is None or baseline == value:
        return "", ""
    arrow = "↓" if value < baseline else "↑"
    tone = "up" if (value < baseline) == (measure.better == "lower") else "down"
    if baseline == 0:
        return f"{arrow} {shown(abs(value - baseline), measure)}", tone
    part = round(abs(value - baseline) / abs(baseline) * 100, 1)
    return f"{arrow} {format_decimal(part)} %", tone


def _reached(measure: Measure, value: Decimal | None) -> bool | None:
    if measure.target is None or value is None:
        return None
    rounded = round(value, measure.scale)
    if measure.better == "lower":
        return rounded <= measure.target.value
    return rounded >= measure.target.value


def chart(found: Measured) -> Markup:
    """Return the line over the periods, with baseline, target and the marks of changes."""
    measure = found.measure
    dots = [
        charts.Dot(
            point.period,
            _float(point.sample.value),
            f"{point.period}: {shown(point.sample.value, measure)} {measure.unit.in_(language())}",
        )
        for point in found.points
    ]
    says = _(
        "%(title)s by period; the table below has the figures", title=measure.title.in_(language())
    )
    target = measure.target.value if measure.target else None
    return charts.line(
        dots, says, baseline=found.baseline, target=target, flags=list(_flags(found))
    )


def _flags(found: Measured) -> Iterator[charts.Flag]:
    spans = [point.period for point in found.points]
    for mark in found.marks:
        place = _place(found, mark.at)
        if place is not None and len(spans) > 1:
            yield charts.Flag(place, mark_words(mark.kind, mark.name, mark.to, mark.at))


def _place(found: Measured, at: datetime) -> float | None:
    """Return where a moment lies along the line, whose dots stand in the middle of periods."""
    zone, kind = catalog().zone, found.measure.period
    first, last = (parsed(kind, found.points[end].period, zone) for end in (0, -1))
    if first is None or last is None or at < first.since:
        return None
    return (at - first.since) / (last.until - first.since)


def mark_words(kind: str, name: str, to: str, at: datetime) -> str:
    """Return what a mark tells: a switch, an edit, a package."""
    when = show_moment(at, reading())
    if kind == "switched":
        states = {"on": _("on"), "off": _("off"), "shadow": _("on trial")}
        return _(
            "%(when)s: rule %(name)s %(to)s", when=when, name=_rule(name), to=states.get(to, to)
        )
    if kind == "edited":
        return _("%(when)s: %(name)s edited", when=when, name=name)
    return _("%(when)s: package %(name)s %(to)s published", when=when, name=name, to=to)


def _rule(key: str) -> str:
    for model in catalog().rules.values():
        for ready in model.rules:
            if ready.key == key:
                return ready.rule.title.in_(language())
    return key


def parts(found: Measured) -> list[charts.Bar]:
    """Return the newest figures by group, the best first."""
    point = found.achieved or found.points[-1]
    measure = found.measure
    bars = [
        charts.Bar(group_name(found, name), float(part.value), shown(part.value, measure),
                   _reached(measure, part.value) is False)
        for name, part in point.sample.parts.items()
        if part.value is not None
    ]  # fmt: skip
    return sorted(bars, key=lambda bar: bar.value, reverse=measure.better == "higher")


def group_name(found: Measured, name: str) -> str:
    """Return how a group is called: an option by its label, anything else by its key."""
    settings = found.measure.settings
    group = getattr(settings, "group", "")
    of = getattr(settings, "end", None) or getattr(settings, "among", None) or settings.of
    field = catalog().forms[of.form].fields.get(group)
    if field is not None and field.shown.kind == "choice":
        labels = {option.id: option.label for option in options_of(field.shown, language())}
        return labels.get(name, name)
    return name or _("not given")


def rows(found: Measured) -> list[tuple[str, str, str, str, bool]]:
    """Return the table behind a chart: period, figure, cases, not measured, whether it runs."""
    return [
        (
            point.period,
            shown(point.sample.value, found.measure),
            str(point.sample.count),
            str(point.sample.missing or ""),
            point.running,
        )
        for point in reversed(found.points)
    ]


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
