"""The collector of a serving process: sparing while it serves, and as it was afterwards."""

from __future__ import annotations

import gc
import weakref

import pytest

from seamline.ui.cli import main
from seamline.ui.collecting import THRESHOLDS, rarely, spared


class Ring:
    """Something that only the collector takes away."""

    def __init__(self) -> None:
        self.me = self


@pytest.fixture
def thawed():
    """All that these tests have collected, looked through as in any other process."""
    gc.unfreeze()
    yield
    gc.freeze()


@pytest.mark.usefixtures("thawed")
def test_what_is_loaded_is_spared_and_everything_else_still_goes():
    before, frozen = gc.get_threshold(), gc.get_freeze_count()
    with pytest.raises(KeyError), spared():
        assert gc.get_threshold() == THRESHOLDS
        assert gc.get_freeze_count() > frozen + 10_000  # all that stands is not walked again
        made = weakref.ref(Ring())
        gc.collect()
        assert made() is None  # what a request leaves behind is
        raise KeyError
    assert gc.get_threshold() == before and gc.get_freeze_count() == 0


def test_a_command_looks_rarely_until_it_has_ended(capsys):
    before = gc.get_threshold()
    seen = []
    with rarely():
        seen.append(gc.get_threshold())
    assert main(["check", "nowhere"]) != 0
    assert (seen, gc.get_threshold()) == ([THRESHOLDS], before)
