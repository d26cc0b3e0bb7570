"""A progress page: what a customer sees of a record by a link of its own, without signing in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from seamline.documents import Path
from seamline.metadata import Form
from seamline.text import Text, written

from .kind import Data, Names, PageKind

VALID, REFRESH = "180d", 30
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


@dataclass(frozen=True, slots=True)
class Journey:
    """Where a shipment has been: a sub-table of places with their times and a word on each."""

    table: str
    place: str
    at: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Related:
    """Records that refer to the one of the link: their facts, steps, pictures and journey."""

    form: str
    by: str
    title: Text
    facts: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()
    journey: Journey | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """What stands on the page; `role` says what of it the link may show at all.

    `headline` names dates of which the first that is there stands large; it is on time while it is
    not after `due`. `rail` are the states in their order, `steps` what the timeline tells of.
    `makers` are the roles that make and end links; a link is valid for `valid`.
    """

    form: str
    role: str
    headline: tuple[str, ...]
    due: str = ""
    facts: tuple[str, ...] = ()
    rail: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()
    related: tuple[Related, ...] = ()
    makers: tuple[str, ...] = ()
    valid: timedelta = timedelta(days=180)
    refresh: int = REFRESH


def _read(data: Data) -> Progress:
    return Progress(
        form=data["form"],
        role=data["role"],
        headline=tuple(data["headline"]),
        due=data.get("due", ""),
        facts=tuple(data.get("facts", ())),
        rail=tuple(data.get("rail", ())),
        steps=tuple(data.get("steps", ())),
        pictures=tuple(data.get("pictures", ())),
        related=tuple(_related(item) for item in data.get("related", ())),
        makers=tuple(data.get("makers", ())),
        valid=_span(data.get("valid", VALID)),
        refresh=data.get("refresh", REFRESH),
    )


def _related(data: Data) -> Related:
    journey = data.get("journey")
    return Related(
        form=data["form"],
        by=data["by"],
        title=written(data["title"]),
        facts=tuple(data.get("facts", ())),
        steps=tuple(data.get("steps", ())),
        pictures=tuple(data.get("pictures", ())),
        journey=None
        if journey is None
        else Journey(journey["table"], journey["place"], journey["at"], journey.get("note", "")),
    )


def _span(word: str) -> timedelta:
    return timedelta(**{_UNITS[word[-1]]: int(word[:-1])})


def _check(data: Data, names: Names) -> None:
    form = names.form(("form",), data["form"])
    names.role(("role",), data["role"], "external", data["form"])
    for index, role in enumerate(data.get("makers", ())):
        names.role(("makers", index), role)
    if form is None:
        return
    for index, word in enumerate(data["headline"]):
        names.field(("headline", index), form, word, ("date", "datetime", "computed"))
    if "due" in data:
        names.field(("due",), form, data["due"], ("date", "datetime", "computed"))
    for index, word in enumerate(data.get("rail", ())):
        names.state(("rail", index), form, word)
    _check_told(data, form, (), names)
    for index, item in enumerate(data.get("related", ())):
        path: Path = ("related", index)
        other = names.form((*path, "form"), item["form"])
        if other is not None:
            names.field((*path, "by"), other, item["by"], ("reference",))
            _check_told(item, other, path, names)
            _check_journey(item, other, path, names)


def _check_told(data: Data, form: Form, path: Path, names: Names) -> None:
    for index, word in enumerate(data.get("facts", ())):
        names.column((*path, "facts", index), form, word)
    for index, word in enumerate(data.get("steps", ())):
        names.step((*path, "steps", index), form, word)
    for index, word in enumerate(data.get("pictures", ())):
        names.field((*path, "pictures", index), form, word, ("image", "attachment"))


def _check_journey(data: Data, form: Form, path: Path, names: Names) -> None:
    journey = data.get("journey")
    if journey is None:
        return
    kinds = {"place": ("place",), "at": ("datetime",), "note": ("text", "choice")}
    if names.field((*path, "journey", "table"), form, journey["table"], ("table",)) is None:
        return
    for key, allowed in kinds.items():
        if key in journey:
            name = f"{journey['table']}.{journey[key]}"
            names.field((*path, "journey", key), form, name, allowed)


_LISTED = {"type": "array", "maxItems": 40, "uniqueItems": True, "items": {"$ref": "#/$defs/id"}}
_TOLD = {
    "facts": {"description": "写出的字段 · Facts shown", "$ref": "#/$defs/column_names"},
    "steps": {"description": "时间线上的业务环节 · Steps told", **_LISTED},
    "pictures": {"description": "照片与视频字段 · Pictures and clips", **_LISTED},
}
KIND = PageKind(
    name="progress",
    title=Text("进度页", "Progress page"),
    settings={
        "form": {"$ref": "#/$defs/id"},
        "role": {
            "description": "链接所见由此角色决定 · The role that says what a link shows",
            "$ref": "#/$defs/id",
        },
        "headline": {
            "description": "大字日期，取第一个有值的 · Dates; the first that is there stands large",
            "minItems": 1,
            **_LISTED,
        },
        "due": {"description": "约定交期 · The day agreed", "$ref": "#/$defs/id"},
        "rail": {"description": "进度条的状态 · States in their order", **_LISTED},
        **_TOLD,
        "related": {
            "description": "相关记录 · Records that refer to it",
            "type": "array",
            "maxItems": 10,
            "items": {
                "type": "object",
                "required": ["form", "by", "title"],
                "properties": {
                    "form": {"$ref": "#/$defs/id"},
                    "by": {"description": "引用字段 · By this reference", "$ref": "#/$defs/id"},
                    "title": {"$ref": "#/$defs/text"},
                    **_TOLD,
                    "journey": {
                        "description": "在途位置 · Where a shipment has been",
                        "type": "object",
                        "required": ["table", "place", "at"],
                        "properties": {
                            key: {"$ref": "#/$defs/id"} for key in ("table", "place", "at", "note")
                        },
                        "additionalProperties": False,
                    },
                },
                "additionalProperties": False,
            },
        },
        "makers": {"description": "可生成、停用链接的角色 · Roles that make links", **_LISTED},
        "valid": {"$ref": "#/$defs/duration"},
        "refresh": {
            "description": "自动刷新秒数 · Seconds between looks",
            "type": "integer",
            "minimum": 10,
            "maximum": 3600,
        },
    },
    settings_required=("form", "role", "headline"),
    read=_read,
    check=_check,
    public=True,
)
