"""A scenario: what is given, what somebody does, and what has to come of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from seamline.facts import Outcome, Way
from seamline.text import Text


@dataclass(frozen=True, slots=True)
class GivenRecord:
    """A record that is there beforehand, in `state` where that is not the form's first.

    References of the same scenario may name it by `alias`. What it requires and `values` leaves
    out is filled with something that fits; a value of None stays empty. `locks` are the acts that
    are locked on it.
    """

    form: str
    values: Mapping[str, Any] = field(default_factory=dict)
    alias: str = ""
    state: str = ""
    locks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Act:
    """What a person of `role` does: one step of one record.

    `party` is the record that their account stands for, by alias, code or key.
    `record` is an alias, a code or a key; empty on create, otherwise the newest record of the
    form. `call` names the record made. `at` is local time of the package (`2026-11-20 10:00`).
    """

    form: str
    step: str
    role: str
    values: Mapping[str, Any] = field(default_factory=dict)
    record: str = ""
    call: str = ""
    at: str = ""
    reason: str = ""
    via: Way = "api"
    confirmed: tuple[str, ...] = ()
    party: str = ""


@dataclass(frozen=True, slots=True)
class ExpectedProblem:
    """A problem that has to be said: by its code, at `path` where that matters."""

    code: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class Expected:
    """What has to come of an act; whatever is None (or not named in `values`) may be anything.

    `fired` and `unchecked` rules must be found so, beside others; empty, there must be none.
    """

    outcome: Outcome | None = None
    fired: tuple[str, ...] | None = None
    not_fired: tuple[str, ...] = ()
    unchecked: tuple[str, ...] | None = None
    problems: tuple[ExpectedProblem, ...] | None = None
    state: str | None = None
    held: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ScenarioStep:
    """One act and what has to come of it."""

    when: Act
    then: Expected


@dataclass(frozen=True, slots=True)
class Scenario:
    """One example of how a package works, run before every change of it.

    `switches` says how rules (`ruleset.rule`) are switched here, whatever the package says.
    """

    id: str
    title: Text
    steps: tuple[ScenarioStep, ...]
    given: tuple[GivenRecord, ...] = ()
    switches: Mapping[str, bool] = field(default_factory=dict)
