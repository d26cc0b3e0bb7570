"""1,000 bound orders through later releases, a re-import and an upgrade: the same to the byte.

A digest is taken over every value of every order and over every version as it was kept. Then all
versions are changed, newer ones released and the library imported again over itself, and the
package is published with more fields. The run ends with an error where a digest is another one.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from seamline.facts import Actor, Origin, Record
from seamline.fields.bound import unpacked
from seamline.settings import found
from seamline.store import Query
from seamline.usecases import import_, install, look
from seamline.usecases.desk import Desk, open_desk
from seamline.usecases.export import export
from seamline.usecases.import_ import Upload
from seamline.usecases.submit import Submission, submit
from stand import table

ADMIN, CLI = Actor("operator", "operator", ("administrator",)), Origin("cli")
PACKAGE = Path(__file__).parents[1] / "tests/packages/layered"
THINGS = 20


def main() -> None:
    """Make the orders, then see to it that nothing changes them."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--orders", type=int, default=1_000)
    wanted = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        desk = open_desk(found(Path(folder) / "workspace", {}))
        install.publish(desk, ADMIN, CLI, PACKAGE)
        for number in range(THINGS * 2):
            do(desk, "part", code=f"P-{number:02}", name=f"Part {number}")
        for number in range(THINGS):
            release(desk, number, "V1.0", "2025-01-01", 2)
        begun = time.perf_counter()
        for number in range(wanted.orders):
            line = {"part": f"P-{number % THINGS:02}", "qty": number + 1}
            do(desk, "order", signed=date(2025, 6, 1), lines=[line])
        rows = [["bound", f"{time.perf_counter() - begun:.1f} s"]]
        before = digest(desk)
        for name, act in (
            ("released", released),
            ("imported again", again),
            ("upgraded", upgraded),
        ):
            act(desk, Path(folder))
            if digest(desk) != before:
                sys.exit(f"{name}: an order is not what it was")
            rows.append([name, "unchanged"])
        desk.close()
    table([f"{wanted.orders:,} orders", before[:16]], rows)


def do(desk: Desk, form: str, step: str = "create", record: str = "", **values: object) -> Record:
    """Take a step through the one door."""
    asked = Submission(form, step, values, record=record, reason="later")
    return submit(desk, ADMIN, CLI, asked).record


def release(desk: Desk, number: int, version: str, since: str, quantity: int) -> None:
    """Release a version of a part that is made of another one."""
    code = f"P-{number:02}"
    parts = [{"part": f"P-{number + THINGS:02}", "qty": quantity}]
    do(desk, "structure", code=f"{code}/{version}", part=code, version=version, since=since,
       approved=True, why="because", components=parts)  # fmt: skip


def released(desk: Desk, folder: Path) -> None:
    """Change every version, and release a newer one beside it."""
    for number in range(THINGS):
        parts = [{"part": f"P-{number + THINGS:02}", "qty": 99}]
        word = f"P-{number:02}/V1.0"
        do(desk, "structure", "change", word, until="2025-03-31", components=parts)
        release(desk, number, "V2.0", "2025-04-01", 3)


def again(desk: Desk, folder: Path) -> None:
    """Import the library over itself, its reasons written anew."""
    out = io.BytesIO()
    export(desk, ADMIN, "structure", out, format="csv")
    changed = out.getvalue().replace(b"because", b"imported again")
    file = Upload("structures.csv", changed)
    job = import_.start(desk, ADMIN, CLI, "structure", file, mode="upsert")
    job = import_.run(desk, ADMIN, job.id)
    if job.state != "done" or job.bad:
        sys.exit(f"the import did not go through: {job.state}, {job.bad} bad")
    assert look.record(desk, ADMIN, "structure", "P-00/V1.0").values["why"] == "imported again"


def upgraded(desk: Desk, folder: Path) -> None:
    """Publish the next version of the package, with one more column in the orders' lines."""
    newer = folder / "package"
    shutil.copytree(PACKAGE, newer)
    for name, old, new in (
        ("package.yaml", "version: 0.1.0", "version: 0.2.0"),
        ("forms/order.yaml", "          - {id: qty,",
         "          - {id: note, kind: text, label: {zh: 备注, en: Note}}\n          - {id: qty,"),
    ):  # fmt: skip
        text = (newer / name).read_text("utf-8")
        assert old in text
        (newer / name).write_text(text.replace(old, new), "utf-8")
    install.publish(desk, ADMIN, CLI, newer)
    assert "lines.note" in desk.catalogs.current().forms["order"].fields


def digest(desk: Desk) -> str:
    """Return the digest of all that is kept of the orders and of what they are bound to."""
    whole = hashlib.sha256()
    with desk.store.reading() as unit:
        for record in _orders(desk):
            whole.update(f"{record.id} {record.revision} {record.version}".encode())
            for row in record.values["lines"]:
                told = [
                    f"{name}={value}" for name, value in row.values.items() if value is not None
                ]
                whole.update("\n".join(sorted(told)).encode())
                kept = str(unpacked(row.values["kept"])["digest"])
                version = unit.bindings.get((kept,))[kept]
                if not version.intact:
                    sys.exit("a kept version is not what it was")
                whole.update(version.body.encode())
    return whole.hexdigest()


def _orders(desk: Desk) -> Iterator[Record]:
    query = Query(sort=("_id",))
    yield from look.stream(desk, ADMIN, "order", query)


if __name__ == "__main__":
    main()
