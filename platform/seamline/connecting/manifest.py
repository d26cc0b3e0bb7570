"""`connector.json`: what a connector asks for and can do, checked before anything of it runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from seamline import schema
from seamline.connector import Capability
from seamline.documents import Document, read
from seamline.problems import Problem, Refused
from seamline.text import Text, written

CAPABILITIES: Mapping[Capability, Text] = {
    "read": Text("读取", "reads"),
    "write": Text("写入", "writes"),
    "send": Text("发消息", "sends messages"),
    "receive": Text("接收回调", "receives calls"),
    "sign_in": Text("登录", "signs people in"),
}


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of a connector: its JSON Schema, and whether it is a secret."""

    name: str
    title: Text
    law: Mapping[str, Any]
    required: bool
    secret: bool
    help: Text | None = None


@dataclass(frozen=True, slots=True)
class Permission:
    """A right that a connector needs in the other system, and the capability that needs it."""

    capability: Capability
    say: Text


@dataclass(frozen=True, slots=True)
class MemberId:
    """What the other system calls a person: a pattern that fits the whole id, and in words."""

    pattern: str
    say: Text


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a connector says of itself; limits of None are left to the connection.

    `client` is how the other system's own browser is told by its User-Agent.
    """

    name: str
    title: Text
    settings: tuple[Setting, ...]
    capabilities: tuple[Capability, ...]
    permissions: tuple[Permission, ...]
    hosts: tuple[str, ...] = ()
    concurrency: int | None = None
    per_minute: int | None = None
    description: Text | None = None
    client: str = ""
    member: MemberId | None = None

    @property
    def secrets(self) -> tuple[str, ...]:
        """The names of the settings that are secrets."""
        return tuple(one.name for one in self.settings if one.secret)

    def law(self) -> dict[str, Any]:
        """Return the JSON Schema of the settings that are written down, secrets left out."""
        open_ = [one for one in self.settings if not one.secret]
        return {
            "type": "object",
            "properties": {one.name: dict(one.law) for one in open_},
            "required": [one.name for one in open_ if one.required and "default" not in one.law],
            "additionalProperties": False,
        }

    def filled(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Return settings with the default of each that is not given."""
        usual = {one.name: one.law["default"] for one in self.settings if "default" in one.law}
        return {**usual, **settings}


def read_manifest(text: str, file: str, name: str) -> Manifest:
    """Return the manifest in `text`; raises Refused with every problem and its place in `file`.

    `name` is the name that it has to have: its folder's.
    """
    document = read(text, file, "json")
    problems = schema.check(document, "connector") or list(_check(document, name))
    if problems:
        raise Refused(problems)
    return _built(document.data)


def _check(document: Document, name: str) -> list[Problem]:
    """Return what is wrong with a manifest of the right shape."""
    data, problems = document.data, []
    if data["connector"] != name:
        say = Text(
            f"文件夹叫“{name}”，这里写的是“{data['connector']}”。",
            f"The folder is called '{name}', this says '{data['connector']}'.",
        )
        problems.append(Problem("other_name", say, document.place(("connector",))))
    settings = data.get("settings", {})
    properties = settings.get("properties", {})
    for path, names in (
        (("settings", "required"), settings.get("required", ())),
        (
            ("secrets",),
            data.get("secrets", ()),
        ),
    ):
        for index, one in enumerate(names):
            if one not in properties:
                say = Text(f"没有叫“{one}”的设置。", f"There is no setting '{one}'.")
                place = document.place((*path, index))
                problems.append(Problem("unknown_setting", say, place, got=one))
    wrong = schema.wrong_law({"type": "object", **settings})
    if wrong is not None:
        say = Text(f"不是有效的 JSON Schema:{wrong[1]}", f"No valid JSON Schema: {wrong[1]}")
        problems.append(Problem("wrong_law", say, document.place(("settings", *wrong[0]))))
    if "member" in data:
        wrong = schema.wrong_law({"pattern": data["member"]["pattern"]})
        if wrong is not None:
            say = Text("不是有效的正则表达式。", "No valid regular expression.")
            problems.append(Problem("wrong_law", say, document.place(("member", "pattern"))))
    asked = {one["for"] for one in data["permissions"]}
    for capability in data["capabilities"]:
        if capability not in asked:
            say = Text(
                f"能力“{capability}”要哪些权限没有写。",
                f"It does not say which rights the capability '{capability}' needs.",
            )
            place = document.place(("permissions",))
            problems.append(Problem("permission_unsaid", say, place, got=capability))
    return problems


def _built(data: Mapping[str, Any]) -> Manifest:
    settings = data.get("settings", {})
    secrets, required = data.get("secrets", ()), settings.get("required", ())
    limits = data.get("limits", {})
    return Manifest(
        name=data["connector"],
        title=written(data["title"]),
        settings=tuple(
            Setting(
                name=name,
                title=two(law["title"]),
                law=law,
                required=name in required,
                secret=name in secrets,
                help=two(law["description"]) if "description" in law else None,
            )
            for name, law in settings.get("properties", {}).items()
        ),
        capabilities=tuple(data["capabilities"]),
        permissions=tuple(
            Permission(one["for"], written(one["say"])) for one in data["permissions"]
        ),
        hosts=tuple(data.get("hosts", ())),
        concurrency=limits.get("concurrency"),
        per_minute=limits.get("per_minute"),
        description=written(data["description"]) if "description" in data else None,
        client=data.get("client", ""),
        member=MemberId(data["member"]["pattern"], written(data["member"]["say"]))
        if "member" in data
        else None,
    )


def two(words: str) -> Text:
    """Return the text that `中文 · English` stands for."""
    zh, _, en = words.partition(" · ")
    return Text(zh, en or zh)
