"""The hash that tells pictures apart: steady under what copying does, another for another scene."""

from __future__ import annotations

import io
from itertools import combinations

import pytest
from hypothesis import given, strategies as st
from PIL import Image, ImageEnhance

from seamline.proofs import sample
from seamline.proofs.likeness import (
    ALIKE,
    BAND_BITS,
    BANDS,
    BITS,
    SAME,
    asked_of,
    bands,
    distance,
    hash_of,
    hashes_of,
    probes,
)  # fmt: skip

HASHES = st.integers(0, 2**BITS - 1)
FLIPS = st.sets(st.integers(0, BITS - 1), max_size=ALIKE)
SCENES = [
    Image.open(io.BytesIO(sample.photo(seed, size=(800, 600)))).convert("RGB") for seed in range(12)
]


def saved(image: Image.Image, quality: int) -> Image.Image:
    """Return a picture as a JPEG gives it back."""
    kept = io.BytesIO()
    image.save(kept, "JPEG", quality=quality)
    return Image.open(kept)


COPIES = {
    "saved again, poorly": lambda one: saved(one, 30),
    "half as large": lambda one: one.resize((400, 300)),
    "a quarter, saved again": lambda one: saved(one.resize((200, 150)), 60),
    "squeezed": lambda one: one.resize((800, 500)),
    "brighter": lambda one: ImageEnhance.Brightness(one).enhance(1.15),
    "more contrast": lambda one: ImageEnhance.Contrast(one).enhance(1.2),
}


@pytest.mark.cap(49)
@pytest.mark.parametrize("copied", COPIES.values(), ids=COPIES)
def test_a_copy_has_nearly_the_same_hash(copied):
    bits = [distance(hash_of(one), hash_of(copied(one))) for one in SCENES]
    assert max(bits) <= SAME


@pytest.mark.cap(49)
@pytest.mark.parametrize("part", [0.01, 0.02, 0.03, 0.05])
def test_one_that_was_cut_comes_near_a_cut_of_the_whole(part):
    near = 0
    for one in SCENES:
        across, down = int(one.width * part), int(one.height * part)
        cut = one.crop((across, down, one.width - across, one.height - down))
        kept, asked = hashes_of(one), asked_of(cut)
        near += min(distance(left, right) for left in kept for right in asked) <= ALIKE
    assert near == len(SCENES)


@pytest.mark.cap(49)
def test_other_scenes_are_far_apart():
    wholes = [hash_of(one) for one in SCENES]
    assert min(distance(left, right) for left, right in combinations(wholes, 2)) > ALIKE


@given(value=HASHES, flips=FLIPS)
def test_every_hash_within_reach_is_found_by_one_of_its_bands(value, flips):
    other = value
    for bit in flips:
        other ^= 1 << bit
    assert distance(value, other) == len(flips)
    asked = list(probes([value]))
    assert any(band in asked[place] for place, band in enumerate(bands(other)))


@given(value=HASHES)
def test_bands_hold_the_whole_hash(value):
    parts = bands(value)
    assert len(parts) == BANDS
    assert sum(part << BAND_BITS * place for place, part in enumerate(parts)) == value
    assert all(len(words) == BAND_BITS + 1 for words in probes([value]))
