"""The seal of a PDF: what proves it is put behind its end, where readers of PDF pass over it.

An incremental update (ISO 32000-1, 7.5.6) adds one stream that no page names. The bytes before it
are those that were printed, so that their digest is the one that the journal keeps; all the bytes
behind follow from them and from the proof, so that any changed byte is found.
"""

from __future__ import annotations

import hashlib
import re
import zlib

BEGIN = b"\n%Seamline proof\n"
_TRAILER = re.compile(rb"/Size (\d+)\s*/Root (\d+ \d+ R)")
_START = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*$")
_STREAM = re.compile(rb"/Length (\d+)>>\nstream\n")
_OBJECT = re.compile(rb"(?:^|\n)(\d{1,9}) 0 obj\b(.*?)\nendobj", re.DOTALL)
_KIDS = re.compile(rb"/Type\s*/Pages\b.*?/Kids\s*\[([^\]]*)\]", re.DOTALL)
_REFERENCE = re.compile(rb"(\d{1,9}) 0 R")
_CONTENTS = re.compile(rb"/Contents (\d{1,9}) 0 R")
_SIGNS = 16  # of the digest of a page
_TAIL = 4096  # bytes at the end of a PDF that hold its trailer
MOST = 64 * 2**20  # bytes of a proof, unpacked


class Unsealed(Exception):
    """The file has no seal, or another one than its own."""


def sealed(pdf: bytes, proof: str) -> bytes:
    """Return the PDF with the text that proves it; readers of PDF show the same pages."""
    end = pdf[-_TAIL:]
    trailer, start = _TRAILER.search(end), _START.search(end)
    if trailer is None or start is None:
        raise ValueError("this is no PDF that was printed here")
    number, root, earlier = int(trailer[1]), trailer[2].decode(), start[1].decode()
    packed = zlib.compress(proof.encode(), 9)
    at = len(pdf) + len(BEGIN)
    body = b"%d 0 obj\n<</Type /SeamlineProof /Length %d>>\nstream\n" % (number, len(packed))
    body += packed + b"\nendstream\nendobj\n"
    table = (
        f"xref\n{number} 1\n{at:010} 00000 n\r\n"
        f"trailer\n<</Size {number + 1}/Root {root}/Prev {earlier}>>\n"
        f"startxref\n{at + len(body)}\n%%EOF\n"
    )
    return pdf + BEGIN + body + table.encode()


def parted(data: bytes) -> tuple[bytes, str]:
    """Return the PDF as it was printed and the text that proves it; raises Unsealed."""
    pdf, proof = opened(data)
    try:
        whole = sealed(pdf, proof)
    except ValueError as error:
        raise Unsealed from error
    if whole != data:
        raise Unsealed
    return pdf, proof


def opened(data: bytes, most: int = MOST) -> tuple[bytes, str]:
    """Return what was printed and what proves it, whether or not they are as they were sealed.

    Raises Unsealed where there is no proof that can be read (or more than `most` bytes of one).
    """
    place = data.rfind(BEGIN)
    begun = _STREAM.search(data, place) if place >= 0 else None
    if begun is None:
        raise Unsealed
    unpacker = zlib.decompressobj()
    try:
        packed = data[begun.end() : begun.end() + int(begun[1])]
        proof = unpacker.decompress(packed, most).decode()
    except (zlib.error, ValueError) as error:
        raise Unsealed from error
    if not unpacker.eof:
        raise Unsealed
    return data[:place], proof


def printed_part(data: bytes) -> bytes:
    """Return what stands before the proof, whatever became of that."""
    place = data.rfind(BEGIN)
    return data if place < 0 else data[:place]


def pages_of(pdf: bytes) -> tuple[str, ...]:
    """Return a short digest of what is drawn on each page of a PDF that was printed here."""
    objects = {int(one[1]): one[2] for one in _OBJECT.finditer(pdf)}
    kids = next((kids[1] for one in objects.values() if (kids := _KIDS.search(one))), b"")
    found = []
    for number in map(int, _REFERENCE.findall(kids)):
        drawn = _CONTENTS.search(objects.get(number, b""))
        content = objects.get(int(drawn[1]), b"") if drawn is not None else b""
        found.append(hashlib.sha256(content).hexdigest()[:_SIGNS])
    return tuple(found)
