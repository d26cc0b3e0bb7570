"""Sentences in the two languages of the product."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence or label in zh-CN and English."""

    zh: str
    en: str

    def in_(self, language: str) -> str:
        """Return the sentence in `language`; English where the language is not zh."""
        return self.zh if language == "zh" else self.en

    def fill(self, **values: object) -> Text:
        """Return the sentence with `{name}` places filled in both languages."""
        return Text(self.zh.format(**values), self.en.format(**values))

    @classmethod
    def same(cls, word: str) -> Text:
        """Return a text that reads alike in both languages (a code, a name)."""
        return cls(word, word)


def written(raw: str | Mapping[str, str]) -> Text:
    """Return an author's text: `{zh, en}`, or one string for both languages."""
    return Text.same(raw) if isinstance(raw, str) else Text(raw["zh"], raw["en"])
