"""Measures: figures over the journal with baseline, target and what happened meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from decimal import Decimal

from seamline import clock
from seamline.access import ADMINISTRATOR
from seamline.catalog import Catalog
from seamline.facts import Actor, Event, Origin
from seamline.measures import FORMULAS, Sample, Span, ending, of_day, parsed
from seamline.metadata import Measure
from seamline.problems import Place, Problem, Refused, did_you_mean, shorten
from seamline.store.baselines import Frozen
from seamline.text import Text

from .desk import Desk
from .measuring.found import Measured as Measured, Point as Point
from .measuring.history import JournalHistory, today
from .measuring.keeping import Drawn, drawn, reckoned, written
from .measuring.memory import memory_of
from .measuring.reliance import Reliance
from .measuring.wording import method
from .submitting.admit import MAX_REASON

PERIODS, MOST_PERIODS = 12, 60
FROZEN = "baseline_frozen"


def visible(catalog: Catalog, actor: Actor) -> tuple[Measure, ...]:
    """Return the measures an actor may see: who reads all that they count, or answers for them."""
    return tuple(one for one in catalog.measures.values() if _sees(catalog, actor, one))


def measured(desk: Desk, actor: Actor, measure_id: str, periods: int = PERIODS) -> Measured:
    """Return one measure over its last periods; raises Refused 403, 404, or 400 for too many."""
    if not 1 <= periods <= MOST_PERIODS:
        say = Text(f"期间数应为 1-{MOST_PERIODS}。", f"Expected 1-{MOST_PERIODS} periods.")
        raise Refused((Problem("wrong_periods", say, Place("periods")),), 400)
    catalog = desk.catalogs.current()
    measure = _named(catalog, actor, measure_id)
    timed = FORMULAS[measure.formula].periods
    spans = ending(measure.period, today(catalog), periods if timed else 1, catalog.zone)
    now = clock.now()
    samples = _samples(desk, catalog, measure, spans, now)
    points = tuple(Point(span.word, samples[span.word], now < span.until) for span in spans)
    with desk.store.reading() as unit:
        frozen = unit.baselines.all().get(measure.id)
        marks = tuple(unit.marks.between(_forms(measure), spans[0].since, spans[-1].until))
    return Measured(
        measure=measure,
        method=method(catalog, measure),
        points=points,
        baseline=_baseline(measure, frozen),
        frozen=frozen,
        achieved=_achieved(points, timed),
        marks=marks,
        at=now,
        may_freeze=_answers_for(actor, measure) and timed,
    )


def freeze(
    desk: Desk, actor: Actor, origin: Origin, measure_id: str, period: str, reason: str
) -> Frozen:
    """Keep what a measure was in a past period as its baseline, for good.

    Raises Refused: 403 not its owner, 404, 409 the period is not over or has no figure, 422 no
    reason or no such period. A later baseline takes its place; the journal keeps both.
    """
    catalog = desk.catalogs.current()
    measure = _named(catalog, actor, measure_id)
    if not _answers_for(actor, measure):
        raise Refused((_not_owner(measure),), 403)
    span = _period(catalog, measure, period)
    _check_reason(reason)
    with desk.store.unit() as unit:
        sample = reckoned(JournalHistory(desk, catalog, unit), measure, span)
        if sample.value is None:
            say = Text(f"{period} 没有数据，不能作基线。", f"There is no data for {period}.")
            raise Refused((Problem("no_figure", say, Place("period")),), 409)
        value = round(sample.value, max(measure.scale, 2))
        frozen = Frozen(
            measure.id, period, value, sample.count, actor.id, reason.strip(), clock.now()
        )
        unit.baselines.add(frozen)
        unit.journal.append(_event(frozen, origin))
    return frozen


def keep(desk: Desk, measure: Measure, rests: Reliance, found: Drawn) -> None:
    """Keep what was drawn of periods that are over; where the database is busy, the next time."""
    if found.keep:
        texts = {period: written(sample) for period, sample in found.keep.items()}
        with suppress(Refused), desk.store.unit() as unit:
            unit.figures.keep(measure.id, rests.definition, found.seq, texts)


def _named(catalog: Catalog, actor: Actor, measure_id: str) -> Measure:
    measure = catalog.measures.get(measure_id)
    if measure is None:
        word = shorten(measure_id)
        say = Text(f"没有叫“{word}”的指标。", f"There is no measure '{word}'.")
        known = [one.id for one in visible(catalog, actor)]
        raise Refused((Problem("unknown_measure", say, hint=did_you_mean(word, known)),), 404)
    if not _sees(catalog, actor, measure):
        say = Text(
            f"您不能看指标“{measure.title.zh}”：它数的表单您看不全。",
            f"The measure '{measure.title.en}' counts forms that you may not read whole.",
        )
        raise Refused((Problem("not_allowed", say),), 403)
    return measure


def _forms(measure: Measure) -> frozenset[str]:
    return FORMULAS[measure.formula].forms(measure.settings)


def _sees(catalog: Catalog, actor: Actor, measure: Measure) -> bool:
    """Say whether an actor answers for a measure, or reads everything that it counts."""
    if _answers_for(actor, measure):
        return True
    forms = _forms(measure) or frozenset(catalog.forms)
    return all(catalog.access.whole(actor, form) for form in forms)


def _answers_for(actor: Actor, measure: Measure) -> bool:
    return bool({ADMINISTRATOR, measure.owner} & {*actor.roles}) and actor.scopes is None


def _samples(
    desk: Desk, catalog: Catalog, measure: Measure, spans: Sequence[Span], now: datetime
) -> Mapping[str, Sample]:
    """Return the figures of some periods: from memory, from the store, or reckoned."""
    memory = memory_of(desk.store, catalog.version)
    words = [span.word for span in spans]
    young = memory.figures(measure.id, words)
    if young is not None:
        return young
    with memory.turn:
        young = memory.figures(measure.id, words)  # somebody else has had the turn meanwhile
        if young is not None:
            return young
        return memory.remember(measure.id, lambda: _draw(desk, catalog, measure, spans, now))


def _draw(
    desk: Desk, catalog: Catalog, measure: Measure, spans: Sequence[Span], now: datetime
) -> Mapping[str, Sample]:
    rests = memory_of(desk.store, catalog.version).rests(catalog, measure)
    with desk.store.reading() as unit:
        history = JournalHistory(desk, catalog, unit)
        found = drawn(history, measure, rests, spans, now)
    keep(desk, measure, rests, found)
    return found.samples


def _baseline(measure: Measure, frozen: Frozen | None) -> Decimal | None:
    if frozen is not None:
        return frozen.value
    return measure.baseline.value if measure.baseline is not None else None


def _achieved(points: tuple[Point, ...], timed: bool) -> Point | None:
    over = [one for one in points if one.sample.value is not None and not (timed and one.running)]
    return over[-1] if over else None


def _period(catalog: Catalog, measure: Measure, word: str) -> Span:
    span = parsed(measure.period, word, catalog.zone)
    if span is None or not FORMULAS[measure.formula].periods:
        example = of_day(measure.period, today(catalog), catalog.zone).word
        say = Text(
            f"期间应写成 {example} 的样子。", f"A period of this measure reads like {example}."
        )
        problem = Problem("unknown_period", say, Place("period"), got=shorten(word))
        raise Refused((problem,), 422)
    if span.until > clock.now():
        say = Text(f"{word} 还没有结束。", f"{word} is not over yet.")
        raise Refused((Problem("not_over", say, Place("period")),), 409)
    return span


def _check_reason(reason: str) -> None:
    if not reason.strip() or len(reason) > MAX_REASON:
        say = Text(
            f"请写明理由(最多 {MAX_REASON} 字)。",
            f"A reason is needed (at most {MAX_REASON} characters).",
        )
        raise Refused((Problem("reason_required", say, Place("reason")),), 422)


def _not_owner(measure: Measure) -> Problem:
    say = Text("只有负责此指标的角色可以冻结基线。", "Only its owner may freeze the baseline.")
    hint = Text(f"负责的角色：{measure.owner}。", f"The role that answers for it: {measure.owner}.")
    return Problem("not_allowed", say, hint=hint)


def _event(frozen: Frozen, origin: Origin) -> Event:
    return Event(
        kind=FROZEN,
        at=frozen.at,
        actor=frozen.actor,
        via=origin.via,
        record=frozen.measure,
        seen=origin.seen,
        reported=origin.reported,
        reason=frozen.reason,
        body={
            "measure": frozen.measure,
            "period": frozen.period,
            "value": format(frozen.value, "f"),
            "count": frozen.count,
        },
    )


def each(desk: Desk, actor: Actor, periods: int = PERIODS) -> Iterator[Measured]:
    """Yield every measure the actor may see, in the order of the documents."""
    for measure in visible(desk.catalogs.current(), actor):
        yield measured(desk, actor, measure.id, periods)
