"""Several processes: a slot of a schedule is one run, whoever looks at the clock."""

import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from seamline.jobs.engine import Engine

from .conftest import PATIENCE, Shop, opened, until

TICKING = Path(__file__).with_name("ticking.py")
SLOTS = 40  # ten minutes of 15 seconds


@pytest.mark.postgres
@pytest.mark.slow
def test_ten_minutes_of_a_schedule_fire_each_slot_once_in_six_processes(postgres_url, tmp_path):
    folder = tmp_path / "workspace"
    with closing(opened(postgres_url, folder)) as desk, closing(Engine(postgres_url)) as engine:
        engine.prepare()
        shop = Shop(desk, engine)
        with desk.store.unit() as unit:
            unit.switches.set("pipeline.beat", True, "admin", datetime.now(UTC), "test")
        desk.catalogs.refresh()
        command = [sys.executable, TICKING, postgres_url, folder, str(time.time() + 2)]
        running = [subprocess.Popen([*command, what]) for what in ("work",) * 4 + ("watch",) * 2]
        try:
            until(lambda: len(shop.records("call")) > SLOTS)
        finally:
            (folder / "stop").touch()
            codes = [one.wait(PATIENCE) for one in running]
        assert codes == [0] * 6
        beats = Counter(note.values["what"] for note in shop.records("call"))
    assert set(beats.values()) == {1}
    moments = sorted(datetime.fromisoformat(beat.split()[1]) for beat in beats)
    gaps = {(b - a).total_seconds() for a, b in zip(moments, moments[1:], strict=False)}
    assert gaps == {15.0}
