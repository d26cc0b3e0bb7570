"""The garbage collector: what stands for long is not looked through again, the young less often."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# A record of 1,200 lines makes tens of thousands of objects: with Python's own thresholds the
# whole catalog was walked several times while one was saved, for half of the time it took.
THRESHOLDS = (50_000, 20, 20)


def hold_off() -> None:
    """Look through nothing while a process loads what it needs: hardly any of it is rubbish."""
    gc.disable()


@contextmanager
def spared() -> Iterator[None]:
    """Spare all that is loaded by now, and look through the young less often, for a block.

    Looking, where it was held off, begins again.
    """
    gc.collect()
    gc.freeze()
    gc.enable()
    with rarely():
        try:
            yield
        finally:
            gc.unfreeze()


@contextmanager
def rarely() -> Iterator[None]:
    """Look through the young less often for a block."""
    before = gc.get_threshold()
    gc.set_threshold(*THRESHOLDS)
    try:
        yield
    finally:
        gc.set_threshold(*before)
