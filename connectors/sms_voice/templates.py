"""The templates of a connection: what a provider approved, and which words go where in it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from seamline.connector import AskPerson, Message
from seamline.problems import Problem
from seamline.text import Text

Medium = Literal["sms", "voice"]
_NUMBER = re.compile(r"\+?\d{6,15}")
_LONGEST_WORD = 35  # what providers let a single parameter have


@dataclass(frozen=True, slots=True)
class Template:
    """A template as its provider approved it; `parameters` are in its own order."""

    name: str
    medium: Medium
    id: str
    parameters: tuple[str, ...]

    def words(self, message: Message) -> dict[str, str]:
        """Return the parameters of a message in order; raises AskPerson where one is missing."""
        missing = [name for name in self.parameters if not message.parameters.get(name)]
        if missing:
            listed = ", ".join(missing)
            raise AskPerson(
                Problem(
                    "sms_parameters",
                    Text(
                        f"模板“{self.name}”缺少参数：{listed}。",
                        f"The template '{self.name}' lacks: {listed}.",
                    ),
                )
            )
        return {name: _short(message.parameters[name]) for name in self.parameters}


def _short(word: str) -> str:
    flat = " ".join(str(word).split())
    return flat if len(flat) <= _LONGEST_WORD else f"{flat[: _LONGEST_WORD - 1]}…"


def read(settings: Sequence[Mapping[str, Any]]) -> dict[str, Template]:
    """Return the templates of the settings by name."""
    return {
        str(one["name"]): Template(
            str(one["name"]),
            "voice" if one.get("medium") == "voice" else "sms",
            str(one["id"]),
            tuple(one.get("parameters") or ()),
        )
        for one in settings
    }


def chosen(templates: Mapping[str, Template], message: Message) -> Template:
    """Return the template a message names; there is no free text with either provider."""
    found = templates.get(message.template)
    if found is None:
        known = ", ".join(templates) or "-"
        raise AskPerson(
            Problem(
                "sms_template",
                Text(
                    f"连接没有短信/语音模板“{message.template}”，现有：{known}。",
                    f"The connection has no template '{message.template}' but {known}.",
                ),
                hint=Text("请在连接设置中登记。", "Enter it in the settings of the connection."),
            )
        )
    return found


def number(address: str) -> str:
    """Return a phone number without its ornaments, nothing where it is none."""
    bare = re.sub(r"[\s()-]", "", address)
    return bare if _NUMBER.fullmatch(bare) else ""


def international(bare: str) -> str:
    """Return a number as +86… or what country it has."""
    return bare if bare.startswith("+") else f"+86{bare}"


def domestic(bare: str) -> str:
    """Return a number of China without its country, another with it and without the +."""
    return bare.removeprefix("+86").removeprefix("+")
