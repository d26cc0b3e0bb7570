"""A paper form understood as a form: labels with their blanks, boxes to tick, a table of rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from seamline.problems import Refused
from seamline.reading.lines import Line, lines_of, stacked
from seamline.reading.pages import Box, Page, Word
from seamline.text import Text
from seamline.usecases.spreadsheets import Cell

from .guessing import Guess, guessed
from .headings import understood
from .sheets import MOST_FIELDS, Guessed, apart, form_id

LONGEST = 24  # characters of a label
YES_NO = {"是", "否", "有", "无", "yes", "no", "Yes", "No"}
_LABEL = re.compile(r"([A-Za-z\u4e00-\u9fff][^:：\s][^:：]{0,22}?|[\u4e00-\u9fff]{1,2})\s*[:：]")
_BLANK = re.compile(r"[_＿.…\-—\s]+")
_TICK = re.compile(r"[□☐○〇◯☑■●]|\[\s?\]|\(\s?\)")
_DAY = re.compile(r"^[_\s\d]*年[_\s\d]*月|^[_ ]*[/\-][_ ]*[/\-][_ ]*$")
_SIGNED = re.compile(r"签字|签名|签章|盖章|signature|signed by", re.I)
_SEQUENCE = re.compile(r"序号|行号|no\.?|#|item", re.I)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a label stands: its page, and the box in the picture of the page."""

    page: int
    box: Box


@dataclass(frozen=True, slots=True)
class Papered:
    """A form as a paper suggests it, and where each of its labels stands, by name."""

    guessed: Guessed
    spots: dict[str, Spot]


@dataclass(frozen=True, slots=True)
class _Label:
    name: str
    word: Word
    value: str
    line: bool = False
    cells: tuple[Cell, ...] = ()


def from_pages(name: str, pages: Sequence[Page]) -> Papered:
    """Return the form that a paper suggests; raises Refused where no label is found on it."""
    lines = lines_of(stacked(pages))
    at, heads, rows = _table(lines)
    labels = [*_labels(lines, at, at + rows if at >= 0 else -1)]
    labels += [_column(word, lines[at + 1 : at + 1 + rows], heads) for word in heads]
    unique = {one.name: one for one in reversed(labels)}
    found = [unique[name] for name in dict.fromkeys(one.name for one in labels)][:MOST_FIELDS]
    if not found:
        say = Text("没有在纸面上找到字段名称。", "No labels were found on the paper.")
        hint = Text("请换一份清晰的空白表或样张。", "Try a clear blank form, or a filled one.")
        raise Refused.one("no_labels", say, hint=hint)
    title = _title(lines, pages) or PurePath(name.replace("\\", "/")).stem
    note = Text(
        f"纸面上有 {len(found)} 个字段名称，请逐一确认。",
        f"{len(found)} labels were found on the paper; confirm each.",
    )
    guesses = apart([_guess(one) for one in found])
    spots = {one.name: Spot(one.word.page, one.word.spot) for one in found}
    return Papered(Guessed(title, form_id(title), guesses, (note,)), spots)


def _labels(lines: Sequence[Line], first: int, last: int) -> Iterator[_Label]:
    """Yield each label with what stands behind it, outside of the table's lines."""
    for number, line in enumerate(lines):
        if first <= number <= last and first >= 0:
            continue
        words = list(line.words)
        for place, word in enumerate(words):
            marks = list(_LABEL.finditer(word.text))
            for mark, after in zip(marks, [*marks[1:], None][: len(marks)], strict=True):
                end = after.start() if after else len(word.text)
                value = word.text[mark.end() : end].strip()
                if not value and after is None:
                    value = _beside(words[place + 1 :])
                part = word.part(mark.start(1), mark.end(1))
                name = mark[1].strip()
                if not name[0].isdigit() and len(name) <= LONGEST:
                    yield _Label(name, part, value)
            if not marks and _SIGNED.search(word.text) and len(word.text) <= LONGEST:
                yield _Label(_BLANK.sub("", word.text), word, "")


