"""JSON Schemas of what the API takes and gives: records, writes, problems, lists."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from seamline.forms import FieldModel, FormModel
from seamline.metadata import Step
from seamline.text import Text
from seamline.usecases.paperwork.offered import CONFIRMS
from seamline.usecases.submitting.confirming import SAME_FILE

from ..body import MAX_CONFIRM

Schema = dict[str, Any]
MAX_REASON = 1000

TEXT: Schema = {
    "type": "object",
    "properties": {"zh": {"type": "string"}, "en": {"type": "string"}},
    "required": ["zh", "en"],
    "additionalProperties": False,
}
MOMENT: Schema = {"type": "string", "format": "date-time"}
FILE: Schema = {
    "type": "object",
    "properties": {
        "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
        "name": {"type": "string"},
        "media_type": {"type": "string"},
        "size": {"type": "integer", "minimum": 0},
    },
    "required": ["sha256", "name", "media_type", "size"],
    "additionalProperties": False,
}
PROBLEM: Schema = {
    "type": "object",
    "description": "RFC 9457; one entry in `errors` for each thing that is wrong",
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string"},
        "version": {"type": "integer", "description": "On 412: the record's present version"},
        "incident": {"type": "string", "description": "On 500: find it in the log by this"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "field": {
                        "type": "string",
                        "description": "`customer`, `lines[2].qty`; a parameter or header by name",
                    },
                    "code": {"type": "string", "pattern": "^[a-z][a-z0-9_]*$"},
                    "message": {"type": "string"},
                    "messages": TEXT,
                    "got": {"type": "string"},
                },
                "required": ["field", "code", "message", "messages"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["type", "title", "status", "detail", "errors"],
    "additionalProperties": False,
}
FINDING: Schema = {
    "type": "object",
    "properties": {
        "rule": {"type": "string"},
        "class": {"enum": ["hard", "soft", "review"]},
        "result": {"enum": ["true", "unknown"]},
        "title": TEXT,
        "say": TEXT,
        "fields": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["rule", "class", "result", "title", "say", "fields"],
    "additionalProperties": False,
}
EVENT: Schema = {
    "type": "object",
    "properties": {
        "seq": {"type": "integer"},
        "kind": {"type": "string"},
        "at": MOMENT,
        "actor": {"type": "string"},
        "via": {"type": "string"},
        "step": {"type": "string"},
        "seen": {"type": "string"},
        "reported": {"type": "string"},
        "reason": {"type": "string"},
        "decision": {"type": "string"},
        "body": {"type": "object"},
    },
    "required": [
        "seq", "kind", "at", "actor", "via", "step", "seen", "reported", "reason", "decision",
        "body",
    ],
    "additionalProperties": False,
}  # fmt: skip
HEAD: Schema = {
    "type": "object",
    "properties": {
        "form": {"type": "string"},
        "id": {"type": "string"},
        "code": {"type": "string"},
        "tracking": {"type": "string"},
        "state": {"type": "string"},
        "updated_at": {"anyOf": [MOMENT, {"type": "null"}]},
        "label": {"type": "string"},
    },
    "required": ["form", "id", "code", "tracking", "state", "updated_at", "label"],
    "additionalProperties": False,
}
FORM: Schema = {
    "type": "object",
    "properties": {
        "id": {"type": "string"},
        "title": TEXT,
        "group": {"anyOf": [TEXT, {"type": "null"}]},
        "help": {"anyOf": [TEXT, {"type": "null"}]},
        "key": {"type": ["string", "null"]},
        "name": {"type": ["string", "null"]},
        "states": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "id": {"type": "string"},
                    "title": TEXT,
                    "final": {"type": "boolean"},
                },
                "required": ["id", "title", "final"],
                "additionalProperties": False,
            },
        },
        "steps": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "id": {"type": "string"},
                    "title": TEXT,
                    "reason": {"enum": ["none", "optional", "required"]},
                },
                "required": ["id", "title", "reason"],
                "additionalProperties": False,
            },
        },
        "href": {"type": "string"},
    },
    "required": ["id", "title", "group", "help", "key", "name", "states", "steps", "href"],
    "additionalProperties": False,
}


def shared() -> dict[str, Schema]:
    """Return the schemas that do not depend on a form."""
    return {
        "Problem": PROBLEM,
        "File": FILE,
        "Finding": FINDING,
        "Events": _items({"$ref": "#/components/schemas/Event"}),
        "Event": EVENT,
        "Heads": _items({"$ref": "#/components/schemas/Head"}),
        "Head": HEAD,
        "Forms": _items({"$ref": "#/components/schemas/Form"}),
        "Form": FORM,
    }


def _items(item: Schema) -> Schema:
    return {
        "type": "object",
        "properties": {"items": {"type": "array", "items": item}},
        "required": ["items"],
        "additionalProperties": False,
    }


def of_field(field: FieldModel, language: str, *, read: bool) -> Schema:
    """Return the schema of one field's JSON value, with its label; a missing value is null."""
    schema = _rows(field, language, read=read) if field.columns else _plain(field)
    schema["title"] = field.field.label.in_(language)
    if field.field.help is not None:
        schema["description"] = field.field.help.in_(language)
    if not field.kind.written:
        schema["readOnly"] = True
    return schema


def _plain(field: FieldModel) -> Schema:
    """Return the value's schema; of a looked-up value that of the field it repeats."""
    schema = {**field.shown_kind.value_schema(field.shown)}
    schema.pop("readOnly", None)
    return {"anyOf": [schema, {"type": "null"}]}


