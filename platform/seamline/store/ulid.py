"""Ids that sort by time: 26 letters and digits, unguessable enough to be unique everywhere."""

from __future__ import annotations

import os
import threading
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from seamline import clock

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U
_PAIRS = tuple(high + low for high in _ALPHABET for low in _ALPHABET)
_LETTERS = frozenset(_ALPHABET)
_RANDOM_BITS = 80
_lock = threading.Lock()
_last = 0


def ulid(at: datetime | None = None) -> str:
    """Return a new id for the moment `at` (now where None); ids of one process never repeat.

    Ids of one millisecond count upwards, so that rows keep the order in which they were made.
    """
    global _last
    milliseconds = int((at or clock.now()).timestamp() * 1000)
    with _lock:
        if milliseconds == _last >> _RANDOM_BITS:
            number = _last + 1
        else:
            number = (milliseconds << _RANDOM_BITS) | int.from_bytes(os.urandom(10), "big")
        _last = number
    return _text(number)


def _text(number: int) -> str:
    return _head(number >> 20) + _PAIRS[(number >> 10) & 1023] + _PAIRS[number & 1023]


@lru_cache(8)
def _head(number: int) -> str:
    """Return all letters but the last four, which ids of one millisecond share."""
    return "".join([_PAIRS[(number >> shift) & 1023] for shift in range(100, -1, -10)])


def moment_of(word: str) -> datetime:
    """Return when the id `word` was made, to the millisecond."""
    number = 0
    for letter in word[:10]:
        number = number * 32 + _ALPHABET.index(letter)
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=number)


def is_ulid(word: str) -> bool:
    """Return whether `word` has the form of an id."""
    return len(word) == 26 and _LETTERS.issuperset(word)
