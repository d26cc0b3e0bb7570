"""The rule coach: each rule's scorecard over some days, and what it proposes, with the evidence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from seamline import clock
from seamline.catalog import Catalog
from seamline.facts import Actor, Event, Origin, RuleClass
from seamline.problems import Place, Problem, Refused
from seamline.rules import ReadyRule, RuleModel
from seamline.store import Unit
from seamline.store.scorecards import MISSED, Judged, Tally, judged, tallies
from seamline.store.switches import Switch
from seamline.text import Text

from . import look, preview
from .desk import Desk

DAYS, MOST_DAYS = 90, 3_660
# What a proposal asks for: enough cases that chance does not speak.
ENOUGH_JUDGED = 100
ENOUGH_REVIEWS = 10
ENOUGH_PROMPTS = 20
QUIET_DAYS = 80  # of a span of at least 90
NEARLY_ALL, MOST, HARDLY_ANY = 0.95, 0.8, 0.1

Kind = Literal["demote", "retire", "tighten", "promote", "widen", "speed_up"]


@dataclass(frozen=True, slots=True)
class Scorecard:
    """One rule over some days: what it was asked, what it said, what people made of it.

    `judged` counts verdicts of its step while it was on; `watched` the days since the first.
    """

    key: str
    step: str
    rule_class: RuleClass
    title: Text
    on: bool
    judged: int
    watched: int
    tally: Tally
    within: float  # hours that its review may take

    @property
    def prompts_per_person(self) -> float | None:
        """How often one person was prompted over the span, None where nobody was."""
        return self.tally.shown / self.tally.people if self.tally.people else None

    @property
    def adoption(self) -> float | None:
        """The share of its reminders that were heeded, None for rules that do not remind."""
        if self.rule_class != "soft" or not self.tally.fired:
            return None
        return min(1.0, self.tally.heeded / self.tally.fired)

    @property
    def missed_rate(self) -> float | None:
        """The share of known cases that it missed, None where no case is known."""
        return _share(self.tally.missed, self.tally.missed + self.tally.fired)

    def as_json(self) -> dict[str, Any]:
        """Return the card as plain data."""
        return {
            "key": self.key, "step": self.step, "class": self.rule_class, "on": self.on,
            "title": {"zh": self.title.zh, "en": self.title.en},
            "judged": self.judged, "watched_days": self.watched, **asdict(self.tally),
            "prompts_per_person": self.prompts_per_person,
            "adoption": self.adoption, "missed_rate": self.missed_rate,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Proposal:
    """What to do about a rule, in a sentence that tells the figures it rests on."""

    kind: Kind
    key: str
    say: Text


@dataclass(frozen=True, slots=True)
class Coaching:
    """Everything of one look: scorecards, the shares over all of them, proposals.

    `enabled` is the share of bound rules that are on; `adopted` that of reminders heeded;
    `missed` that of known cases no rule found. A share is None where there is nothing to divide.
    """

    days: int
    cards: tuple[Scorecard, ...]
    enabled: float | None
    adopted: float | None
    missed: float | None
    proposals: tuple[Proposal, ...]

    def as_json(self) -> dict[str, Any]:
        """Return it as plain data, with both languages."""
        return {
            "days": self.days,
            "enabled": self.enabled, "adopted": self.adopted, "missed": self.missed,
            "rules": [card.as_json() for card in self.cards],
            "proposals": [
                {"kind": one.kind, "key": one.key, "say": {"zh": one.say.zh, "en": one.say.en}}
                for one in self.proposals
            ],
        }  # fmt: skip


def coach(desk: Desk, actor: Actor, days: int = DAYS) -> Coaching:
    """Return the scorecards of the rules whose forms the actor may read, and the proposals.

    Raises Refused 400 for a span that is no number of days from 1 to ten years.
    """
    if not 1 <= days <= MOST_DAYS:
        say = Text(f"天数应为 1-{MOST_DAYS}。", f"Expected 1-{MOST_DAYS} days.")
        raise Refused((Problem("wrong_days", say, Place("days")),), 400)
    catalog, now = desk.catalogs.current(), clock.now()
    since = now - timedelta(days=days)
    day = since.astimezone(catalog.zone).date().isoformat()
    with desk.store.reading() as unit:
        found, moved = tallies(unit, since, day), unit.switches.moved()
        cards = tuple(
            _card(unit, catalog, model, ready, found.get(ready.key, Tally()),
                  moved.get(ready.key), since, now)
            for model in catalog.rules.values()
            if catalog.access.whole(actor, model.step.partition(".")[0])
            for ready in model.rules
        )  # fmt: skip
    return _together(days, cards)


def _card(
    unit: Unit,
    catalog: Catalog,
    model: RuleModel,
    ready: ReadyRule,
    tally: Tally,
    moved: Switch | None,
    since: datetime,
    now: datetime,
) -> Scorecard:
    on = catalog.switches.get(ready.key, ready.rule.enabled) and ready.key not in catalog.shadows
    begin, end = since, now + timedelta(microseconds=1)
    if moved is not None and moved.on:
        begin = max(since, moved.at)
    elif moved is not None:
        end = max(since, moved.at)
    told: Judged = judged(unit, model.step, model.ruleset.id, begin, end)
    watched = (now - told.first).days if told.first is not None and on else 0
    return Scorecard(
        ready.key, model.step, ready.rule_class, ready.rule.title, on, told.count, watched, tally,
        model.ruleset.review.within / 3600,
    )  # fmt: skip


def _together(days: int, cards: tuple[Scorecard, ...]) -> Coaching:
    soft = [card.tally for card in cards if card.rule_class == "soft"]
    missed = sum(card.tally.missed for card in cards)
    return Coaching(
        days,
        cards,
        _share(sum(card.on for card in cards), len(cards)),
        _share(sum(one.heeded for one in soft), sum(one.fired for one in soft)),
        _share(missed, missed + sum(card.tally.fired for card in cards)),
        tuple(one for card in cards if card.on for one in proposals(card, days)),
    )


def proposals(card: Scorecard, days: int) -> Iterator[Proposal]:
    """Yield what the figures of one rule speak for; nothing where they are too few to tell."""
    tally = card.tally
    for kind, share, say in _found(card, days):
        name = Text(f"“{card.title.zh}”", f"'{card.title.en}'")
        part = "" if share is None else f"{share:.0%}"
        yield Proposal(
            kind,
            card.key,
            say.fill(
                rule_zh=name.zh, rule_en=name.en, part=part, days=days, judged=card.judged,
                fired=tally.fired, reviews=tally.approved + tally.returned, shown=tally.shown,
                approved=tally.approved, heeded=tally.heeded, dismissed=tally.dismissed,
                missed=tally.missed, hours=f"{tally.hours or 0:.1f}", within=f"{card.within:g}",
            ),
        )  # fmt: skip


def _found(card: Scorecard, days: int) -> Sequence[tuple[Kind, float | None, Text]]:
    tally = card.tally
    reviews = tally.approved + tally.returned
    approved = _share(tally.approved, reviews)
    heeded, waved = _share(tally.heeded, tally.fired), _share(tally.dismissed, tally.shown)
    spoke = tally.fired + tally.unknown
    found: list[tuple[Kind, float | None, Text]] = []
    if card.judged >= ENOUGH_JUDGED and days >= DAYS and card.watched >= QUIET_DAYS and not spoke:
        found.append(("retire", None, _RETIRE))
    if reviews >= ENOUGH_REVIEWS and approved is not None and approved >= NEARLY_ALL:
        found.append(("demote", approved, _DEMOTE))
    if card.rule_class == "soft" and tally.shown >= ENOUGH_PROMPTS and heeded is not None:
        if heeded >= MOST:
            found.append(("promote", heeded, _PROMOTE))
        elif heeded <= HARDLY_ANY and waved is not None and waved >= MOST:
            found.append(("tighten", waved, _TIGHTEN))
    if tally.missed >= 3 and card.missed_rate is not None and card.missed_rate >= HARDLY_ANY:
        found.append(("widen", card.missed_rate, _WIDEN))
    if reviews >= ENOUGH_REVIEWS and tally.hours is not None and tally.hours > card.within:
        found.append(("speed_up", None, _SPEED_UP))
    return found


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


_RETIRE = Text(
    "停用{rule_zh}：{days} 天内判断 {judged} 次，一次也没有触发。",
    "Retire {rule_en}: judged {judged} times in {days} days, it never fired.",
)
_DEMOTE = Text(
    "把{rule_zh}降为弱提醒：它转审的 {reviews} 件中 {approved} 件被批准({part})。",
    "Demote {rule_en} to a reminder: of {reviews} records it held, {approved} were approved "
    "({part}).",
)
_PROMOTE = Text(
    "可把{rule_zh}升为强控：触发 {fired} 次，{heeded} 次照办({part})。",
    "{rule_en} could become a hard rule: it fired {fired} times and was heeded {heeded} times "
    "({part}).",
)
_TIGHTEN = Text(
    "收紧{rule_zh}的条件：弹出 {shown} 次，{dismissed} 次被划掉({part})，只有 {heeded} 次照办。",
    "Tighten the condition of {rule_en}: of {shown} prompts {dismissed} were waved aside ({part}), "
    "and {heeded} were heeded.",
)
_WIDEN = Text(
    "放宽{rule_zh}的条件：已知漏检 {missed} 件，触发 {fired} 件(漏检率 {part})。",
    "Widen the condition of {rule_en}: it missed {missed} known cases and fired in {fired} "
    "(missed {part}).",
)
_SPEED_UP = Text(
    "{rule_zh}的复核太慢：中位数 {hours} 小时，时限 {within} 小时。",
    "Reviews for {rule_en} take too long: {hours} h in the median, {within} h allowed.",
)


def report_missed(
    desk: Desk, actor: Actor, origin: Origin, form: str, word: str, key: str, reason: str
) -> Event:
    """Keep that a rule (`ruleset.rule`) should have spoken over a record and did not.

    Raises Refused: 403 without the right to read the form, 404 unknown record or rule, 422
    without a reason.
    """
    if not reason.strip():
        say = Text("请写明漏检的情况。", "Say what was missed.")
        raise Refused((Problem("reason_required", say, Place("reason")),))
    model = preview.model_of(desk.catalogs.current(), key)
    record = look.record(desk, actor, form, word)
    event = Event.on(
        record, MISSED, clock.now(), actor.id, origin,
        step=model.step, reason=reason.strip()[:1000], body={"rule": key},
    )  # fmt: skip
    with desk.store.unit() as unit:
        return unit.journal.append(event)
