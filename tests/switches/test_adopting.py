"""Every process judges by a moved switch, without a restart and without reading packages again."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from seamline.facts import Actor, Origin
from seamline.usecases import switch

KEY = "order_create.agreement"
PROCESSES = 4
LONGEST = 10.0  # seconds until the wait is given up; the aim is 2
# Each says "ready", then waits as a server would: it asks for the catalog at every request.
FOLLOWER = """
import sys, time
from pathlib import Path
from seamline.settings import load
from seamline.usecases.desk import open_desk
desk = open_desk(load(Path(sys.argv[1]), {"SEAMLINE_DATABASE": sys.argv[2]}))
compiled = desk.catalogs.current().rules
print("ready", flush=True)
until = time.monotonic() + float(sys.argv[4])
while time.monotonic() < until:
    catalog = desk.catalogs.current()
    if catalog.switches.get(sys.argv[3]) is False:
        print(time.time(), catalog.rules is compiled, flush=True)
        break
    time.sleep(0.01)
desk.close()
"""


@pytest.mark.cap(65)
def test_four_processes_follow_a_flip(desk, store_url, tmp_path):
    command = [sys.executable, "-c", FOLLOWER, str(tmp_path / "workspace"), store_url, KEY]
    running = [
        subprocess.Popen([*command, str(6 * LONGEST)], stdout=subprocess.PIPE, text=True)
        for _ in range(PROCESSES)
    ]
    try:
        for one in running:
            assert one.stdout.readline() == "ready\n"
        owner = Actor("wang", "王强", ("owner",))
        switch.flip(desk, owner, Origin("api"), KEY, "off", "试试")
        flipped = time.time()
        answers = [one.communicate(timeout=LONGEST)[0].split() for one in running]
    finally:
        for one in running:
            one.kill()
            one.wait()
            one.stdout.close()
    assert [answer[1] for answer in answers] == ["True"] * PROCESSES
    print(f"the last process followed after {max(float(a[0]) for a in answers) - flipped:.2f} s")
