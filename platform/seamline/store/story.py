"""A part of the journal that proves itself: some entries whole, the others by digest only.

The digests carry the chain from one shown entry to the next and on to its head, so that nothing
shown can be altered, moved, added or taken out without another head; what is hidden stays hidden.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import IO, Any

from seamline.text import Text

from . import plain
from .chain import Check, Verdict

FORMAT = 1
_HEX = 64


@dataclass(frozen=True, slots=True)
class Cover:
    """What the first line of a story says: whose it is, and where in the chain it lies.

    `after` and `anchor` are number and hash of the entry before the first shown one, `last` and
    `head` those of the newest; `withheld` numbers the entries of the tracking code that are not
    shown to whom the story was given.
    """

    tracking: str
    made_at: str
    made_by: str
    after: int
    anchor: str
    last: int
    head: str
    shown: tuple[int, ...]
    withheld: tuple[int, ...]


def write_story(out: IO[str], cover: Cover, lines: Iterable[Mapping[str, Any]]) -> str:
    """Write a story; return the digest of the file that its last line holds."""
    whole = hashlib.sha256()

    def put(line: Mapping[str, Any]) -> None:
        text = plain.dump(line) + "\n"
        whole.update(text.encode())
        out.write(text)

    put({"seamline_story": FORMAT, **{name: getattr(cover, name) for name in _NAMES}})
    for line in lines:
        put(line)
    out.write(plain.dump({"sha256": whole.hexdigest()}) + "\n")
    return whole.hexdigest()


_NAMES = tuple(Cover.__dataclass_fields__)


def verify_story(lines: Iterable[str]) -> Verdict:
    """Verify a story without any database: every byte, every shown entry, the chain to its head."""
    check = _Check()
    for line in lines:
        if not check.line(line):
            break
    return check.verdict()


class _Check:
    """Walks along the lines of a story; stops at the first that does not hold."""

    def __init__(self) -> None:
        self.chain = Check()
        self.cover: Cover | None = None
        self.whole = hashlib.sha256()
        self.shown: list[int] = []
        self.hidden = 0
        self.ended = False

    def line(self, text: str) -> bool:
        try:
            line = plain.load(text)
            if not isinstance(line, dict) or self.ended or plain.dump(line) + "\n" != text:
                raise ValueError(text)
            if self.cover is None:
                self._begin(line)
            elif "sha256" in line and len(line) == 1:
                self._end(line["sha256"])
            elif len(line) == 1:
                self._hide(line)
            else:
                self._show(line)
        except (KeyError, ValueError, TypeError, RecursionError):
            number = self.chain.entries + 1
            self.chain.fail(
                number,
                Text(f"第 {number} 条处无法读取。", f"The file cannot be read at entry {number}."),
            )
        self.whole.update(text.encode())
        return self.chain.say is None

    def _begin(self, line: Mapping[str, Any]) -> None:
        if line.get("seamline_story") != FORMAT or set(line) != {"seamline_story", *_NAMES}:
            raise ValueError("no story")
        given = {name: line[name] for name in _NAMES}
        numbers = {name: tuple(given[name]) for name in ("shown", "withheld")}
        self.cover = Cover(**given | numbers)
        self.chain.begin(self.cover.after, _hash(self.cover.anchor))

    def _hide(self, line: Mapping[str, Any]) -> None:
        for word in line["hidden"]:
            self.chain.hidden(_hash(word))
            self.hidden += 1

    def _show(self, line: Mapping[str, Any]) -> None:
        assert self.cover is not None
        if not self.chain.entry(line):
            return
        self.shown.append(self.chain.entries)
        if line["tracking"] != self.cover.tracking:
            number = self.chain.entries
            self.chain.fail(
                number,
                Text(f"第 {number} 条不属于此追踪码。", f"Entry {number} is of another code."),
            )

    def _end(self, told: object) -> None:
        self.ended = True
        cover, number = self.cover, self.chain.entries + 1
        assert cover is not None
        if told != self.whole.hexdigest():
            self.chain.fail(number, Text("文件被改动过。", "The file was changed."))
        elif (self.chain.entries, self.chain.head) != (cover.last, cover.head):
            self.chain.fail(
                number, Text("与链首不符。", "The entries do not lead to the head that is named.")
            )
        elif tuple(self.shown) != cover.shown or not set(cover.withheld).isdisjoint(self.shown):
            self.chain.fail(
                number, Text("所示条目与清单不符。", "Other entries are shown than are listed.")
            )

    def verdict(self) -> Verdict:
        """Return what was found."""
        if self.chain.say is None and not self.ended:
            number = self.chain.entries + 1
            self.chain.fail(number, Text("文件不完整。", "The file has no end."))
        chain = self.chain
        if chain.say is not None or self.cover is None:
            return chain.verdict()
        return Verdict(True, len(self.shown), chain.head, 0, _said(self.cover, self))


def _said(cover: Cover, check: _Check) -> Text:
    shown, hidden, held = len(check.shown), check.hidden, len(cover.withheld)
    return Text(
        f"{cover.tracking}：所示 {shown} 条完整(本码另有 {held} 条未出示)，"
        f"其间 {hidden} 条只有摘要；链首 {cover.head[:16]}…",
        f"{cover.tracking}: the {shown} entries shown hold ({held} of this code withheld), "
        f"{hidden} others by digest only; head {cover.head[:16]}…",
    )


def _hash(word: object) -> str:
    if not isinstance(word, str) or len(word) != _HEX or not set(word) <= set("0123456789abcdef"):
        raise ValueError(word)
    return word
