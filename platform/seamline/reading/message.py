"""Messages: the body of an e-mail or a text file as a page of words in lines and columns."""

from __future__ import annotations

import email
import email.policy
import re
import unicodedata
from email.message import EmailMessage
from html.parser import HTMLParser

from .limits import Refusal
from .pages import Box, Page, Sign, words_of

_WIDTH, _LINE = 10.0, 24.0  # of one narrow sign, of one line, in thousandths of the page
_LONGEST, _MOST_LINES = 2000, 5000
_BETWEEN = re.compile(r"\s{2,}|\t|\s*[|│┃]\s*")
_LISTED = re.compile(_BETWEEN.pattern + r"|\s*[;；]\s*")
_RULES = re.compile(r"^[\s\-=_+|*~─━]*$")


def pages(data: bytes, _limits: dict[str, int]) -> list[Page]:
    """Return a message as one page."""
    lines = _lines(data)
    if not any(line.strip() for line in lines):
        raise Refusal("empty_file")
    words = []
    between = _between(lines)
    starts = _starts(lines) if between is _LISTED else []
    for number, line in enumerate(lines[:_MOST_LINES]):
        if _RULES.match(line):
            continue
        for start, part in _parts(line[:_LONGEST], between, starts):
            words += words_of(_signs(part, start * _WIDTH, number * _LINE), 0, gap=9.0)
    return [Page(tuple(words), len(lines) * _LINE + _LINE, "text")]


def _lines(data: bytes) -> list[str]:
    if re.match(rb"(?is)^[a-z-]+:[^\n]*\n(?:[a-z-]+:|[ \t])", data):
        parsed = email.message_from_bytes(data, policy=email.policy.default)
        if isinstance(parsed, EmailMessage) and (parsed["from"] or parsed["subject"]):
            return [str(parsed["subject"] or ""), *_body(parsed).splitlines()]
    return _decoded(data).splitlines()


def _body(parsed: EmailMessage) -> str:
    part = parsed.get_body(("html", "plain"))
    if part is None:
        return ""
    text = str(part.get_content())
    return _Plain().plain(text) if part.get_content_subtype() == "html" else text


def _decoded(data: bytes) -> str:
    for codec in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(codec)
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", "replace")


def _between(lines: list[str]) -> re.Pattern[str]:
    """Return what parts columns: gaps and strokes, semicolons where several lines have them."""
    listed = sum(len(re.findall("[;；]", line)) >= 3 for line in lines)
    return _LISTED if listed >= 2 else _BETWEEN


def _starts(lines: list[str]) -> list[int]:
    """Return where the columns of lists start, wide enough for each of their parts."""
    rows = [re.split("[;；]", line) for line in lines[:_MOST_LINES]]
    count = max(len(row) for row in rows)
    full = [row for row in rows if len(row) == count]
    widths = [max(wide(row[n].strip()) for row in full) for n in range(count)]
    return [sum(widths[:n]) + 3 * n for n in range(count)]


def _parts(line: str, between: re.Pattern[str], starts: list[int]) -> list[tuple[int, str]]:
    """Return the parts of a line between wide gaps, each with the column where it starts."""
    listed = re.split("[;；]", line)
    if starts and len(listed) == len(starts):
        return [
            (start, part.strip())
            for start, part in zip(starts, listed, strict=True)
            if part.strip()
        ]
    found, at = [], 0
    for gap in [*between.finditer(line), None]:
        end = gap.start() if gap else len(line)
        if line[at:end].strip():
            found.append((wide(line[:at]), line[at:end]))
        at = gap.end() if gap else end
    return found


def wide(text: str) -> int:
    """Return how many narrow signs a text takes."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _signs(text: str, left: float, top: float) -> list[Sign]:
    found = []
    for sign in text:
        right = left + wide(sign) * _WIDTH
        box: Box = (left, top, right, top + _LINE * 0.8)
        found.append(Sign(sign, box, box))
        left = right
    return found


class _Plain(HTMLParser):
    """Turns a formatted message into lines, the cells of a table one under another."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = [""]
        self._table: list[list[str]] | None = None
        self._silent = 0

    def plain(self, text: str) -> str:
        self.feed(text)
        self.close()
        return "\n".join(self._lines)

    def handle_starttag(self, tag: str, _attributes: object) -> None:
        if tag in ("style", "script", "head"):
            self._silent += 1
        elif tag == "table":
            self._flush()
            self._table = []
        elif tag == "tr" and self._table is not None:
            self._table.append([])
        elif tag in ("td", "th") and self._table:
            self._table[-1].append("")
        elif tag in ("br", "p", "div", "li", "h1", "h2", "h3"):
            self._lines.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("style", "script", "head"):
            self._silent = max(0, self._silent - 1)
        elif tag == "table":
            self._flush()
        elif tag in ("p", "div", "li"):
            self._lines.append("")

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        said = " ".join(data.split())
        if self._table and self._table[-1]:
            self._table[-1][-1] += said
        else:
            self._lines[-1] += said

    def _flush(self) -> None:
        rows, self._table = [row for row in self._table or () if row], None
        count = max((len(row) for row in rows), default=0)
        widths = [max((wide(r[i]) for r in rows if i < len(r)), default=0) for i in range(count)]
        for row in rows:
            cells = (cell + " " * (widths[i] - wide(cell) + 3) for i, cell in enumerate(row))
            self._lines.append("".join(cells))
        self._lines.append("")
