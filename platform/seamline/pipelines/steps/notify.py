"""Tell people: inside the product, or through a connection to a channel they look at."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from seamline.connector import AskPerson, Delivery, Message, Sends
from seamline.documents import Path
from seamline.pages import Data
from seamline.problems import Problem
from seamline.scope import Scope
from seamline.text import Text, written

from ..kind import Course, Do, Gives, Hands, PipelineNames, Plan, StepKind
from ..shapes import CONNECTION, ID, TEXT, VALUE

NO_ADDRESS = Text("账户在该渠道没有地址。", "The account has no address in that channel.")


@dataclass(frozen=True, slots=True)
class Notice:
    """Words for people: by role or account inside, or by their address in a channel.

    `buttons` are shown by channels that have them; what is pressed comes back with the key.
    """

    text: Text
    title: Text | None = None
    connection: str = ""
    to: Any = ""
    roles: tuple[str, ...] = ()
    people: tuple[Any, ...] = ()
    template: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    buttons: tuple[tuple[Any, Text], ...] = ()


def read_notice(data: Data) -> Notice:
    """Return a notice from data that has its shape."""
    return Notice(
        text=written(data["text"]),
        title=written(data["title"]) if "title" in data else None,
        connection=data.get("connection", ""),
        to=data.get("to", ""),
        roles=tuple(data.get("roles", ())),
        people=tuple(data.get("people", ())),
        template=data.get("template", ""),
        parameters=data.get("parameters", {}),
        buttons=tuple((one["key"], written(one["text"])) for one in data.get("buttons", ())),
    )


def check_notice(data: Data, path: Path, names: PipelineNames, scope: Scope) -> None:
    """Check the words of a notice, and that there is somebody to read it."""
    for key in ("text", "title"):
        if key in data:
            names.words((*path, key), data[key], scope)
    for index, word in enumerate(data.get("roles", ())):
        names.role((*path, "roles", index), word)
    for index, written_ in enumerate(data.get("people", ())):
        names.value((*path, "people", index), written_, scope)
    for name, written_ in data.get("parameters", {}).items():
        names.value((*path, "parameters", name), written_, scope)
    for index, one in enumerate(data.get("buttons", ())):
        names.value((*path, "buttons", index, "key"), one["key"], scope)
        names.words((*path, "buttons", index, "text"), one["text"], scope)
    if "to" in data:
        names.value((*path, "to"), data["to"], scope)
    inside = "roles" in data or "people" in data
    if ("connection" in data) == inside or ("connection" in data) != ("to" in data):
        say = Text(
            "写 connection 和 to(经外部渠道)，或 roles / people(站内)。",
            "Write connection and to (a channel), or roles / people (inside the product).",
        )
        names.tell(path, "nobody_to_tell", say)


def send(asked: Notice, hands: Hands, *, ask: bool = False) -> dict[str, Any]:
    """Send a notice; return how far it got: to how many, and what the channel said.

    With `ask` a channel that cannot know whether it went out puts that before a person.
    """
    if not asked.connection:
        people = tuple(str(one) for one in map(hands.value, asked.people) if one)
        reached = hands.tell(asked.roles, people, asked.text)
        return {"state": "delivered" if reached else "failed", "reached": reached, "why": ""}
    return handed_over(asked, hands, ask)


@dataclass(frozen=True, slots=True)
class More:
    """What a message says beyond its notice: behind its words, where it leads, for its template."""

    text: str = ""
    link: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)


def handed_over(asked: Notice, hands: Hands, ask: bool, more: More | None = None) -> dict[str, Any]:
    """Send to whoever has an address; the others are told as failed, numbers never in full."""
    channel = hands.connection(asked.connection)
    if not isinstance(channel, Sends):
        say = Text(
            f"连接“{asked.connection}”不能发送消息。",
            f"The connection '{asked.connection}' cannot send messages.",
        )
        raise AskPerson(Problem("cannot_send", say))
    to = str(hands.value(asked.to) or "")
    names = [part.strip() for part in to.split(",") if part.strip()]
    where = hands.reach(asked.connection, names)
    called = {address: name for name, address in where.items() if address}
    lost = [Delivery(name, "failed", why=NO_ADDRESS) for name, at in where.items() if not at]
    found: Sequence[Delivery] = ()
    if called:
        found = channel.send(_message(asked, hands, tuple(called), ask, more or More()))
    return sent([*(replace(one, to=shown(called.get(one.to, one.to))) for one in found), *lost])


def shown(name: str) -> str:
    """Return an account as it is called, of a phone number the end."""
    bare = name.lstrip("+")
    return f"…{name[-4:]}" if bare.isdecimal() and len(bare) > 6 else name


def _message(asked: Notice, hands: Hands, to: tuple[str, ...], ask: bool, more: More) -> Message:
    parameters = {name: str(hands.value(one) or "") for name, one in asked.parameters.items()}
    return Message(
        key=hands.key,
        to=to,
        title=hands.words(asked.title) if asked.title else "",
        text=hands.words(asked.text) + more.text,
        link=more.link,
        template=asked.template,
        parameters={**parameters, **more.parameters},
        options=_options(asked, hands, ask),
    )


def _options(asked: Notice, hands: Hands, ask: bool) -> dict[str, Any]:
    buttons = [
        {"key": str(hands.value(key) or ""), "text": hands.words(text)}
        for key, text in asked.buttons
    ]
    return ({"ask": True} if ask else {}) | ({"buttons": buttons} if buttons else {})


def sent(deliveries: Sequence[Delivery]) -> dict[str, Any]:
    """Return deliveries as plain facts: the best state any address got to, and what was said."""
    states = [one.state for one in deliveries]
    best = next((s for s in ("delivered", "accepted", "unknown") if s in states), "failed")
    return {
        "state": best,
        "reached": sum(state in ("delivered", "accepted") for state in states),
        "why": "; ".join(one.why.en for one in deliveries if one.why is not None),
        "references": [one.reference for one in deliveries if one.reference],
        "to": [one.to for one in deliveries],
    }


def _read(data: Data, _plans: Callable[[Sequence[Data]], tuple[Plan, ...]]) -> Notice:
    return read_notice(data)


def _check(data: Data, path: Path, names: PipelineNames, scope: Scope) -> Gives:
    check_notice(data, path, names, scope)
    return Gives({"state": "text", "reached": "number", "why": "text"})


def _run(asked: Notice, hands: Hands) -> Course:
    found = yield Do(
        lambda: send(asked, hands, ask=True),
        writes=True,
        trial=lambda: {"text": hands.words(asked.text)},
        ours=not asked.connection,
    )
    return {"state": "", "reached": 0, "why": "", **found}


_BUTTON: dict[str, Any] = {
    "type": "object",
    "required": ["key", "text"],
    "properties": {"key": VALUE, "text": TEXT},
    "additionalProperties": False,
}
SETTINGS: dict[str, Any] = {
    "connection": CONNECTION,
    "to": VALUE,
    "roles": {"type": "array", "minItems": 1, "maxItems": 40, "items": ID},
    "people": {"type": "array", "minItems": 1, "maxItems": 40, "items": VALUE},
    "title": TEXT,
    "text": TEXT,
    "template": ID,
    "parameters": {"type": "object", "additionalProperties": VALUE, "maxProperties": 20},
    "buttons": {
        "description": "卡片按钮，按下后回传 key · Buttons of a card; pressed, they give their key",
        "type": "array",
        "minItems": 1,
        "maxItems": 6,
        "items": _BUTTON,
    },
}
KIND = StepKind(
    "notify",
    Text("通知", "Notify"),
    SETTINGS,
    _read,
    _check,
    _run,
    ("text",),
    icon="send",
    sends=True,
)
