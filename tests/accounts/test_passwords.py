"""Passwords and tokens: how good their randomness is, and what is kept of them."""

from __future__ import annotations

import math
import re

import pytest
from argon2 import PasswordHasher, Type

from seamline.usecases import passwords


def test_a_generated_password_can_be_read_aloud_and_not_guessed():
    made = {passwords.new_password() for _ in range(200)}
    assert len(made) == 200
    signs = set("".join(made)) - {"-"}
    assert not signs & set("ilo01")
    for word in made:
        assert re.fullmatch(r"([a-z2-9]{6}-){2}[a-z2-9]{6}", word)
        assert passwords.password_problem(word, "li") is None
    assert 18 * math.log2(len(signs)) >= 80


def test_a_token_holds_256_bits_and_only_its_hash_is_kept():
    word = passwords.new_token()
    assert re.fullmatch(r"slt_[A-Za-z0-9_-]{43}", word)
    assert word != passwords.new_token()
    assert re.fullmatch(r"[0-9a-f]{64}", passwords.token_hash(word))


def test_hash_and_check():
    kept = passwords.hashed("Ångström-长密码")
    assert kept.startswith("$argon2id$") and kept != passwords.hashed("Ångström-长密码")
    assert passwords.fits("Ångström-长密码", kept)
    assert passwords.fits("Ångström-长密码", kept)  # another spelling of the same signs
    assert not passwords.fits("Angstrom-长密码", kept)


@pytest.mark.parametrize("word", ["", "x" * 10_000_000, "\ud800", "\x00", "correct"])
@pytest.mark.parametrize("kept", [None, "", "nonsense", "$argon2id$v=19$m=1,t=1,p=1$aa$bb"])
def test_what_is_no_hash_is_never_fitted(word, kept):
    assert passwords.fits(word, kept) is False


def test_a_hash_takes_work(real_hasher):
    known = (real_hasher.memory_cost, real_hasher.time_cost, real_hasher.type)
    assert known[:2] >= (64 * 1024, 3) and known[2] is Type.ID


def test_a_hash_of_other_parameters_is_outdated():
    assert not passwords.outdated(passwords.hashed("correct horse"))
    assert passwords.outdated(PasswordHasher(time_cost=1, memory_cost=64).hash("correct horse"))


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short", "password_length"),
        ("x" * 201, "password_length"),
        ("zhang.wei@x", "password_is_login"),
        ("ZHANG.wei@X ", "password_is_login"),
        ("zhang.wei@x1", None),
    ],
)
def test_which_passwords_are_refused(password, code):
    problem = passwords.password_problem(password, "zhang.wei@x")
    assert (problem.code if problem else None) == code
