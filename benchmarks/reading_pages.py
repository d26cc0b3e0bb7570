"""What a page costs to read, the first one with the engine's start, and what hostile files cost.

    python benchmarks/reading_pages.py FOLDER [MOST]

FOLDER holds labelled papers (`truth.jsonl`, `files/`). Seconds are those of the processor, of every
process that takes part, one thread each; memory is the most that one process ever held.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import socket
import statistics
import struct
import tempfile
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

import pypdfium2

from seamline.problems import Refused
from seamline.reading.process import Reader

TICKS = os.sysconf("SC_CLK_TCK")


def spent(reader: Reader) -> float:
    """Return the processor seconds of this process, its ended children and the engine so far."""
    total = time.process_time()
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    total += ended.ru_utime + ended.ru_stime
    engine = reader.process
    if engine is not None:
        fields = Path(f"/proc/{engine}/stat").read_text().rpartition(")")[2].split()
        total += (int(fields[11]) + int(fields[12])) / TICKS
    return total


def scans(folder: Path, most: int) -> Iterator[Path]:
    """Yield scans of the folder, of every kind of damage in turn."""
    rows = [json.loads(line) for line in (folder / "truth.jsonl").read_text().splitlines()]
    scanned = [row for row in rows if not row.get("has_text_layer") and row["pages"] == 1]
    step = max(1, len(scanned) // most)
    for row in scanned[::step][:most]:
        yield folder / row["file"]


def pages(folder: Path, most: int) -> None:
    reader = Reader(engine="rapidocr")
    cold, warm = 0.0, list[float]()
    for number, path in enumerate(scans(folder, most)):
        before = spent(reader)
        reader.read(path)
        cost = spent(reader) - before
        if number == 0:
            cold = cost
        else:
            warm.append(cost)
    reader.close()
    print(f"cold, with the engine's start: {cold:.2f} s")
    print(
        f"warm: median {statistics.median(warm):.2f} s, mean {statistics.mean(warm):.2f} s, "
        f"most {max(warm):.2f} s of {len(warm)} pages"
    )


def hostile(folder: Path) -> Iterator[tuple[str, bytes]]:
    yield "broken", b"%PDF-1.7\n" + os.urandom(200_000)
    yield "truncated picture", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + os.urandom(40)
    locked = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>"  # noqa: E501
        b"endobj\n3 0 obj<</Filter/Standard/V 1/R 2/O<" + b"41" * 32 + b">/U<" + b"42" * 32
        + b">/P -4>>endobj\ntrailer<</Root 1 0 R/Encrypt 3 0 R/ID[<01><01>]>>\n"
    )  # fmt: skip
    yield "encrypted", locked
    yield (
        "script",
        locked.replace(b"/Encrypt 3 0 R", b"").replace(
            b"/Type/Catalog", b"/Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>"
        ),
    )
    document = pypdfium2.PdfDocument.new()
    for _ in range(500):
        document.new_page(595, 842)
    document.save(folder / "many.pdf")
    yield "500 pages", (folder / "many.pdf").read_bytes()
    yield "1 gigapixel", gigapixel(32_000)


def gigapixel(side: int) -> bytes:
    """Return a white picture of `side` x `side` bits, which is small as a file."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    packer = zlib.compressobj(9)
    row = b"\0" + b"\xff" * (side // 8)
    body = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def refusals() -> None:
    reader = Reader(engine="")
    with tempfile.TemporaryDirectory() as name:
        for kind, data in hostile(Path(name)):
            path = Path(name) / "paper"
            path.write_bytes(data)
            started, before = time.perf_counter(), spent(reader)
            try:
                reader.read(path)
                said = "WAS READ"
            except Refused as refused:
                said = refused.problems[0].code
            took, cost = time.perf_counter() - started, spent(reader) - before
            most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000
            print(f"{kind}: {said}, {took:.2f} s ({cost:.2f} s CPU), at most {most:.0f} MB so far")


def no_network() -> None:
    """Say whether a page is read in a process that has no network: `unshare -rn` does that."""
    try:
        socket.create_connection(("192.0.2.1", 80), timeout=1).close()
        print("network: there")
    except OSError as wrong:
        print(f"network: {wrong}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="labelled papers")
    parser.add_argument("most", type=int, nargs="?", default=12, help="how many of them")
    wanted = parser.parse_args()
    no_network()
    refusals()
    pages(wanted.folder, wanted.most)
