"""What a paper's reading offered for a record, and who stood up for each doubtful value of it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Literal

from seamline.text import Text

How = Literal["", "sure", "confirmed", "changed"]
CONFIRMS = "read:"  # before the path of a value, among what a submission confirms


@dataclass(frozen=True, slots=True)
class Offered:
    """One value that was read: `how` it was settled, by whom; empty while it is in doubt.

    `path` is its place on the paper (`lines.0.qty`), `row` the row of the record it went to.
    """

    path: str
    word: str
    said: str
    zh: str
    en: str
    how: How = ""
    by: str = ""
    row: str = ""

    @property
    def label(self) -> Text:
        """How the field is called."""
        return Text(self.zh, self.en)

    @property
    def confirm(self) -> str:
        """The word by which a submission confirms it."""
        return CONFIRMS + self.path

    @property
    def place(self) -> tuple[str, int, str]:
        """The field, and in a table the number of its row from 0 and its column."""
        head, _dot, rest = self.path.partition(".")
        number, _dot, column = rest.partition(".")
        return head, int(number) if column else -1, column


def to_words(values: Iterable[Offered]) -> str:
    """Return what was offered as the text that the paper keeps."""
    return json.dumps([asdict(one) for one in values], ensure_ascii=False)


def of_words(words: str) -> tuple[Offered, ...]:
    """Return what was offered from the text that the paper keeps."""
    return tuple(Offered(**one) for one in json.loads(words)) if words else ()
