"""The hash chain of the journal: how an entry is sealed, and how an export is verified offline."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from seamline.problems import shorten
from seamline.text import Text

from . import plain

START = "0" * 64  # what the first entry names as its predecessor
FORMAT = 1
_SEALED_APART = ("previous_hash", "hash", "decided")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a journal is whole: how many entries were read, and where the first is broken.

    `broken` is the number (seq) of the first entry that does not hold, 0 where all do; `head`
    is the hash of the last entry: compare it with one you noted earlier, for only that shows
    that nothing was cut off the end and written anew.
    """

    sound: bool
    entries: int
    head: str
    broken: int
    say: Text


def seal(previous: str, entry: Mapping[str, object]) -> str:
    """Return the hash of an entry: SHA-256 over the previous hash, a line end, its digest.

    `entry` holds every key of an export line but `previous_hash`, `hash` and `decided`. An entry
    from before there were nonces is sealed by its canonical JSON in place of the digest.
    """
    if entry.get("nonce"):
        return linked(previous, digest(entry))
    return linked(previous, plain.dump(entry))


def linked(previous: str, digest_: str) -> str:
    """Return the hash of an entry of which no more than its digest is known."""
    return hashlib.sha256(f"{previous}\n{digest_}".encode()).hexdigest()


def digest(document: object) -> str:
    """Return the SHA-256 of a document's canonical JSON."""
    return hashlib.sha256(plain.dump(document).encode()).hexdigest()


def digest_of(document: Mapping[str, object], **told: str) -> str:
    """Return the digest of a document of which some members are written out already.

    All others are words and whole numbers.
    """
    return hashlib.sha256(plain.spliced(document, told)).hexdigest()


class Check:
    """Walks along the entries of a journal and remembers the first that does not hold."""

    def __init__(self) -> None:
        self.entries = 0
        self.head = START
        self.broken = 0
        self.say: Text | None = None

    def begin(self, entries: int, head: str) -> None:
        """Begin behind an entry whose number and hash are given."""
        self.entries, self.head = entries, head

    def hidden(self, digest_: str) -> None:
        """Go past an entry of which only its digest is told."""
        self.entries += 1
        self.head = linked(self.head, digest_)

    def entry(self, line: Mapping[str, Any]) -> bool:
        """Check one entry against its predecessor; return whether it holds."""
        self.entries += 1
        said = self._fault(line)
        if said is not None:
            self.fail(self.entries, said)
            return False
        self.head = str(line["hash"])
        return True

    def fail(self, number: int, say: Text) -> None:
        """Note that entry `number` does not hold, unless an earlier one did not already."""
        if self.say is None:
            self.broken, self.say = number, say

    def _fault(self, line: Mapping[str, Any]) -> Text | None:
        number = self.entries
        if line.get("seq") != number:
            return Text(f"缺少第 {number} 条记录。", f"Entry {number} is missing.")
        if line.get("previous_hash") != self.head:
            return Text(
                f"第 {number} 条与前一条不衔接。", f"Entry {number} does not follow the one before."
            )
        kept = {name: value for name, value in line.items() if name not in _SEALED_APART}
        if not _same(seal(self.head, kept), line.get("hash")):
            return Text(f"第 {number} 条被改动过。", f"Entry {number} was changed.")
        if "decided" in line and digest(line["decided"]) != line.get("decision_hash"):
            return Text(
                f"第 {number} 条的判定被改动过。", f"The decision of entry {number} was changed."
            )
        return None

    def verdict(self) -> Verdict:
        """Return what was found."""
        if self.say is not None:
            return Verdict(False, self.entries, self.head, self.broken, self.say)
        said = Text(
            f"{self.entries} 条记录完整，链首 {self.head[:16]}…",
            f"{self.entries} entries hold; head {self.head[:16]}…",
        )
        return Verdict(True, self.entries, self.head, 0, said)


def _same(made: str, found: object) -> bool:
    return isinstance(found, str) and hmac.compare_digest(made.encode(), found.encode())


def verify_export(lines: Iterable[str]) -> Verdict:
    """Verify an exported journal, without any database: its first line names its head."""
    check = Check()
    entries = _entries(lines, check)
    head = next(entries, None)
    if head is None or head.get("seamline_journal") != FORMAT:
        check.fail(0, Text("文件不是导出的日志。", "This file is not an exported journal."))
        return check.verdict()
    for entry in entries:
        if not check.entry(entry):
            return check.verdict()
    if check.say is None and (head.get("entries"), head.get("head")) != (
        check.entries,
        check.head,
    ):
        check.fail(
            check.entries + 1,
            Text("文件末尾缺少记录。", f"Entries are missing after {check.entries}."),
        )
    return check.verdict()


def _entries(lines: Iterable[str], check: Check) -> Iterator[dict[str, Any]]:
    for line in lines:
        if not line.strip():
            continue
        try:
            entry = plain.load(line)
            if not isinstance(entry, dict):
                raise ValueError(line)
        except (ValueError, RecursionError):
            number = check.entries + 1
            check.fail(
                number,
                Text(
                    f"第 {number} 条无法读取：{shorten(line)}",
                    f"Entry {number} cannot be read: {shorten(line)}",
                ),
            )
            return
        yield entry
