"""A rule set: the 3-5-1 rules of one business step."""

from __future__ import annotations

from dataclasses import dataclass

from seamline.text import Text

from .field import Condition

HARD_LIMIT = 3
SOFT_LIMIT = 5


SELF = "_self"  # the record that a rule is judged on, where a lock names what it closes


@dataclass(frozen=True, slots=True)
class LockOf:
    """What a rule locks while it is true: an act upon the record itself (`_self`) or the records
    that a reference field (`material`, `lines.material`) leads to."""

    record: str
    act: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that fires when its condition is true; `say` may name facts as `{field}`.

    One with a `lock` also locks while it is true, and unlocks when it is judged again and false.
    """

    id: str
    title: Text
    when: Condition
    say: Text
    enabled: bool = True
    lock: LockOf | None = None


@dataclass(frozen=True, slots=True)
class ReviewNode:
    """The one human review of a step: which pool decides, within how many seconds.

    Without `when` it only takes what a hard rule could not check. What is not decided in time
    goes to the pool `escalate_to`, which has another `escalate_within` seconds.
    """

    id: str
    title: Text
    pool: str
    within: int
    when: Condition | None = None
    say: Text | None = None
    enabled: bool = True
    escalate_to: str | None = None
    escalate_within: int = 3600


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The rules bound to one step (`form.step`): at most 3 hard, at most 5 soft, one review.

    With `two_people` a switch of it moves only when a second person confirms it.

    Raises ValueError beyond these limits, so that no way of building one breaks the law.
    """

    id: str
    title: Text
    step: str
    review: ReviewNode
    hard: tuple[Rule, ...] = ()
    soft: tuple[Rule, ...] = ()
    two_people: bool = False

    def __post_init__(self) -> None:
        if len(self.hard) > HARD_LIMIT:
            raise ValueError(f"{self.step}: {len(self.hard)} hard rules, at most {HARD_LIMIT}")
        if len(self.soft) > SOFT_LIMIT:
            raise ValueError(f"{self.step}: {len(self.soft)} soft reminders, at most {SOFT_LIMIT}")
