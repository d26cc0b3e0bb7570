"""The endpoints of the rules: their switches, what a switch would do, and what it did."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, request

from seamline.facts import Event
from seamline.fields.moments import iso
from seamline.problems import Place, Problem, Problems, Refused, did_you_mean, shorten
from seamline.text import Text
from seamline.usecases import preview, switch
from seamline.usecases.desk import Desk
from seamline.usecases.scenarios import Result

from .answers import answer
from .body import read_object
from .entrance import Caller, caller
from .filters import no_parameters
from .records import named
from .shown import event as event_shown, words

MAX_DOCUMENT = 200_000
Read = Callable[[Any], Any]


def add(blueprint: Blueprint, desk: Desk) -> None:
    """Give the blueprint the endpoints of the rules."""
    _add_reading(blueprint, desk)
    _add_switching(blueprint, desk)
    _add_previews(blueprint, desk)


def _add_reading(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.get("/rules")
    def rules() -> Response:
        """Answer every rule of the forms that the caller may read."""
        who = caller(desk, request)
        no_parameters(list(request.args))
        return answer({"items": [_rule(state) for state in switch.rules(desk, who.actor)]})

    @blueprint.get("/rules/<key>")
    def rule(key: str) -> Response:
        """Answer one rule with the moves of its switch, the newest first."""
        who = caller(desk, request)
        no_parameters(list(request.args))
        state = switch.rule(desk, who.actor, named(key))
        moves = switch.history(desk, who.actor, key)
        return answer(_rule(state) | {"history": [event_shown(one) for one in moves]})


def _add_switching(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.post("/rules/<key>/switch")
    def flip(key: str) -> Response:
        """Move a switch."""
        who = caller(desk, request)
        asked = _asked({"to": _position, "reason": _text, "until": _maybe_moment}, {"until"})
        done = switch.flip(
            desk, who.actor, who.origin, named(key), asked["to"], asked["reason"], asked["until"]
        )
        return answer(_flipped(done))

    @blueprint.post("/rules/<key>/undo")
    def undo(key: str) -> Response:
        """Move a switch back to before one of its moves."""
        who = caller(desk, request)
        asked = _asked({"event": _number, "reason": _text})
        _check_event(desk, who, key, asked["event"])
        done = switch.undo(desk, who.actor, who.origin, asked["event"], asked["reason"])
        return answer(_flipped(done))

    @blueprint.post("/rules/<key>/confirm")
    def confirm(key: str) -> Response:
        """Carry out what somebody else has proposed."""
        who = caller(desk, request)
        asked = _asked({"event": _number, "reason": _text}, {"reason"})
        _check_event(desk, who, key, asked["event"])
        done = switch.confirm(desk, who.actor, who.origin, asked["event"], asked["reason"] or "")
        return answer(_flipped(done))

    @blueprint.post("/rules/<key>/decline")
    def decline(key: str) -> Response:
        """Turn down what somebody has proposed."""
        who = caller(desk, request)
        asked = _asked({"event": _number, "reason": _text})
        _check_event(desk, who, key, asked["event"])
        told = switch.decline(desk, who.actor, who.origin, asked["event"], asked["reason"])
        return answer(event_shown(told))


def _add_previews(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.get("/rules/<key>/preview")
    def of_flip(key: str) -> Response:
        """Answer what a switch would have done to the last days."""
        who = caller(desk, request)
        given = _query({"to": _on_or_off, "days": _count}, {"to", "days"})
        on = _wanted(desk, who, named(key), given["to"])
        days = preview.DAYS if given["days"] is None else given["days"]
        return answer(_preview(preview.of_flip(desk, who.actor, key, on, days)))

    @blueprint.get("/rules/<key>/examples")
    def examples(key: str) -> Response:
        """Answer which examples would not hold any more."""
        who = caller(desk, request)
        given = _query({"to": _on_or_off}, {"to"})
        broken = preview.examples(desk, who.actor, named(key), _wanted(desk, who, key, given["to"]))
        return answer({"items": [_example(one) for one in broken]})

    @blueprint.post("/rules/preview")
    def of_edit() -> Response:
        """Answer what another rule set document would have done to the last days."""
        who = caller(desk, request)
        asked = _asked({"document": _document, "days": _number}, {"days"})
        days = preview.DAYS if asked["days"] is None else asked["days"]
        return answer(_preview(preview.of_edit(desk, who.actor, asked["document"], days)))

    @blueprint.get("/rules/<key>/trial")
    def trial(key: str) -> Response:
        """Answer what the latest trial of a rule has shown."""
        who = caller(desk, request)
        no_parameters(list(request.args))
        return answer(_trial(preview.of_shadow(desk, who.actor, named(key))))


@dataclass(frozen=True, slots=True)
class _Wrong(Exception):
    expected: Text


def _asked(readers: Mapping[str, Read], optional: set[str] | None = None) -> dict[str, Any]:
    """Return the keys of the body as their readers give them; raises Refused 400 of all wrong."""
    no_parameters(list(request.args))
    return _given(read_object(request), readers, optional or set())


def _query(readers: Mapping[str, Read], optional: set[str]) -> dict[str, Any]:
    twice = [name for name in request.args if len(request.args.getlist(name)) > 1]
    if twice:
        no_parameters(twice)
    return _given(dict(request.args), readers, optional)


def _given(
    data: Mapping[str, Any], readers: Mapping[str, Read], optional: set[str]
) -> dict[str, Any]:
    problems = Problems()
    for name in data.keys() - readers.keys():
        word = shorten(name)
        say = Text(f"没有名为“{word}”的键。", f"There is no key '{word}'.")
        hint = did_you_mean(word, readers)
        problems.add(Problem("unknown_key", say, Place(word), hint, word))
    found: dict[str, Any] = {}
    for name, reader in readers.items():
        found[name] = None
        if name not in data:
            if name not in optional:
                say = Text(f"缺少“{name}”。", f"'{name}' is missing.")
                problems.add(Problem("missing_key", say, Place(name)))
            continue
        try:
            found[name] = reader(data[name])
        except _Wrong as wrong:
            say = Text(f"应为{wrong.expected.zh}。", f"Expected {wrong.expected.en}.")
            problems.add(Problem("wrong_type", say, Place(name), got=shorten(data[name])))
    if problems:
        raise Refused(problems.sorted(), 400)
    return found


def _text(raw: Any) -> str:
    if isinstance(raw, str) and not any(ord(sign) < 32 and sign not in "\t\r\n" for sign in raw):
        return raw
    raise _Wrong(Text("不含控制字符的文字", "text without control characters"))


def _document(raw: Any) -> str:
    if isinstance(raw, str) and len(raw) <= MAX_DOCUMENT:
        return raw
    raise _Wrong(Text("一份规则集文档", "a rule set document"))


def _position(raw: Any) -> switch.Position:
    for position in switch.POSITIONS:
        if raw == position:
            return position
    raise _Wrong(Text("on、off 或 shadow", "on, off or shadow"))


def _on_or_off(raw: Any) -> str:
    if raw in ("on", "off"):
        return str(raw)
    raise _Wrong(Text("on 或 off", "on or off"))


def _number(raw: Any) -> int:
    if isinstance(raw, int) and not isinstance(raw, bool):
        return raw
    raise _Wrong(Text("一个整数", "a whole number"))


def _count(raw: Any) -> int:
    if isinstance(raw, str) and raw.isascii() and raw.isdigit() and len(raw) < 7:
        return int(raw)
    raise _Wrong(Text("天数", "a number of days"))


def _maybe_moment(raw: Any) -> datetime | None:
    if raw is None:
        return None
    try:
        found = datetime.fromisoformat(raw)
    except (TypeError, ValueError):
        found = None
    if found is None or found.tzinfo is None or not 2000 <= found.year < 9000:
        raise _Wrong(Text("带时区的时间", "a moment with its zone"))
    return found


def _wanted(desk: Desk, who: Caller, key: str, to: str | None) -> bool:
    """Return whether a rule is to be on: as asked, else the other way round than it is."""
    return to == "on" if to else switch.rule(desk, who.actor, key).stand.position != "on"


def _check_event(desk: Desk, who: Caller, key: str, seq: int) -> None:
    """Raise Refused 404 where an entry is no move of this switch."""
    if all(one.seq != seq for one in switch.history(desk, who.actor, named(key))):
        raise Refused.one(
            "unknown_switch_event",
            Text("这条规则没有这次启停。", "This rule's switch has no such move."),
            status=404,
            place=Place("event"),
        )


def _rule(state: switch.RuleState) -> dict[str, Any]:
    return {
        "key": state.key,
        "step": state.step,
        "class": state.rule_class,
        "title": words(state.title),
        "say": words(state.say),
        **_stand(state.stand),
        "by": state.actor,
        "at": iso(state.at) if state.at else None,
        "reason": state.reason,
        "may_switch": state.may_switch,
        "two_people": state.two_people,
        "proposal": _maybe_event(state.proposal),
    }


def _maybe_event(event: Event | None) -> dict[str, Any] | None:
    return None if event is None else event_shown(event)


def _stand(stand: switch.Stand) -> dict[str, Any]:
    return {"state": stand.position, "until": iso(stand.until) if stand.until else None}


def _flipped(done: switch.Flipped) -> dict[str, Any]:
    return {
        "key": done.key,
        "before": _stand(done.before),
        "after": _stand(done.after),
        "waiting": done.waiting,
        "event": event_shown(done.event),
    }


def _preview(seen: preview.Preview) -> dict[str, Any]:
    prompts = seen.prompts_per_day
    return {
        "step": seen.step,
        "days": seen.days,
        "total": seen.total,
        "changed": dict(seen.changed),
        "records": [_touched(one) for one in seen.records],
        "persons": seen.persons,
        "prompts_per_day": None
        if prompts is None
        else {"before": round(prompts.before, 2), "after": round(prompts.after, 2)},
        "missing": list(seen.missing),
        "seconds": round(seen.seconds, 3),
    }


def _example(one: Result) -> dict[str, Any]:
    return {
        "package": one.package,
        "scenario": one.scenario,
        "title": words(one.title),
        "differences": [words(sentence) for sentence in one.sentences()],
    }


def _touched(one: preview.Touched) -> dict[str, Any]:
    return {
        "code": one.code,
        "id": one.id,
        "before": one.before,
        "after": one.after,
        "decision": one.decision,
        "at": iso(one.at),
    }


def _trial(report: preview.TrialReport) -> dict[str, Any]:
    return {
        "key": report.key,
        "since": iso(report.since),
        "until": iso(report.until),
        "running": report.running,
        "total": report.total,
        "spoke": report.spoke,
        "would": [
            {"happened": happened, "would": would, "count": count}
            for (happened, would), count in sorted(report.would.items())
        ],
        "returned": report.returned,
        "records": [_touched(one) for one in report.records],
    }
