"""Scorecards counted by the database are those of a count by hand; proposals rest on them."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from statistics import median

import pytest

from seamline import clock
from seamline.facts import Actor, Decision, Event, Finding, Origin, RuleClass, Truth
from seamline.problems import Refused
from seamline.rules import WEIGHT, graver
from seamline.store import Unit
from seamline.store.prompts import Prompted
from seamline.store.scorecards import Tally, tallies
from seamline.store.ulid import ulid
from seamline.text import Text
from seamline.ui.cli import main
from seamline.usecases import review, switch
from seamline.usecases.coach import Coaching, Proposal, coach, report_missed
from seamline.usecases.desk import Desk
from seamline.usecases.submit import RefusedByRules, Submission, submit

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
ADMIN = Actor("admin", "Admin", ("administrator",))
ANNA = Actor("anna", "anna", ("clerk",))
CLASSES: dict[str, RuleClass] = {"stop": "hard", "note": "soft", "look": "review"}
TRUTHS: dict[Truth, bool | None] = {"true": True, "unknown": None}


@dataclass
class Counted:
    """The same figures, counted one by one."""

    tallies: dict[str, dict[str, int]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(int))
    )
    hours: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    people: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def of(self, key: str) -> Tally:
        """Return the tally of a rule."""
        hours = self.hours.get(key)
        return Tally(
            **self.tallies[key],
            people=len(self.people[key]),
            hours=median(hours) if hours else None,
        )


def history(unit: Unit, dice: random.Random, since: datetime) -> Counted:
    """Store 400 made-up decisions with what followed from them; return the count by hand."""
    counted = Counted()
    for _ in range(400):
        at = NOW - timedelta(minutes=dice.randrange(60 * 24 * 200))
        decision = made_up(dice, at)
        record = ulid(at)
        unit.decisions.add(decision, record, at)
        kept = at >= since
        holding = count(counted, decision) if kept else []
        if decision.outcome == "held" and dice.random() < 0.8:
            decide(unit, dice, decision, record, at, counted, holding)
        for kind in ("dismissed", "missed"):
            if dice.random() < 0.2:
                key = f"set{dice.randrange(3)}.{dice.choice(list(CLASSES))}"
                event = Event(kind, at, "x", "form", "f", record, body={"rule": key})
                unit.journal.append(event)
                if kept:
                    counted.tallies[key][kind] += 1
    for _ in range(60):
        prompt(unit, dice, counted, since)
    return counted


def made_up(dice: random.Random, at: datetime) -> Decision:
    """Return a decision in which any rules have spoken."""
    findings, outcome = [], "passed"
    for rule, rule_class in CLASSES.items():
        result: Truth | None = dice.choice(["true", "unknown", None])
        if result is None:
            continue
        shadow = dice.random() < 0.2
        say = Text.same('quotes " and {braces}')
        findings.append(Finding(rule, rule_class, say, result, say, shadow=shadow))
        if not shadow:
            outcome = graver(outcome, WEIGHT[rule_class, TRUTHS[result]])  # type: ignore[arg-type]  # one of the four words
    name = f"set{dice.randrange(3)}"
    return Decision(ulid(at), f"f.{name}", name, "1", outcome, tuple(findings), {})  # type: ignore[arg-type]  # as above


def count(counted: Counted, decision: Decision) -> list[str]:
    """Count what a decision says; return the rules that held the record."""
    holding = []
    for one in decision.spoken:
        key = f"{decision.ruleset}.{one.rule}"
        tally = counted.tallies[key]
        tally["fired"] += one.result == "true"
        tally["unknown"] += one.result == "unknown"
        tally["stopped"] += one.rule_class == "hard" and one.result == "true"
        holds = one.rule_class == "review" or (one.rule_class == "hard" and one.result == "unknown")
        if decision.outcome == "held" and holds:
            tally["held"] += 1
            holding.append(key)
    return holding


def decide(
    unit: Unit, dice: random.Random, decision: Decision, record: str, at: datetime,
    counted: Counted, holding: list[str],
) -> None:  # fmt: skip
    """Decide a held record, and count that."""
    verdict = dice.choice(["approve", "return"])
    hours = dice.choice([0.5, 1.25, 2.0, 30.0])
    with clock.frozen(at):
        opened = unit.reviews.open(record, "f", decision.step, "risk", at, decision.id)
    unit.reviews.close(opened, verdict, "r", "x", at + timedelta(hours=hours))
    for key in holding:
        counted.tallies[key]["approved" if verdict == "approve" else "returned"] += 1
        counted.hours[key].append(hours)


def prompt(unit: Unit, dice: random.Random, counted: Counted, since: datetime) -> None:
    """Count prompts of a day, and count them by hand."""
    day = (NOW - timedelta(days=dice.randrange(200))).date().isoformat()
    who, key = dice.choice("abc"), f"set{dice.randrange(3)}.note"
    shown, heeded = dice.randrange(3), dice.randrange(2)
    unit.prompts.count(day, who, [Prompted(key, shown, heeded)])
    if day >= since.date().isoformat():
        counted.tallies[key]["shown"] += shown
        counted.tallies[key]["heeded"] += heeded
        if shown:
            counted.people[key].add(who)


@pytest.mark.cap(109)
def test_the_database_counts_as_one_does_by_hand(open_with: Callable[..., Desk]) -> None:
    desk = open_with()
    since = NOW - timedelta(days=90)
    with desk.store.unit() as unit:
        counted = history(unit, random.Random(7), since)
    with desk.store.reading() as unit:
        found = tallies(unit, since, since.date().isoformat())
    assert found.keys() == {key for key, tally in counted.tallies.items() if sum(tally.values())}
    for key, tally in found.items():
        expected = counted.of(key)
        assert tally.hours == pytest.approx(expected.hours, abs=1e-4)
        assert {**vars_of(tally), "hours": 0} == {**vars_of(expected), "hours": 0}, key
    # Every figure was put to the test.
    assert all(any(getattr(one, name) for one in found.values()) for name in vars_of(Tally()))


def vars_of(tally: Tally) -> dict[str, object]:
    """Return the figures of a tally by name."""
    return {name: getattr(tally, name) for name in Tally.__dataclass_fields__}


def ticket(desk: Desk, weight: int | None, at: datetime, step: str = "create", on: str = "") -> str:
    """Take a step at a moment; return the id of the record."""
    values = {"weight": weight} | ({"subject": "x"} if step == "create" else {})
    with clock.frozen(at):
        asked = Submission("ticket", step, values, on)
        return submit(desk, ANNA, Origin("form"), asked).record.id


def card(found: Coaching, key: str) -> Tally:
    """Return the figures of one rule."""
    return next(one.tally for one in found.cards if one.key == key)


def proposed(found: Coaching) -> dict[str, Proposal]:
    """Return the proposals by kind and rule."""
    return {f"{one.kind} {one.key}": one for one in found.proposals}


@pytest.mark.cap(69, 70, 109)
def test_a_life_of_rules_is_told_truthfully(open_with: Callable[..., Desk]) -> None:
    desk = open_with(budget=1000)
    begun = NOW - timedelta(days=85)
    with desk.store.unit() as unit:
        unit.switches.set("at_close.note0", False, "x", begun, "not needed")
    first = ticket(desk, 50, begun)  # note0 fires
    ticket(desk, 0, begun + timedelta(hours=1), "change", first)  # and is heeded
    with pytest.raises(RefusedByRules):
        ticket(desk, 950, begun)
    held = ticket(desk, 800, begun)
    with desk.store.reading() as unit:
        (waiting,) = unit.reviews.of_record(held)
    with clock.frozen(waiting.opened_at + timedelta(hours=3)):
        review.decide(desk, ADMIN, Origin("form"), waiting.id, "approve", "fine")
        report_missed(desk, ADMIN, Origin("form"), "ticket", first, "at_create.odd", "was odd")
    desk.catalogs.refresh()
    with clock.frozen(NOW):
        found = coach(desk, ADMIN)
        nearer = coach(desk, ADMIN, days=30)
    assert card(found, "at_create.too_heavy").stopped == 1
    odd = card(found, "at_create.odd")
    # The refused one fired the review's condition too, but held nothing.
    assert (odd.fired, odd.held, odd.approved, odd.missed) == (2, 1, 1, 1)
    assert odd.hours == pytest.approx(3, abs=0.01)
    note = next(one for one in found.cards if one.key == "at_create.note0")
    assert (note.judged, note.tally.fired, note.tally.shown, note.tally.heeded) == (3, 3, 2, 1)
    assert (note.prompts_per_person, note.adoption) == (2.0, pytest.approx(1 / 3))
    assert found.enabled == pytest.approx(24 / 25)
    assert found.missed == pytest.approx(1 / (1 + sum(one.tally.fired for one in found.cards)))
    assert {one.judged for one in nearer.cards} == {0}
    assert nearer.missed is None


@pytest.mark.cap(109)
def test_proposals_come_with_their_evidence(open_with: Callable[..., Desk]) -> None:
    desk = open_with(budget=1000)
    begun = NOW - timedelta(days=88)
    for number in range(100):
        ticket(desk, 1 if number < 30 else 0, begun + timedelta(minutes=number))
    for number in range(10):
        held = ticket(desk, 750, begun + timedelta(days=1, minutes=number))
        with desk.store.reading() as unit:
            (waiting,) = unit.reviews.of_record(held)
        with clock.frozen(waiting.opened_at + timedelta(hours=5)):
            review.decide(desk, ADMIN, Origin("form"), waiting.id, "approve", "fine")
    with clock.frozen(NOW):
        found = proposed(coach(desk, ADMIN))
        assert proposed(coach(desk, ADMIN, days=30)) == {}
    assert set(found) == {
        "demote at_create.odd", "speed_up at_create.odd", "retire at_create.too_heavy"
    }  # fmt: skip
    assert found["retire at_create.too_heavy"].say == Text(
        "停用“heavy”：90 天内判断 110 次，一次也没有触发。",
        "Retire 'heavy': judged 110 times in 90 days, it never fired.",
    )
    assert "10 records it held, 10 were approved (100%)" in found["demote at_create.odd"].say.en
    assert "5.0 h in the median, 2 h allowed" in found["speed_up at_create.odd"].say.en


@pytest.mark.cap(109)
def test_a_reminder_that_is_only_waved_aside_is_to_be_tightened(
    open_with: Callable[..., Desk],
) -> None:
    desk = open_with(budget=1000)
    with desk.store.unit() as unit, clock.frozen(NOW - timedelta(days=1)):
        unit.prompts.count("2026-11-21", "a", [Prompted("at_create.note0", 25, 1)])
        unit.prompts.count("2026-11-21", "a", [Prompted("at_create.note1", 25, 24)])
        for number in range(25):
            body = {"rule": "at_create.note0"}
            unit.journal.append(Event("dismissed", clock.now(), "a", "form", body=body))
            say = Text.same("n")
            pair = tuple(Finding(f"note{n}", "soft", say, "true", say) for n in (0, 1))
            decision = Decision(
                f"d{number}", "ticket.create", "at_create", "1", "reminded", pair, {}
            )
            unit.decisions.add(decision, "r", clock.now())
    with clock.frozen(NOW):
        found = proposed(coach(desk, ADMIN))
    assert set(found) == {"tighten at_create.note0", "promote at_create.note1"}
    assert found["tighten at_create.note0"].say.en == (
        "Tighten the condition of 'note 0': of 25 prompts 25 were waved aside (100%), "
        "and 1 were heeded."
    )


def test_a_rule_is_judged_only_while_it_is_on(open_with: Callable[..., Desk]) -> None:
    desk = open_with()
    key = "at_create.note4"
    ticket(desk, 0, NOW - timedelta(days=5))
    with clock.frozen(NOW - timedelta(days=4)):
        switch.flip(desk, ADMIN, Origin("form"), key, "off", "too many")
    desk.catalogs.refresh()
    ticket(desk, 0, NOW - timedelta(days=3))
    with clock.frozen(NOW):
        found = coach(desk, ADMIN)
    told = {one.key: (one.on, one.judged) for one in found.cards}
    assert told[key] == (False, 1)
    assert told["at_create.note3"] == (True, 2)


@pytest.mark.parametrize("days", [0, -1, 100_000])
def test_a_span_that_is_none_is_refused(open_with: Callable[..., Desk], days: int) -> None:
    with pytest.raises(Refused) as refused:
        coach(open_with(), ADMIN, days)
    assert [one.code for one in refused.value.problems] == ["wrong_days"]


def test_a_missed_case_needs_a_reason_and_a_rule(open_with: Callable[..., Desk]) -> None:
    desk = open_with()
    record = ticket(desk, 0, NOW)
    for key, reason, code in (
        ("at_create.note0", " ", "reason_required"),
        ("at_create.nothing", "why", "unknown_rule"),
    ):
        with pytest.raises(Refused) as refused:
            report_missed(desk, ADMIN, Origin("form"), "ticket", record, key, reason)
        assert [one.code for one in refused.value.problems] == [code]


def test_the_command_prints_cards_and_data(
    tmp_path, monkeypatch: pytest.MonkeyPatch, package: Callable[..., object],
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    folder = str(tmp_path / "ws")
    assert main(["init", folder]) == 0
    assert main(["publish", str(package()), "--yes", "--workspace", folder]) == 0
    capsys.readouterr()
    assert main(["coach", "--workspace", folder, "--language", "en"]) == 0
    text = capsys.readouterr().out
    assert "● at_create.note0" in text
    assert "100% of the rules are on, – of the reminders were heeded" in text
    assert main(["coach", "--workspace", folder, "--format", "json", "--days", "7"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["days"], told["enabled"], len(told["rules"])) == (7, 1.0, 25)