def _rows(field: FieldModel, language: str, *, read: bool) -> Schema:
    columns = [one for one in field.columns if read or one.kind.written]
    properties: Schema = {one.id: of_field(one, language, read=read) for one in columns}
    properties["_id"] = {
        "type": "string",
        "description": Text(
            "行的编号；带上它，行保持身份", "The row's id, which keeps it the same row"
        ).in_(language),
    }
    row: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    if not read:
        row["required"] = _required(columns)
    schema: Schema = {"type": "array", "items": row}
    if not read:
        settings = field.field.settings
        for key, name in (("min_rows", "minItems"), ("max_rows", "maxItems")):
            if settings.get(key):
                schema[name] = settings[key]
    return schema


def _required(fields: Iterable[FieldModel]) -> list[str]:
    """Return the fields that must always be sent: required without condition or default."""
    return [
        one.id
        for one in fields
        if one.field.required
        and one.field.default is None
        and one.field.visible_when is None
        and one.kind.written
    ]


def _own(model: FormModel) -> list[FieldModel]:
    """Return the fields of the record itself, sub-tables with their columns inside."""
    return [model.fields[field.id] for field in model.form.fields]


def values_read(model: FormModel, language: str) -> Schema:
    """Return the schema of a record's values as they come out."""
    return {
        "type": "object",
        "properties": {one.id: of_field(one, language, read=True) for one in _own(model)},
        "additionalProperties": False,
    }


def write(model: FormModel, step: Step, language: str) -> Schema:
    """Return the schema of the body of a step."""
    fields = [
        one
        for one in _own(model)
        if one.kind.written and (step.fields is None or one.id in step.fields)
    ]
    values: Schema = {
        "type": "object",
        "properties": {one.id: of_field(one, language, read=False) for one in fields},
        "additionalProperties": False,
    }
    required = [*(_required(fields) if step.id == "create" else ()), *step.needs]
    if required or step.id == "create":
        values["required"] = list(dict.fromkeys(required))
    reason: Schema = {"type": "string", "maxLength": MAX_REASON}
    body: Schema = {
        "type": "object",
        "properties": {
            "values": values,
            "reason": reason,
            "confirm": _confirm(model, language),
        },
        "additionalProperties": False,
    }
    if step.reason == "required":
        reason["minLength"] = 1
        body["required"] = ["reason"]
    if values.get("required"):
        body["required"] = [*body.get("required", ()), "values"]
    return body


def _confirm(model: FormModel, language: str) -> Schema:
    known = [duplicate.id for duplicate in model.form.duplicates]
    items: Schema = {"enum": known} if known else {"type": "string"}
    said = Text("已确认不是重复的检查编号", "Ids of duplicate checks that a person has looked at")
    if model.form.paper is not None:
        read: Schema = {"type": "string", "pattern": f"^{CONFIRMS}"}
        items = {"anyOf": [{"enum": [*known, SAME_FILE]}, read]}
        said = Text(
            "已确认不是重复的检查编号，以及已对照单据核对的值（read:字段）",
            "Ids of duplicate checks that a person has looked at, and values compared with the "
            "paper (read:field)",
        )
    return {
        "type": "array",
        "maxItems": MAX_CONFIRM,
        "items": items,
        "description": said.in_(language),
    }


def record(model: FormModel, *, written: bool, narrowed: frozenset[str] = frozenset()) -> Schema:
    """Return the schema of a record; `written` adds what a write says of the rules.

    `narrowed` are the names that its reader does not see on every record.
    """
    states = [state.id for state in model.form.states]
    properties: Schema = {
        "id": {"type": "string"},
        "form": {"const": model.form.id},
        "code": {"type": "string"},
        "tracking": {"type": "string"},
        "state": {"enum": states} if states else {"const": ""},
        "held": {"enum": ["", "pending", "returned"]},
        "revision": {"type": "integer", "minimum": 1},
        "version": {"type": "integer", "minimum": 1},
        "created_at": MOMENT,
        "created_by": {"type": "string"},
        "updated_at": MOMENT,
        "updated_by": {"type": "string"},
        "archived_at": {"anyOf": [MOMENT, {"type": "null"}]},
        "values": {"$ref": f"#/components/schemas/{model.form.id}.values"},
        "labels": {"type": "object", "additionalProperties": {"type": "string"}},
    }
    if model.form.closed is not None:
        mark = {"anyOf": [TEXT, {"type": "null"}], "description": "The mark of a closed record"}
        properties["closed"] = mark
    for name in model.unseen & {f"_{name}" for name in properties}:
        del properties[name[1:]]
    if written:
        properties["outcome"] = {"enum": ["passed", "reminded", "held"]}
        properties["findings"] = {
            "type": "array",
            "items": {"$ref": "#/components/schemas/Finding"},
        }
        # The soft rules to put before a person now; the rest is only marked on the record.
        properties["prompts"] = {"type": "array", "items": {"type": "string"}}
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if f"_{name}" not in narrowed],
        "additionalProperties": False,
    }


def page(model: FormModel) -> Schema:
    """Return the schema of one page of a list."""
    return {
        "type": "object",
        "properties": {
            "items": {
                "type": "array",
                "items": {"$ref": f"#/components/schemas/{model.form.id}.record"},
            },
            "total": {"type": ["integer", "null"]},
            "next": {"type": ["string", "null"]},
        },
        "required": ["items", "total", "next"],
        "additionalProperties": False,
    }
