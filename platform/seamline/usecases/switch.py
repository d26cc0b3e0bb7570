"""Switching rules: on, off or on trial, by whoever owns the step, with a reason, undone at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from seamline import clock
from seamline.access import SWITCH
from seamline.catalog import Catalog
from seamline.facts import Actor, Event, Origin, RuleClass
from seamline.problems import Place, Problem, Problems, Refused
from seamline.rules import ReadyRule, RuleModel
from seamline.store import Shadow, Switch, Unit
from seamline.text import Text

from . import locks, preview
from .desk import Desk
from .submitting.admit import MAX_REASON

Position = Literal["on", "off", "shadow"]
POSITIONS: tuple[Position, ...] = ("on", "off", "shadow")
WORDS: Mapping[Position, Text] = {
    "on": Text("启用", "on"),
    "off": Text("停用", "off"),
    "shadow": Text("试运行", "in shadow"),
}
TRIAL_DAYS, MOST_TRIAL_DAYS = 14, 366
SWITCHED, PROPOSED, DECLINED = "switched", "switch_proposed", "switch_declined"


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a switch stands; `until` is the end of a trial."""

    position: Position
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class RuleState:
    """One rule with its switch: who moved it last, when and why (empty where nobody ever did).

    `may_switch` says whether the asker may move it; `proposal` is a move that waits for a second
    person.
    """

    key: str
    step: str
    rule_class: RuleClass
    title: Text
    say: Text
    stand: Stand
    actor: str
    at: datetime | None
    reason: str
    may_switch: bool
    two_people: bool
    proposal: Event | None = None


@dataclass(frozen=True, slots=True)
class Flipped:
    """What came of a flip; with `waiting` it is proposed, and a second person has to confirm."""

    key: str
    before: Stand
    after: Stand
    event: Event
    waiting: bool = False


def rules(desk: Desk, actor: Actor) -> tuple[RuleState, ...]:
    """Return every rule of the forms that the actor may read, step by step."""
    catalog = desk.catalogs.current()
    with desk.store.reading() as unit:
        moved, shadows = unit.switches.moved(), unit.switches.shadows()
        return tuple(
            _state(unit, catalog, actor, model, ready, moved.get(ready.key), shadows.get(ready.key))
            for model in catalog.rules.values()
            if catalog.access.whole(actor, _form(model))
            for ready in model.rules
        )


def rule(desk: Desk, actor: Actor, key: str) -> RuleState:
    """Return one rule with its switch; raises Refused 403 or 404."""
    catalog = desk.catalogs.current()
    model = preview.model_of(catalog, key)
    catalog.access.require_whole(actor, _form(model))
    ready = next(ready for ready in model.rules if ready.key == key)
    with desk.store.reading() as unit:
        moved, shadows = unit.switches.moved(), unit.switches.shadows()
        return _state(unit, catalog, actor, model, ready, moved.get(key), shadows.get(key))


def history(desk: Desk, actor: Actor, key: str, limit: int = 100) -> tuple[Event, ...]:
    """Return the moves of one switch, proposals among them, newest first; raises Refused."""
    catalog = desk.catalogs.current()
    form = _form(preview.model_of(catalog, key))
    catalog.access.require_whole(actor, form)
    with desk.store.reading() as unit:
        return unit.journal.of_record(form, key, limit)


def flip(
    desk: Desk,
    actor: Actor,
    origin: Origin,
    key: str,
    to: Position,
    reason: str,
    until: datetime | None = None,
) -> Flipped:
    """Move one switch; every process judges by it within two seconds.

    A trial ends by itself at `until` (in two weeks where not said), and the rule is off then.
    Where the rule set asks for two people the move is only proposed. Raises Refused: 403 without
    the right `switch:<step>`, 404 unknown rule, 409 stands so already, 422 no reason, wrong end.
    """
    wanted = _wanted(to, until)
    _check(reason, wanted, until)
    return _move(desk, actor, origin, key, wanted, reason, {})


def undo(desk: Desk, actor: Actor, origin: Origin, event_seq: int, reason: str) -> Flipped:
    """Move a switch back to where it stood before one move, the latest of its rule.

    Raises Refused as `flip` does; 404 no such move, 409 it has been moved since.
    """
    _check(reason, Stand("on"), None)
    with desk.store.reading() as unit:
        event = _event_at(unit, event_seq, SWITCHED)
        _check_latest(unit, event, (SWITCHED,))
    stand = _stand_of(event.body, "from")
    if stand.position == "shadow" and (stand.until is None or stand.until <= clock.now()):
        stand = Stand("off")  # the trial would have ended by now
    return _move(desk, actor, origin, event.record, stand, reason, {"undoes": event.seq})


