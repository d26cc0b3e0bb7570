"""Nobody is prompted more than a day's budget, and what was shown is counted truthfully."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from seamline import clock
from seamline.facts import Actor, Origin, Way
from seamline.usecases import look
from seamline.usecases.desk import Desk
from seamline.usecases.submit import Submission, Submitted, submit

ANNA, BERT = (Actor(login, login, ("clerk",)) for login in ("anna", "bert"))
# 23:30 and 00:30 in the zone of the workspace.
LATE = datetime(2026, 11, 22, 15, 30, tzinfo=UTC)
EARLY = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)


def write(
    desk: Desk, who: Actor, step: str, weight: int, record: str = "", via: Way = "form"
) -> Submitted:
    """Take a step of a ticket."""
    values = {"weight": weight} | ({"subject": "x"} if step == "create" else {})
    return submit(desk, who, Origin(via), Submission("ticket", step, values, record))


def counted(desk: Desk, day: str) -> dict[tuple[str, str], tuple[int, int]]:
    """Return what was counted on a day: by person and rule how often shown and heeded."""
    with desk.store.reading() as unit:
        return {(who, key): (shown, hit) for who, key, shown, hit in unit.prompts.counted(day)}


@pytest.mark.cap(68)
def test_seventeen_rules_and_sixty_four_findings_stay_within_the_budget(
    open_with: Callable[..., Desk],
) -> None:
    desk = open_with()
    shown: Counter[str] = Counter()
    findings = 0
    with clock.frozen(LATE):
        # The day of the story: every step of every ticket speaks, 64 findings and more.
        while findings < 64:
            ticket = write(desk, ANNA, "create", 600)
            for done in (
                ticket,
                write(desk, ANNA, "change", 600, ticket.record.id),
                write(desk, ANNA, "check", 600, ticket.record.id),
                write(desk, ANNA, "close", 600, ticket.record.id),
            ):
                assert done.decision is not None
                soft = [one for one in done.decision.findings if one.rule_class == "soft"]
                findings += len(soft)  # stored with the decision, shown or not
                ruleset = done.decision.ruleset
                shown.update(f"{ruleset}.{one.rule}" for one in done.prompts)
        other = write(desk, BERT, "create", 600)
    assert findings >= 64
    assert shown.total() == 20
    assert len(other.prompts) == 5  # everybody has a budget of their own
    found = counted(desk, "2026-11-22")
    assert {key: n for (who, key), (n, _) in found.items() if who == "anna" and n} == shown
    told = look.told(desk, ANNA, "ticket", ticket.record.id)
    assert all(one.findings for one in told.decisions.values())  # still marked on the record


@pytest.mark.cap(68)
def test_a_new_day_begins_at_midnight_of_the_workspace(open_with: Callable[..., Desk]) -> None:
    desk = open_with(budget=3)
    with clock.frozen(LATE):
        assert [one.rule for one in write(desk, ANNA, "create", 600).prompts] == [
            "note0", "note1", "note2",
        ]  # fmt: skip
        assert write(desk, ANNA, "create", 600).prompts == ()
    with clock.frozen(EARLY):
        assert len(write(desk, ANNA, "create", 600).prompts) == 3
    assert sum(shown for shown, _ in counted(desk, "2026-11-22").values()) == 3
    assert sum(shown for shown, _ in counted(desk, "2026-11-23").values()) == 3


@pytest.mark.parametrize("via", ["import", "pipeline", "seed"])
def test_nobody_reads_the_answer_of_a_file_or_a_pipeline(
    open_with: Callable[..., Desk], via: Way
) -> None:
    desk = open_with()
    with clock.frozen(LATE):
        done = write(desk, ANNA, "create", 600, via=via)
    assert done.outcome == "reminded"
    assert done.prompts == ()
    assert counted(desk, "2026-11-22") == {}


def test_the_answer_to_a_repeated_submission_prompts_nobody_again(
    open_with: Callable[..., Desk],
) -> None:
    desk = open_with()
    asked = Submission("ticket", "create", {"subject": "x", "weight": 600}, idempotency_key="k")
    with clock.frozen(LATE):
        first, second = (submit(desk, ANNA, Origin("form"), asked) for _ in range(2))
    assert len(first.prompts) == 5
    assert second.repeated
    assert second.prompts == ()
    assert sum(shown for shown, _ in counted(desk, "2026-11-22").values()) == 5


@pytest.mark.cap(109)
def test_what_the_next_change_mends_is_heeded_once(open_with: Callable[..., Desk]) -> None:
    desk = open_with()
    with clock.frozen(LATE):
        ticket = write(desk, ANNA, "create", 250)  # notes 0, 1 and 2
        write(desk, BERT, "change", 150, ticket.record.id)  # note 2 is mended, by somebody else
        write(desk, BERT, "check", 150, ticket.record.id)
        write(desk, BERT, "check", 0, ticket.record.id)  # mends the notes 0 and 1 of the check
    heeded = {key: hit for key, (_, hit) in _of("bert", desk).items() if hit}
    assert heeded == {"at_create.note2": 1, "at_check.note0": 1, "at_check.note1": 1}


def _of(who: str, desk: Desk) -> dict[str, tuple[int, int]]:
    return {key: n for (name, key), n in counted(desk, "2026-11-22").items() if name == who}


def test_two_submissions_at_one_moment_cannot_both_take_the_last_prompt(
    open_with: Callable[..., Desk],
) -> None:
    desk = open_with(budget=4)

    def one(_number: int) -> int:
        return len(write(desk, ANNA, "create", 600).prompts)

    with ThreadPoolExecutor(6) as pool:
        shown = sum(pool.map(one, range(12)))
    assert shown == 4
