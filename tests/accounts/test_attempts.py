"""Guessing is slowed down per login and per address, in bounded memory."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from seamline import clock
from seamline.usecases import attempts as attempts_
from seamline.usecases.attempts import ADDRESS_LIMIT, LOGIN_LIMIT, WINDOW, Attempts, TooMany

START = datetime(2026, 3, 1, tzinfo=UTC)


def test_a_login_waits_after_too_many_wrong_passwords():
    attempts = Attempts()
    for second in range(LOGIN_LIMIT):
        with clock.frozen(START + timedelta(seconds=second)):
            attempts.begin("li", f"10.0.0.{second}")
    with clock.frozen(START + timedelta(seconds=100)):
        with pytest.raises(TooMany) as refused:
            attempts.begin("li", "10.0.0.99")
        attempts.begin("wang", "10.0.0.99")
    assert (refused.value.status, refused.value.seconds) == (429, 200)
    [problem] = refused.value.problems
    assert problem.got == "200" and "200" in problem.say.zh and "200" in problem.say.en
    with clock.frozen(START + WINDOW):
        attempts.begin("li", "10.0.0.99")
        with pytest.raises(TooMany):
            attempts.begin("li", "10.0.0.99")


def test_an_address_waits_whatever_logins_it_tries():
    attempts = Attempts()
    with clock.frozen(START):
        for number in range(ADDRESS_LIMIT):
            attempts.begin(f"user{number}", "10.0.0.1")
        with pytest.raises(TooMany):
            attempts.begin("another", "10.0.0.1")
        attempts.begin("another", "10.0.0.2")


def test_a_right_password_forgives():
    attempts = Attempts()
    with clock.frozen(START):
        for _ in range(3 * ADDRESS_LIMIT):
            attempts.begin("li", "10.0.0.1")
            attempts.succeeded("li", "10.0.0.1")


def test_right_passwords_of_one_account_do_not_clean_the_address_for_others():
    attempts = Attempts()
    with clock.frozen(START), pytest.raises(TooMany):
        for number in range(ADDRESS_LIMIT + 1):
            attempts.begin(f"victim{number}", "10.0.0.1")
            attempts.begin("mine", "10.0.0.1")
            attempts.succeeded("mine", "10.0.0.1")


def test_memory_is_bounded(monkeypatch):
    monkeypatch.setattr(attempts_, "KEYS_KEPT", 50)
    attempts = Attempts()
    for number in range(500):
        attempts.begin(f"{number}" + "x" * 10_000, f"{number} " * 1_000)
    assert len(attempts._tried) <= 51
    assert max(map(len, attempts._tried)) < 200
