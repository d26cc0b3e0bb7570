"""Headings of tables: their words put together to columns, however many lines they take."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from .lines import Line
from .pages import Word
from .typed import days, number
from .vocabulary import LINE_ROLES, Told, Vocabulary

_NUMERIC = {"quantity", "unit_price", "amount"}
_MOST_LINES = 4
SIDES = {"index", "tax_rate", "tax", "note", "other", "other_number", "other_date"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: what its heading says, and from where to where it stands."""

    text: str
    told: Told | None
    left: float
    right: float
    words: tuple[Word, ...] = field(default=(), compare=False)

    @property
    def role(self) -> str:
        """What it holds, as far as its heading says."""
        return self.told.role if self.told is not None else ""


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of a table: its columns, and the lines `first` to `last` that it takes.

    With `layers` each item takes as many lines as the heading, column under column.
    """

    columns: tuple[Column, ...]
    first: int
    last: int
    layers: tuple[tuple[Column, ...], ...] = ()


def headings(lines: list[Line], words: Vocabulary, halved: bool = False) -> list[Heading]:
    """Return the headings of tables among the lines.

    With `halved` those alone in which a heading as `a / b` names what stands below one another.
    """
    found: list[Heading] = []
    lines = [_parted(line, words) for line in lines]
    after = 0
    for index in range(len(lines)):
        if index < after:
            continue
        for count in (1, 2):
            core = lines[index : index + count]
            if len(core) == count and _close(core) and _speaks(core, words):
                first, last = _grown(lines, index, index + count - 1, words)
                heading = _heading(lines[first : last + 1], first, last, words, halved)
                if heading is not None:
                    found.append(heading)
                    after = last + 1
                break
    return found


def _parted(line: Line, words: Vocabulary) -> Line:
    """Return a line with two headings that ran together as two words again."""
    parts: list[Word] = []
    for word in line.words:
        cut = _cut(word.text, words) if 3 <= len(word.text) <= 16 else 0
        parts += [word.part(0, cut), word.part(cut, len(word.text))] if cut else [word]
    return replace(line, words=tuple(parts)) if len(parts) > len(line.words) else line


def _cut(text: str, words: Vocabulary) -> int:
    whole = _told(text, words)
    if (whole is not None and whole.weight >= 1) or re.search(r"\d|[()/]", text):
        return 0
    for cut in range(1, len(text)):
        one, two = _told(text[:cut], words), _told(text[cut:], words)
        if one is None or two is None:
            continue
        known = min(one.weight, two.weight) >= 1
        if known and one.role != two.role and min(cut, len(text) - cut) >= 2:
            return cut
    return 0


def _close(core: list[Line]) -> bool:
    return all(
        b.top - a.bottom < 1.2 * (a.bottom - a.top) for a, b in zip(core, core[1:], strict=False)
    )


def _speaks(core: list[Line], words: Vocabulary) -> bool:
    """Say whether lines look like a heading: enough known columns, and no values among them."""
    told = [t for line in core for w in line.words if (t := _told(w.text, words)) is not None]
    roles = {one.role for one in told} & set(LINE_ROLES)
    values = sum(_is_value(w.text) for line in core for w in line.words)
    total = sum(len(line.words) for line in core)
    numeric = len(roles & _NUMERIC)
    enough = (len(roles) >= 3 and numeric >= 1) or (len(roles) >= 2 and numeric >= 2)
    if (
        len(core) > 1
    ):  # two lines are one heading only where each of them speaks, and of nothing else
        for line in core:
            own = [t for w in line.words if (t := _told(w.text, words)) is not None]
            if values or sum(t.role in LINE_ROLES for t in own) < max(1, len(line.words) // 2):
                return False
    return enough and values <= 0.1 * total


def _told(text: str, words: Vocabulary) -> Told | None:
    return words.told(text, line=True) if len(text) <= 24 and ":" not in text[:-1] else None


def _is_value(text: str) -> bool:
    text = re.sub(r"\([^()]*\)?", "", text) or text  # a remark in brackets is none
    return number(text) is not None or bool(days(text)) or len(re.findall(r"\d", text)) >= 4


def _grown(lines: list[Line], first: int, last: int, words: Vocabulary) -> tuple[int, int]:
    """Return the lines of a heading with those close to it that are headings, too."""
    while (
        first > 0 and last - first < _MOST_LINES and _belongs(lines[first - 1], lines[first], words)
    ):
        first -= 1
    while (
        last + 1 < len(lines)
        and last - first < _MOST_LINES
        and _belongs(lines[last + 1], lines[last], words)
    ):
        last += 1
    return first, last


def _belongs(line: Line, near: Line, words: Vocabulary) -> bool:
    gap = max(line.top, near.top) - min(line.bottom, near.bottom)
    if gap > 0.75 * (near.bottom - near.top):
        return False
    if any(_is_value(w.text) or len(w.text) > 14 or ":" in w.text for w in line.words):
        return False
    return all(_told(w.text, words) is not None or len(w.text) <= 8 for w in line.words) and any(
        _overlaps(w, other) or _told(w.text, words) is not None
        for w in line.words
        for other in near.words
    )


def _overlaps(a: Word, b: Word) -> bool:
    shared = min(a.box[2], b.box[2]) - max(a.box[0], b.box[0])
    return shared > 0.3 * min(a.box[2] - a.box[0], b.box[2] - b.box[0])


def _heading(
    band: list[Line], first: int, last: int, words: Vocabulary, halved: bool
) -> Heading | None:
    layers = _halved(band, words) if halved else _layers(band, words)
    if halved and not layers:
        return None
    columns = list(layers[0]) if layers else _columns(band, words)
    columns.sort(key=lambda column: column.left)
    if len(columns) < 2:
        return None
    return Heading(tuple(columns), first, last, layers)


def _columns(band: list[Line], words: Vocabulary) -> list[Column]:
    """Put the words of a heading together: the lowest are leaves, those above join or stand over."""  # noqa: E501
    columns: list[list[Word]] = [[word] for word in band[-1].words]
    over: list[tuple[Word, int]] = []
    for depth, line in enumerate(reversed(band[:-1])):
        for word in line.words:
            hit = [c for c in columns if any(_overlaps(word, other) for other in c)]
            if len(hit) == 1:
                hit[0].insert(0, word)
            elif len(hit) >= 2 or (not hit and _between(word, columns, words)):
                over.append((word, depth))
            else:
                columns.append([word])
    found = [_column(column, words) for column in columns]
    return [_under(column, [word for word, _ in over], words) for column in found]


def _between(word: Word, columns: list[list[Word]], words: Vocabulary) -> bool:
    """Say whether a word stands over two columns that say nothing clear by themselves."""
    unclear = 0
    for column in columns:
        told = _told("".join(w.text for w in column), words)
        vague = (
            told is None
            or told.weight < 1
            or told.role == "signing_date"
            or told.role == "line_date"
        )
        centre = (min(w.box[0] for w in column) + max(w.box[2] for w in column)) / 2
        if vague and abs(centre - word.centre) < 3 * (word.box[2] - word.box[0]):
            unclear += 1
    told = _told(word.text, words)
    clear = told is not None and told.weight >= 1 and told.role in (*LINE_ROLES, *SIDES)
    return unclear >= 1 and not clear


def _column(words_: list[Word], words: Vocabulary) -> Column:
    words_ = sorted(words_, key=lambda w: (round(w.middle / max(w.height, 1) * 1.5), w.box[0]))
    text = _joined(words_)
    return Column(
        text,
        _told(text, words),
        min(w.box[0] for w in words_),
        max(w.box[2] for w in words_),
        tuple(words_),
    )


def _joined(words_: list[Word]) -> str:
    text = ""
    for word in words_:
        latin = bool(text) and text[-1].isascii() and word.text[:1].isascii()
        text += (" " if latin else "") + word.text
    return text


def _under(column: Column, over: list[Word], words: Vocabulary) -> Column:
    """Return a column that says little by itself together with the word nearest above it."""
    vague = (
        column.told is None
        or column.told.weight < 1
        or column.role in ("signing_date", "line_date")
    )
    if not over or not vague:
        return column
    centre = (column.left + column.right) / 2
    near = min(over, key=lambda word: abs(word.centre - centre))
    text = near.text + column.text
    told = _told(text, words)
    if told is None or (column.told is not None and told.weight < column.told.weight):
        return column
    if column.told is not None and not told.tax:
        told = replace(told, tax=column.told.tax)
    return replace(column, text=text, told=told)


def _halved(band: list[Line], words: Vocabulary) -> tuple[tuple[Column, ...], ...]:
    """Return two layers of which the upper holds what `a / b` names first, the lower the second.

    A heading that is not halved, or of which neither half says anything, stands in both of them.
    """
    upper: list[Column] = []
    lower: list[Column] = []
    for whole in _columns(band, words):
        *over, last = whole.words
        halves = [_column([half], words) for half in _halves(last)]
        if len(halves) == 1 or not any(one.told for one in halves):
            above = _told(_joined(over), words) if over else None
            halves = [replace(whole, told=whole.told or above)] * 2
        for layer, one in zip((upper, lower), halves, strict=True):
            layer.append(replace(one, left=whole.left, right=whole.right))
    halved = sum(one.text != two.text for one, two in zip(upper, lower, strict=True))
    return (tuple(upper), tuple(lower)) if halved >= 2 else ()


def _halves(word: Word) -> list[Word]:
    """Return the two parts of a heading with a stroke, else the heading."""
    found = re.fullmatch(r"\s*([^/]+?)\s*/\s*([^/]+?)\s*", word.text)
    return [word.part(*found.span(1)), word.part(*found.span(2))] if found else [word]


def _layers(band: list[Line], words: Vocabulary) -> tuple[tuple[Column, ...], ...]:
    """Return the layers of a heading whose items take several lines, else nothing."""
    band = [line for line in band if len(line.words) > 1]
    if len(band) < 2:
        return ()
    clear, joined = 0, 0
    for upper, lower in zip(band, band[1:], strict=False):
        for a in upper.words:
            for b in lower.words:
                if _overlaps(a, b):
                    one, two = _told(a.text, words), _told(b.text, words)
                    both = one is not None and two is not None and one.role != two.role
                    whole = _told(a.text + b.text, words)
                    if both and not (whole is not None and whole.weight >= 1):
                        clear += 1
                    else:
                        joined += 1
    if clear < 2 or joined > clear:
        return ()
    return tuple(tuple(_column([word], words) for word in line.words) for line in band)
