"""Proofs: found again by what they look like, and words for live pictures good for one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from seamline.proofs.likeness import ALIKE, BITS, distance, written
from seamline.store import Proof, Store
from seamline.store.proofs import LIVE_FOR

AT = datetime(2026, 11, 26, 8, tzinfo=UTC)
HASHES = st.integers(0, 2**BITS - 1)


def proof(number: int) -> Proof:
    """Return a proof that differs from others by its number."""
    return Proof(
        f"P{number}", "task", f"T{number}", "photo", "task.quench", AT, "li", "D-1", "", "",
        f"marked{number}", f"sent{number}", {"signs": ["old"], "hash": written(number)},
    )  # fmt: skip


@pytest.mark.cap(49)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(stored=st.lists(HASHES, min_size=1, max_size=12, unique=True), asked=HASHES,
       flips=st.sets(st.integers(0, BITS - 1), max_size=ALIKE + 2))  # fmt: skip
def test_exactly_what_is_near_enough_is_found(store: Store, stored, asked, flips) -> None:
    near = stored[0]
    for bit in flips:
        near ^= 1 << bit
    with pytest.raises(KeyError), store.unit() as unit:
        for number, value in enumerate(stored):
            unit.proofs.add(proof(number), (value,))
        for wanted in (asked, near):
            found = {one.proof: one.nearest for one in unit.proofs.alike((wanted,), ALIKE)}
            expected = {
                f"P{number}": distance(value, wanted)
                for number, value in enumerate(stored)
                if distance(value, wanted) <= ALIKE
            }
            assert found == expected
        raise KeyError("leave nothing behind")


def test_a_proof_is_given_back_as_it_was_kept(store: Store) -> None:
    with store.unit() as unit:
        unit.proofs.add(proof(1), (5, 9))
        assert unit.proofs.of_record("T1") == (proof(1),)
        assert unit.proofs.some(["P1", "P2"]) == (proof(1),)
        assert unit.proofs.used("sent1") == unit.proofs.used("marked1") == "P1"
        assert unit.proofs.used("other") == ""
        assert proof(1).signs == ("old",)


@pytest.mark.cap(49)
def test_a_word_for_a_live_picture_is_good_once_for_its_person_and_record(store: Store) -> None:
    with store.unit() as unit:
        unit.proofs.promise("word", "li", "task", "T1", AT)
        assert not unit.proofs.spend("word", "wu", "task", "T1", AT)
        assert not unit.proofs.spend("word", "li", "task", "T2", AT)
        assert not unit.proofs.promised("word", "li", "task", "T1", AT + LIVE_FOR * 2)
        assert unit.proofs.promised("word", "li", "task", "T1", AT + timedelta(hours=1))
        assert unit.proofs.spend("word", "li", "task", "T1", AT + timedelta(hours=1))
        assert not unit.proofs.spend("word", "li", "task", "T1", AT + timedelta(hours=1))
        unit.proofs.promise("old", "li", "task", "T1", AT)
        unit.proofs.promise("new", "li", "task", "T1", AT + LIVE_FOR * 2)
        assert not unit.proofs.promised("old", "li", "task", "T1", AT), "swept away"
