"""The forms the stand-in knows: their fields, lines and references."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from .results import BAD_PARAMETER, Failure


@dataclass(frozen=True)
class Field:
    """A field: its key, what it is called, its kind (`ref:FORM` names another) and duty."""

    key: str
    name: str
    kind: str
    required: bool = False

    @property
    def refers(self) -> str:
        """Return the form it refers to, or an empty string."""
        return self.kind.partition("ref:")[2]


# Fields every form has and nobody sends.
SYSTEM = (
    Field("FDocumentStatus", "数据状态", "text"),
    Field("FCreateDate", "创建日期", "datetime"),
    Field("FModifyDate", "修改日期", "datetime"),
    Field("FApproveDate", "审核日期", "datetime"),
)


@dataclass(frozen=True)
class Form:
    """A form: base data or a bill, the latter with lines."""

    id: str
    name: str
    pk: str
    number: str
    prefix: str
    fields: Mapping[str, Field]
    entry: str = ""
    entry_name: str = ""
    lines: Mapping[str, Field] | None = None

    @cached_property
    def _by_word(self) -> dict[str, tuple[bool, str]]:
        known = {key.lower(): (False, key) for key in (*self.fields, self.pk)}
        if self.lines is not None:
            own = ("FEntryID", "FSeq")
            known |= {key.lower(): (True, key) for key in self.lines if key.lower() not in known}
            known |= {f"{self.entry}_{key}".lower(): (True, key) for key in own}
            known |= {f"{self.entry}.{key}".lower(): (True, key) for key in (*own, *self.lines)}
        return known

    def column(self, word: str) -> tuple[bool, str, str]:
        """Return what a word of a query names: whether of a line, its key, and what of it.

        Case does not matter. `FCustId.FNumber` reads through the reference.
        """
        found = self._by_word.get(word.lower())
        if found:
            return (*found, "")
        stem, _, inner = word.rpartition(".")
        found = self._by_word.get(stem.lower())
        if not found:
            raise Failure(BAD_PARAMETER, f"字段 {word} 不存在", word)
        return (*found, inner)

    def field(self, line: bool, key: str) -> Field | None:
        """Return the field of a key, None for keys the server gives."""
        return (self.lines if line and self.lines is not None else self.fields).get(key)


def _form(name: str, data: Mapping[str, Any]) -> Form:
    entry = data.get("entry")
    fields = {**_fields(data["fields"]), **{field.key: field for field in SYSTEM}}
    return Form(
        name,
        data["name"],
        data["pk"],
        data["number"],
        data["prefix"],
        fields,
        entry["key"] if entry else "",
        entry["name"] if entry else "",
        _fields(entry["fields"]) if entry else None,
    )


def _fields(data: Mapping[str, list[Any]]) -> dict[str, Field]:
    return {key: Field(key, row[0], row[1], required=len(row) > 2) for key, row in data.items()}


_DATA = json.loads(Path(__file__).with_name("forms.json").read_text(encoding="utf-8"))
FORMS: Mapping[str, Form] = {name: _form(name, data) for name, data in _DATA["forms"].items()}
# Base data that is only referred to: number and name.
SMALL: Mapping[str, Mapping[str, str]] = _DATA["small"]


def form(name: object) -> Form:
    """Return a form by its id."""
    if not name:
        raise Failure(5, "FormId 不能为空")
    if name not in FORMS:
        raise Failure(BAD_PARAMETER, f"业务对象 {name} 不存在")
    return FORMS[str(name)]


def business_info(asked: Form) -> dict[str, Any]:
    """Return the field catalogue of a form."""
    entries = [_entity("FBillHead", asked.name, asked.pk, asked.fields)]
    if asked.lines is not None:
        entries.append(_entity(asked.entry, asked.entry_name, "FEntryID", asked.lines))
    return {"Id": asked.id, "PkFieldName": asked.pk, "Name": _named(asked.name), "Entrys": entries}


def _entity(key: str, name: str, pk: str, fields: Mapping[str, Field]) -> dict[str, Any]:
    listed = [
        {
            "Key": one.key,
            "Name": _named(one.name),
            "PropertyName": one.key[1:],
            "ElementType": _ELEMENTS.get(one.kind.partition(":")[0], 1),
            "MustInput": int(one.required),
            "LookUpObject": {"FormId": one.refers} if one.refers else None,
        }
        for one in fields.values()
    ]
    return {"Key": key, "Name": _named(name), "EntryPkFieldName": pk, "Fields": listed}


def _named(name: str) -> list[dict[str, Any]]:
    return [{"Key": 2052, "Value": name}]


_ELEMENTS = {"text": 1, "number": 2, "integer": 3, "date": 4, "datetime": 5, "ref": 13, "bool": 8}