def _beside(words: Sequence[Word]) -> str:
    """Return what stands on the right up to the next label."""
    said = []
    for word in words:
        if _LABEL.search(word.text):
            break
        said.append(word.text)
    return " ".join(said).strip()


def _table(lines: Sequence[Line]) -> tuple[int, tuple[Word, ...], int]:
    """Return the line with the headings of a table (-1: none), them, and how many lines it has."""
    for number, line in enumerate(lines):
        words = [one for one in line.words if one.text.strip()]
        plain = [one for one in words if not re.search(r"[:：\d]", one.text)]
        if len(words) < 3 or len(plain) < len(words) or max(len(one.text) for one in words) > 14:
            continue
        known = [one for one in words if _known(one.text)]
        if len(known) * 10 >= len(words) * 6:
            return number, tuple(words), _rows(lines[number + 1 :], words)
    return -1, (), 0


def _rows(lines: Sequence[Line], heads: Sequence[Word]) -> int:
    """Return how many lines below the headings belong to the table."""
    count, bottom = 0, max(word.box[3] for word in heads)
    high = max(word.height for word in heads)
    for line in lines:
        labelled = any(_LABEL.search(word.text) for word in line.words)
        if labelled or line.top - bottom > 4 * high:
            break
        count, bottom = count + 1, line.bottom
    return count


def _known(word: str) -> bool:
    heading = understood(word)
    return bool(heading.what) or heading.label.en != heading.label.zh


def _column(word: Word, lines: Sequence[Line], heads: Sequence[Word]) -> _Label:
    """Return a heading of a table with what stands below it."""
    cells: list[Cell] = []
    for line in lines:
        below = [one for one in line.words
                 if min(heads, key=lambda head: abs(head.centre - one.centre)) is word]  # fmt: skip
        text = " ".join(one.text for one in below).strip()
        cells.append(text if _BLANK.sub("", text) else None)
    return _Label(word.text.strip(), word, "", True, tuple(cells))


def _guess(label: _Label) -> Guess:
    if label.line:
        made = guessed(label.name, [one for one in label.cells if one is not None])
        return replace(made, line=True, taken=made.taken and not _SEQUENCE.fullmatch(label.name))
    options = _options(label.value)
    if options:
        if {*options} <= YES_NO:
            why = Text("纸上勾选是或否。", "Yes or no to tick on paper.")
            return replace(guessed(label.name, []), kind="boolean", why=(why,), sure=True)
        why = Text(f"纸上有 {len(options)} 个可勾选项。", f"{len(options)} boxes to tick on paper.")
        made = guessed(label.name, [])
        return replace(made, kind="choice", options=options, why=(why,), sure=True)
    if _SIGNED.search(label.name):
        why = Text("纸上留给签字。", "Room for a signature on paper.")
        return replace(guessed(label.name, []), kind="signature", why=(why,), sure=True)
    if _DAY.search(label.value):
        why = Text("纸上留给年月日。", "Room for a day on paper.")
        return replace(guessed(label.name, []), kind="date", why=(why,), sure=True)
    said = _BLANK.sub(" ", label.value).strip()
    return guessed(label.name, [said] if said else [])


def _options(value: str) -> tuple[str, ...]:
    """Return the words beside boxes to tick."""
    if not _TICK.search(value):
        return ()
    words = [one.strip(" 、,，;；/") for one in _TICK.split(value)]
    return tuple(dict.fromkeys(one for one in words if one and len(one) <= 20))


def _title(lines: Sequence[Line], pages: Sequence[Page]) -> str:
    """Return the largest words near the top that are no label."""
    top = [word for line in lines[:6] for word in line.words
           if len(word.text.strip()) >= 2 and not re.search(r"[:：]", word.text)]  # fmt: skip
    top = [word for word in top if word.box[1] < 0.3 * pages[0].height]
    return max(top, key=lambda word: word.height).text.strip() if top else ""
