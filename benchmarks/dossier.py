"""The dossier of an order of 20 lines, each of a part with three versions of 40 rows."""

from __future__ import annotations

import argparse
import re
import statistics
import tempfile
import time
from datetime import date
from pathlib import Path

from flask.testing import FlaskClient

from seamline.facts import Actor, Origin
from seamline.settings import found
from seamline.ui.app import create_app
from seamline.usecases import accounts, dossier, install
from seamline.usecases.desk import Desk, open_desk
from seamline.usecases.submit import Submission, submit
from stand import table

LINES, PARTS = 20, 40
ADMIN, SEED = Actor("operator", "operator", ("administrator",)), Origin("seed")
PACKAGE = Path(__file__).parents[1] / "tests/packages/layered"
PASSWORD = "a bench is measured"
SPANS = (("V1.2", "2025-01-01", "2025-06-30"), ("V2.0", "2025-07-01", "2025-12-31"),
         ("V2.1", "2026-01-01", None))  # fmt: skip


def main() -> None:
    """Make the order, then its dossier round by round; write the last one where asked to."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--out", type=Path)
    wanted = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        desk = open_desk(found(Path(folder), {}))
        prepare(desk)
        client = create_app(desk).test_client()
        word = _token(client, "/sign-in")
        client.post("/sign-in", data={"login": "anna", "password": PASSWORD, "_csrf": word})
        word, seconds, spent, pdf = _token(client, "/r/order/S-0001"), [], [], b""
        for _ in range(wanted.rounds):
            begun, busy = time.perf_counter(), time.process_time()
            pdf = client.post("/r/order/S-0001/print/trace", data={"_csrf": word}).data
            seconds.append(time.perf_counter() - begun)
            spent.append(time.process_time() - busy)
        desk.close()
    begun = time.perf_counter()
    assert dossier.verify(pdf).sound
    verified = time.perf_counter() - begun
    rows = [
        ["first", f"{seconds[0]:.2f} s"],
        ["median", f"{statistics.median(seconds):.2f} s"],
        ["CPU, median", f"{statistics.median(spent):.2f} s"],
        ["size", f"{len(pdf) / 1e6:.2f} MB"],
        ["verified in", f"{verified * 1000:.0f} ms"],
    ]
    table([f"dossier, {LINES} lines, {3 * LINES} versions of {PARTS} rows", ""], rows)
    if wanted.out is not None:
        wanted.out.write_bytes(pdf)


def prepare(desk: Desk) -> None:
    """Publish the package and make parts, versions that differ in a few rows, and the order."""
    install.publish(desk, ADMIN, SEED, PACKAGE)
    who = {"login": "anna", "name": "安娜", "roles": ["planner"], "language": "zh"}
    accounts.create_user(desk, ADMIN, SEED, password=PASSWORD, **who)
    for number in range(PARTS + 10):
        values = {"code": f"RAW-{number:03}", "name": f"镀镍衬套毛坯 {number}"}
        submit(desk, ADMIN, SEED, Submission("part", "create", values))
    for number in range(LINES):
        code = f"KNUCKLE-{number:02}"
        values = {"code": code, "name": f"转向节总成 {number}"}
        submit(desk, ADMIN, SEED, Submission("part", "create", values))
        for place, (name, since, until) in enumerate(SPANS):
            rows = [
                {
                    "part": f"RAW-{row + place * 2:03}",
                    "qty": str(row % 7 + 1 + (0 if row % 8 else place)),
                }
                for row in range(PARTS)
            ]
            values = {"code": f"{code}/{name}", "part": code, "version": name, "since": since,
                      "until": until, "approved": True, "why": "新增镀镍工艺，满足盐雾要求",
                      "components": rows}  # fmt: skip
            submit(desk, ADMIN, SEED, Submission("structure", "create", values))
    lines = [{"part": f"KNUCKLE-{number:02}", "qty": 10 + number} for number in range(LINES)]
    values = {"signed": date(2025, 8, 1), "scheme_of": "JSXY-2026", "lines": lines}
    submit(desk, ADMIN, SEED, Submission("order", "create", values))


def _token(client: FlaskClient, path: str) -> str:
    found_ = re.search(r'name="_csrf" value="([^"]+)"', client.get(path).get_data(as_text=True))
    assert found_ is not None
    return found_[1]


if __name__ == "__main__":
    main()