def confirm(desk: Desk, actor: Actor, origin: Origin, event_seq: int, reason: str = "") -> Flipped:
    """Carry out a move that somebody else has proposed.

    Raises Refused: 403 without the right or one's own proposal, 404, 409 answered already.
    """
    catalog = desk.catalogs.current()
    with desk.store.unit() as unit:
        unit.switches.raise_version()
        proposal, ready = _open(unit, catalog, actor, event_seq)
        if proposal.actor == actor.id:
            raise Refused.one(
                "own_proposal",
                Text(
                    "不能确认自己的提议，须由第二个人确认。",
                    "A proposal is confirmed by a second person, not by the one who made it.",
                ),
                status=403,
            )
        before, after = _stand(unit, ready), _stand_of(proposal.body, "to")
        more: dict[str, object] = {
            "preview": proposal.body.get("preview", {}),
            "proposal": proposal.seq,
            "proposed_by": proposal.actor,
        }
        said = reason.strip() or proposal.reason
        done = _carry_out(unit, proposal.step, actor, origin, ready, before, after, said, more)
        locks.release(unit, catalog, actor, origin, done.key)
    desk.catalogs.refresh()
    return done


def decline(desk: Desk, actor: Actor, origin: Origin, event_seq: int, reason: str) -> Event:
    """Turn down a proposed move, or take back one's own; raises Refused as `confirm` does."""
    _check(reason, Stand("on"), None)
    catalog = desk.catalogs.current()
    with desk.store.unit() as unit:
        unit.switches.raise_version()
        proposal, ready = _open(unit, catalog, actor, event_seq)
        body = {**proposal.body, "proposal": proposal.seq}
        return unit.journal.append(
            _event(DECLINED, proposal.step, ready.key, actor, origin, reason, body)
        )


def _move(
    desk: Desk,
    actor: Actor,
    origin: Origin,
    key: str,
    wanted: Stand,
    reason: str,
    more: Mapping[str, object],
) -> Flipped:
    catalog = desk.catalogs.current()
    model = preview.model_of(catalog, key)
    catalog.access.require(actor, SWITCH + model.step.partition(".")[2], _form(model))
    ready = next(ready for ready in model.rules if ready.key == key)
    # Read before the switch is held: a preview takes its time, and nobody should wait for it.
    seen = preview.of_flip(desk, actor, key, wanted.position == "on").counts()
    body: dict[str, object] = {"preview": seen, **more}
    with desk.store.unit() as unit:
        unit.switches.raise_version()
        before = _stand(unit, ready)
        if before == wanted:
            raise _stands_so(unit, ready, wanted)
        if model.ruleset.two_people:
            told = {**_moved(key, before, wanted), **body}
            event = _event(PROPOSED, model.step, key, actor, origin, reason, told)
            return Flipped(key, before, wanted, unit.journal.append(event), waiting=True)
        done = _carry_out(unit, model.step, actor, origin, ready, before, wanted, reason, body)
        locks.release(unit, catalog, actor, origin, key)  # what is off, or on trial, closes nothing
    desk.catalogs.refresh()
    return done


def _carry_out(
    unit: Unit,
    step: str,
    actor: Actor,
    origin: Origin,
    ready: ReadyRule,
    before: Stand,
    after: Stand,
    reason: str,
    more: Mapping[str, object],
) -> Flipped:
    """Move the switch, leave word for others and write it into the journal."""
    key = ready.key
    body = {**_moved(key, before, after), **more}
    event = _event(SWITCHED, step, key, actor, origin, reason, body)
    unit.switches.set(key, after.position == "on", actor.id, event.at, reason)
    if before.position == "shadow":
        unit.switches.end_shadow(key, event.at)
    if after.until is not None:
        unit.switches.begin_shadow(Shadow(key, event.at, after.until, actor.id, reason))
    unit.outbox.add("rule.switched", f"{key}:{event.at.isoformat()}", _moved(key, before, after))
    return Flipped(key, before, after, unit.journal.append(event))


def _moved(key: str, before: Stand, after: Stand) -> dict[str, object]:
    told: dict[str, object] = {"rule": key, "from": before.position, "to": after.position}
    if before.until is not None:
        told["from_until"] = before.until
    if after.until is not None:
        told["to_until"] = after.until
    return told


def _stand_of(body: Mapping[str, Any], side: Literal["from", "to"]) -> Stand:
    until = body.get(f"{side}_until")
    return Stand(body[side], datetime.fromisoformat(until) if until else None)


def _event(
    kind: str,
    step: str,
    key: str,
    actor: Actor,
    origin: Origin,
    reason: str,
    body: Mapping[str, object],
) -> Event:
    """Return an entry that is found by the switch's key, as others are by their record."""
    return Event(
        kind=kind,
        at=clock.now(),
        actor=actor.id,
        via=origin.via,
        form=step.partition(".")[0],
        record=key,
        step=step,
        seen=origin.seen,
        reported=origin.reported,
        reason=reason,
        body=body,
    )


def _stand(unit: Unit, ready: ReadyRule) -> Stand:
    """Return where a switch stands in the database."""
    shadow = unit.switches.shadows().get(ready.key)
    return _standing(ready, unit.switches.all().get(ready.key), shadow)


