"""Telling pictures apart by what they show: a 64-bit difference hash, and how to look one up.

The hash compares the brightness of neighbours in an 8 by 9 miniature; recompressing, scaling and
brightening leave nearly all of its bits, another scene turns about half of them. Cutting a picture
shifts the miniature, so a few centred cuts are kept beside the whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from PIL import Image, ImageOps

BITS = 64
SAME = 6  # at most so many bits differ in a copy that was saved again
ALIKE = 7  # at most so many in one that was also cut, or taken from the same spot
CUTS = (0.0, 0.02, 0.04, 0.06)  # of each side
BANDS, BAND_BITS = 4, 16
_ACROSS, _DOWN = 9, 8
_ENOUGH = 400  # pixels of the long side


def hash_of(image: Image.Image) -> int:
    """Return the difference hash of a picture."""
    small = image.convert("L").resize((_ACROSS, _DOWN), Image.Resampling.LANCZOS).tobytes()
    bits = 0
    for row in range(_DOWN):
        line = small[row * _ACROSS : (row + 1) * _ACROSS]
        for left, right in zip(line, line[1:], strict=False):
            bits = bits << 1 | (left > right)
    return bits


def hashes_of(image: Image.Image) -> tuple[int, ...]:
    """Return the hash of the whole picture, then those of its cuts."""
    small = _small(image)
    return tuple(hash_of(_cut(small, part)) for part in CUTS)


def asked_of(image: Image.Image) -> tuple[int, ...]:
    """Return what to look a picture up by: its hashes, and that of its mirror image."""
    small = _small(image)
    return (*hashes_of(small), hash_of(ImageOps.mirror(small)))


def _small(image: Image.Image) -> Image.Image:
    """Return a grey picture that is enough to hash, a hundredth of the work."""
    small = image.convert("L")
    small.thumbnail((_ENOUGH, _ENOUGH), Image.Resampling.BOX)
    return small


def _cut(image: Image.Image, part: float) -> Image.Image:
    if not part:
        return image
    across, down = int(image.width * part), int(image.height * part)
    return image.crop((across, down, image.width - across, image.height - down))


def distance(one: int, other: int) -> int:
    """Return in how many bits two hashes differ."""
    return (one ^ other).bit_count()


def bands(value: int) -> tuple[int, ...]:
    """Return a hash in four bands of 16 bits, the columns by which it is found."""
    most = (1 << BAND_BITS) - 1
    return tuple(value >> BAND_BITS * place & most for place in range(BANDS))


def probes(values: Iterable[int]) -> Iterator[frozenset[int]]:
    """Yield per band the words that a hash within `ALIKE` bits of one of `values` may have there.

    Of seven differing bits spread over four bands, one band has at most one: the band itself and
    its sixteen neighbours find every such hash, and few others.
    """
    spread = [bands(value) for value in values]
    flips = (0, *(1 << bit for bit in range(BAND_BITS)))
    for place in range(BANDS):
        yield frozenset(words[place] ^ flip for words in spread for flip in flips)


def written(value: int) -> str:
    """Return a hash as sixteen hexadecimal digits."""
    return f"{value:016x}"
