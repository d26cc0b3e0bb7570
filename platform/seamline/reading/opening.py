"""The process that opens a paper: decoders of files from outside run here and nowhere else.

Called as a program with one JSON argument: the path, the folder for page pictures, the limits. It
answers on its output with one JSON document and never starts a script that a file carries.
"""

from __future__ import annotations

import json
import re
import sys
import zlib
from pathlib import Path
from typing import Any

from .limits import Refusal
from .pages import Page, to_json

KINDS = ((b"%PDF", "pdf"), (b"\xff\xd8\xff", "image"), (b"\x89PNG\r\n", "image"),
         (b"II*\0", "image"), (b"MM\0*", "image"), (b"RIFF", "image"))  # fmt: skip
_SCRIPT = re.compile(rb"/(?:JavaScript|JS|Launch)\b")
_STREAM = re.compile(rb"/ObjStm\b.{0,400}?stream\r?\n", re.S)
_BODY = re.compile(rb"\bstream\r?\n.*?\bendstream\b", re.S)
_MOST_OPENED = 4_000_000  # bytes of one compressed stream that are looked into


def kind_of(head: bytes) -> str:
    """Return `pdf`, `image`, `message` or nothing, by the first bytes and not by the name."""
    for start, kind in KINDS:
        if head.startswith(start) and (start != b"RIFF" or head[8:12] == b"WEBP"):
            return kind
    if b"%PDF-" in head[:1024]:
        return "pdf"
    low = head[:1024].lstrip().lower()
    if b"\0" in head[:4096] or low.startswith((b"<svg", b"<?xml", b"#!", b"<script")):
        return ""
    return "message" if _is_text(head) else ""


def _is_text(head: bytes) -> bool:
    for codec in ("utf-8", "gb18030"):
        try:
            head[:4096].decode(codec)
            return True
        except UnicodeDecodeError as wrong:
            if wrong.start >= min(len(head), 4096) - 4:
                return True
    return False


def script_in(data: bytes) -> bool:
    """Say whether a PDF names a script or a program to start, also in compressed objects."""
    # What pictures and fonts are packed in may spell anything: only the objects around it count.
    if _SCRIPT.search(_BODY.sub(b" ", data)):
        return True
    for found in _STREAM.finditer(data):
        opened = zlib.decompressobj()
        try:
            plain = opened.decompress(data[found.end() : found.end() + _MOST_OPENED], _MOST_OPENED)
        except zlib.error:
            continue
        if _SCRIPT.search(plain):
            return True
    return False


def open_paper(path: Path, folder: Path, limits: dict[str, int]) -> list[Page]:
    """Return the pages of a paper, a picture of each in `folder`; raises Refusal."""
    size = path.stat().st_size
    if size == 0:
        raise Refusal("empty_file")
    if size > limits["megabytes"] * 1_000_000:
        most = f"{limits['megabytes']} MB"
        raise Refusal("paper_too_large", f"{size / 1e6:.0f} MB", most)
    data = path.read_bytes()
    kind = kind_of(data[:8192])
    if kind == "pdf":
        if script_in(data):
            raise Refusal("script_in_paper")
        from . import pdf

        return pdf.pages(data, folder, limits)
    if kind == "image":
        from . import images

        return images.pages(path, folder, limits)
    if kind == "message":
        from . import message

        return message.pages(data, limits)
    raise Refusal("paper_kind")


def bound(seconds: int, megabytes: int) -> None:
    """Hold this process to a time and a memory, where the system knows such limits."""
    try:
        import resource
    except ImportError:  # Windows: the parent's clock alone
        return
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (megabytes * 1_000_000, megabytes * 1_000_000))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(asked: dict[str, Any]) -> dict[str, Any]:
    """Open one paper within the limits; return pages or the reason why not."""
    limits = asked["limits"]
    bound(limits["opening_seconds"], limits["opening_megabytes"])
    try:
        return {"pages": to_json(open_paper(Path(asked["path"]), Path(asked["folder"]), limits))}
    except Refusal as refusal:
        return {"refused": [refusal.code, refusal.got, refusal.most]}
    except (MemoryError, RecursionError):
        return {"refused": ["reading_failed", "", ""]}
    except Exception:
        return {"refused": ["broken_paper", "", ""]}


if __name__ == "__main__":
    json.dump(main(json.loads(sys.argv[1])), sys.stdout)
