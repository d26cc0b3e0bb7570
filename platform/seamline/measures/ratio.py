"""How many entries of one kind come on one of another: queries per order."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from seamline.documents import Path
from seamline.pages import Data, Names
from seamline.text import Text

from . import selection
from .kind import Counted, FormulaKind, History, Sample, Words
from .periods import Span
from .selection import Selection


@dataclass(frozen=True, slots=True)
class Ratio:
    """The entries of one selection for each of another."""

    of: Selection
    to: Selection


def _read(data: Data) -> Ratio:
    return Ratio(selection.read(data["of"]), selection.read(data["to"]))


def _check(data: Data, path: Path, names: Names) -> None:
    selection.check(data["of"], (*path, "of"), names)
    selection.check(data["to"], (*path, "to"), names)


def _reckon(asked: Ratio, history: History, span: Span) -> Sample:
    counts = history.tally((asked.of, asked.to), "", span.since, span.until)
    above, below = (one.total() for one in counts)
    return Sample(Decimal(above) / Decimal(below) if below else None, below)


def _words(asked: Ratio, words: Words) -> Text:
    of, to = words.selection(asked.of), words.selection(asked.to)
    return Text(f"每一次“{to.zh}”有多少“{of.zh}”。", f"{of.en}, for each of {to.en}.")


_SETTINGS: dict[str, Any] = {
    "of": selection.schema("多少 · How many of these"),
    "to": selection.schema("对每一个 · To each of these"),
}
KIND = FormulaKind(
    name="ratio",
    title=Text("比值", "Ratio"),
    settings=_SETTINGS,
    required=("of", "to"),
    read=_read,
    check=_check,
    counts=lambda asked: (Counted(asked.of), Counted(asked.to)),
    reckon=_reckon,
    words=_words,
)