def _standing(ready: ReadyRule, on: bool | None, shadow: Shadow | None) -> Stand:
    if shadow is not None and shadow.until > clock.now():
        return Stand("shadow", shadow.until)
    return Stand("on" if (ready.rule.enabled if on is None else on) else "off")


def _state(
    unit: Unit,
    catalog: Catalog,
    actor: Actor,
    model: RuleModel,
    ready: ReadyRule,
    moved: Switch | None,
    shadow: Shadow | None,
) -> RuleState:
    two_people, form = model.ruleset.two_people, _form(model)
    return RuleState(
        key=ready.key,
        step=model.step,
        rule_class=ready.rule_class,
        title=ready.rule.title,
        say=ready.say,
        stand=_standing(ready, moved.on if moved else None, shadow),
        actor=moved.actor if moved else "",
        at=moved.at if moved else None,
        reason=moved.reason if moved else "",
        may_switch=catalog.access.may(actor, SWITCH + model.step.partition(".")[2], form),
        two_people=two_people,
        proposal=_proposal(unit, form, ready.key) if two_people else None,
    )


def _proposal(unit: Unit, form: str, key: str) -> Event | None:
    """Return the proposal about a switch that nobody has answered yet."""
    latest = unit.journal.of_record(form, key, 1)
    return latest[0] if latest and latest[0].kind == PROPOSED else None


def _open(unit: Unit, catalog: Catalog, actor: Actor, seq: int) -> tuple[Event, ReadyRule]:
    """Return an unanswered proposal and its rule; raises Refused 403, 404 or 409."""
    proposal = _event_at(unit, seq, PROPOSED)
    model = preview.model_of(catalog, proposal.record)
    catalog.access.require(actor, SWITCH + model.step.partition(".")[2], _form(model))
    _check_latest(unit, proposal, (SWITCHED, PROPOSED, DECLINED))
    return proposal, next(ready for ready in model.rules if ready.key == proposal.record)


def _event_at(unit: Unit, seq: int, kind: str) -> Event:
    event = unit.journal.at(seq) if 0 < seq < 2**63 else None
    if event is None or event.kind != kind:
        raise Refused.one(
            "unknown_switch_event",
            Text("日志中没有这次启停。", "The journal has no such move of a switch."),
            status=404,
        )
    return event


def _check_latest(unit: Unit, event: Event, kinds: tuple[str, ...]) -> None:
    moves = unit.journal.of_record(event.form, event.record)
    latest = next((move for move in moves if move.kind in kinds), None)
    if latest is None or latest.seq != event.seq:
        who = latest.actor if latest else "-"
        raise Refused.one(
            "moved_since",
            Text(f"此后 {who} 又动过这条规则。", f"{who} has acted on this rule since."),
            status=409,
            hint=Text("请看最新的启停记录。", "Look at the latest move of its switch."),
        )


def _wanted(to: Position, until: datetime | None) -> Stand:
    if to != "shadow":
        return Stand(to)
    end = until or clock.now() + timedelta(days=TRIAL_DAYS)
    return Stand(to, end.replace(tzinfo=UTC) if end.tzinfo is None else end.astimezone(UTC))


def _check(reason: str, wanted: Stand, until: datetime | None) -> None:
    """Raise every problem of what was asked at once."""
    problems, now = Problems(), clock.now()
    if wanted.position not in POSITIONS:
        say = Text("应为 on、off 或 shadow。", "Expected on, off or shadow.")
        problems.add(Problem("unknown_position", say, Place("to")))
    if not reason.strip():
        say = Text("请写明启停的原因。", "Say why the switch is moved.")
        problems.add(Problem("reason_required", say, Place("reason")))
    if len(reason) > MAX_REASON:
        say = Text(f"原因最多 {MAX_REASON} 个字。", f"A reason has at most {MAX_REASON} signs.")
        problems.add(Problem("too_long", say, Place("reason")))
    if until is not None and wanted.position != "shadow":
        say = Text("只有试运行才有结束时间。", "Only a trial has an end.")
        problems.add(Problem("end_without_trial", say, Place("until")))
    elif wanted.until and not now < wanted.until <= now + timedelta(days=MOST_TRIAL_DAYS):
        say = Text(
            f"试运行应在将来 {MOST_TRIAL_DAYS} 天内结束。",
            f"A trial ends in the future, within {MOST_TRIAL_DAYS} days.",
        )
        problems.add(Problem("end_out_of_range", say, Place("until")))
    problems.raise_if_any()


def _stands_so(unit: Unit, ready: ReadyRule, wanted: Stand) -> Refused:
    last = unit.switches.moved().get(ready.key)
    title, word = ready.rule.title, WORDS[wanted.position]
    say = Text(f"“{title.zh}”已经是{word.zh}。", f"'{title.en}' is {word.en} already.")
    hint = Text(f"由 {last.actor} 设定。", f"Set by {last.actor}.") if last else None
    return Refused.one("switched_already", say, status=409, hint=hint)


def _form(model: RuleModel) -> str:
    return model.step.partition(".")[0]
