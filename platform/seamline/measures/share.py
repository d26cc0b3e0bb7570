"""What part of some entries are others: a share in percent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from seamline.documents import Path
from seamline.pages import Data, Names
from seamline.text import Text

from . import selection
from .kind import Counted, FormulaKind, History, Sample, Words, named, share
from .periods import Span
from .selection import Selection


@dataclass(frozen=True, slots=True)
class Share:
    """The entries of one selection in percent of those of another, each counted in its period."""

    of: Selection
    among: Selection
    group: str = ""


def _read(data: Data) -> Share:
    of, among = selection.read(data["of"]), selection.read(data["among"])
    return Share(of, among, data.get("group", ""))


def _check(data: Data, path: Path, names: Names) -> None:
    selection.check(data["of"], (*path, "of"), names)
    selection.check(data["among"], (*path, "among"), names)
    if "group" in data:
        for key in ("of", "among"):
            form = names.form((*path, key, "form"), data[key]["form"])
            if form is not None:
                names.field((*path, "group"), form, data["group"])


def _reckon(asked: Share, history: History, span: Span) -> Sample:
    both = (asked.of, asked.among)
    part, whole = history.tally(both, asked.group, span.since, span.until)
    parts = {
        name: Sample(share(part[name], whole[name]), whole[name])
        for name in sorted(whole)
        if asked.group
    }
    return Sample(share(part.total(), whole.total()), whole.total(), parts=parts)


def _words(asked: Share, words: Words) -> Text:
    of, among = words.selection(asked.of), words.selection(asked.among)
    return Text(f"“{of.zh}”占“{among.zh}”的百分比。", f"{of.en}, in percent of {among.en}.")


_SETTINGS: dict[str, Any] = {
    "of": selection.schema("哪些 · Which entries"),
    "among": selection.schema("在哪些之中 · Among which"),
    "group": {"description": "分组字段 · Field to group by", "$ref": "#/$defs/id"},
}
KIND = FormulaKind(
    name="share",
    title=Text("占比", "Share"),
    settings=_SETTINGS,
    required=("of", "among"),
    read=_read,
    check=_check,
    counts=lambda asked: tuple(Counted(one, named(asked.group)) for one in (asked.of, asked.among)),
    reckon=_reckon,
    words=_words,
)
