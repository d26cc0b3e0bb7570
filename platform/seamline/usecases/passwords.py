"""Passwords and tokens: made from good randomness, kept only as hashes."""

from __future__ import annotations

import base64
import hashlib
import secrets
import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from seamline.problems import Place, Problem
from seamline.text import Text

LEAST_LENGTH = 10
MOST_LENGTH = 200
TOKEN_MARK = "slt_"  # lets a person or a secret scanner see what a leaked word is
# Without i, l, o, 0 and 1, which are mistaken for one another on paper: 4.95 bits a sign.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP = 3, 6  # 18 signs, 89 bits
# Argon2id with the library's parameters (RFC 9106, low memory): 64 MiB and three passes each, so
# no more than two at a time, however many people sign in.
_HASHER = PasswordHasher()
_TURN = threading.Semaphore(2)


def new_password() -> str:
    """Return a password for a person to type once: three groups of six signs, 89 random bits."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


def password_problem(password: str, login: str, place: str = "password") -> Problem | None:
    """Return why `password` may not be the password of `login`, or None where it may."""
    if not LEAST_LENGTH <= len(password) <= MOST_LENGTH:
        return Problem(
            "password_length",
            Text(
                f"密码应为 {LEAST_LENGTH}-{MOST_LENGTH} 个字符。",
                f"A password has {LEAST_LENGTH}-{MOST_LENGTH} characters.",
            ),
            Place(place),
            Text("几个不相关的词连起来就很好。", "A few unrelated words make a good one."),
        )
    if password.casefold().strip() == login.casefold():
        return Problem(
            "password_is_login",
            Text("密码不能与登录名相同。", "The password must not be the login."),
            Place(place),
        )
    return None


def hashed(password: str) -> str:
    """Return the Argon2id hash of `password`, its parameters included."""
    with _TURN:
        return _HASHER.hash(_bytes(password))


def fits(password: str, kept: str | None) -> bool:
    """Return whether `password` gave the hash `kept`; None costs the same work and never fits."""
    if len(password) > MOST_LENGTH:
        password, kept = password[:MOST_LENGTH], None
    with _TURN:
        try:
            return _HASHER.verify(kept or _nobody(), _bytes(password)) and kept is not None
        except (VerificationError, InvalidHashError):
            return False


def outdated(kept: str) -> bool:
    """Return whether `kept` was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(kept)


def _nobody() -> str:
    """A hash in today's parameters that no password gives, for logins that do not exist."""
    hasher = _HASHER
    shape = f"v=19$m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    salt, digest = (base64.b64encode(bytes(size)).decode().rstrip("=") for size in (16, 32))
    return f"$argon2id${shape}${salt}${digest}"


def _bytes(password: str) -> bytes:
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


def new_token() -> str:
    """Return a token of 256 random bits."""
    return TOKEN_MARK + secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """Return what is kept of a token: SHA-256 suffices, because a token cannot be guessed."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
