"""How the rules fare: the share that is on, that of reminders heeded, that of cases missed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from seamline.documents import Path
from seamline.pages import Data, Names
from seamline.text import Text

from .kind import FormulaKind, History, RuleFigures, Sample, Words
from .periods import Span

_SHARES = {
    "enabled": Text("已启用的规则占全部规则的百分比", "Rules that are on, in percent of all"),
    "adopted": Text(
        "被照办的提醒占触发提醒的百分比", "Reminders that were heeded, in percent of those made"
    ),
    "missed": Text(
        "漏检占已知应检情形的百分比", "Known cases that no rule found, in percent of all known"
    ),
}


@dataclass(frozen=True, slots=True)
class Rules:
    """One of the shares of the rule coach, over the last `days`."""

    show: str
    days: int


def _check(_data: Data, _path: Path, _names: Names) -> None:
    """Its settings name nothing of the package."""


def _reckon(asked: Rules, history: History, _span: Span) -> Sample:
    figures: RuleFigures = history.rules(asked.days)
    shares: Mapping[str, Any] = {
        "enabled": figures.enabled, "adopted": figures.adopted, "missed": figures.missed,
    }  # fmt: skip
    return Sample(shares[asked.show], figures.judged)


def _words(asked: Rules, _words_: Words) -> Text:
    share = _SHARES[asked.show]
    return Text(
        f"{share.zh}(最近 {asked.days} 天)。", f"{share.en}, over the last {asked.days} days."
    )


KIND = FormulaKind(
    name="rules",
    title=Text("规则运行", "Rules"),
    settings={
        "show": {"description": "哪一项 · Which share", "enum": list(_SHARES)},
        "days": {"description": "天数 · Days", "type": "integer", "minimum": 1, "maximum": 366},
    },
    required=("show",),
    read=lambda data: Rules(data["show"], data.get("days", 90)),
    check=_check,
    counts=lambda asked: (),
    reckon=_reckon,
    words=_words,
    periods=False,
)
