"""Connections: from plain data to their metadata, against their connector and the forms they fill.

What a connector asks for is looked at where a package comes in, not where it serves already: a
connector that is gone or broken must not take the product down with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seamline.connecting import Kind, discovered, wrong_reference
from seamline.documents import Path
from seamline.fields import KINDS
from seamline.metadata import (
    ColumnMap,
    Connection,
    Field,
    Form,
    MappedField,
    MappedTable,
    Mirror,
    Settles,
)
from seamline.metadata.connection import AS_OF, Notices
from seamline.schema import check_given
from seamline.text import Text, written

from .building import cell, seconds
from .draft import Draft, Sheet
from .import_checks import check_columns


def built(data: Mapping[str, Any]) -> Connection:
    """Return a connection from data that passed the schema."""
    limits = data.get("limits", {})
    return Connection(
        id=data["connection"],
        title=written(data["title"]),
        connector=data["connector"],
        on=data.get("on", False),
        settings=data.get("settings", {}),
        secrets=data.get("secrets", {}),
        network=data.get("network", "public"),
        hosts=tuple(data.get("hosts", ())),
        concurrency=limits.get("concurrency"),
        per_minute=limits.get("per_minute"),
        mirrors=tuple(_mirror(item) for item in data.get("mirrors", ())),
        note=written(data["note"]) if "note" in data else None,
        notices=_notices(data["notices"]) if "notices" in data else None,
    )


def _notices(data: Mapping[str, Any]) -> Notices:
    words = {
        kind: (written(one["title"]) if "title" in one else None, written(one["text"]))
        for kind, one in data.get("words", {}).items()
    }
    return Notices(
        on=tuple(data.get("on", ())),
        urgent=tuple(data.get("urgent", ())),
        template=data.get("template", ""),
        parameters=data.get("parameters", {}),
        words=words,
        quiet=data.get("quiet", ""),
        digest=data.get("digest", 0),
        budget=data.get("budget", 30),
    )


def _mirror(data: Mapping[str, Any]) -> Mirror:
    return Mirror(
        id=data["id"],
        entity=data["entity"],
        form=data["form"],
        key=data["key"],
        fields=tuple(_field(item, item["owner"]) for item in data["fields"]),
        tables=tuple(
            MappedTable(
                item["to"],
                item["from"],
                item["owner"],
                tuple(_field(column, item["owner"]) for column in item["fields"]),
            )
            for item in data.get("tables", ())
        ),
        every=seconds(data.get("every", "5m")),
        gone=data.get("gone", "archive"),
        on=data.get("on", True),
        settles=_settles(data["settles"]) if "settles" in data else None,
        late=seconds(data["late"]) if "late" in data else 0,
        basis=written(data["basis"]) if "basis" in data else None,
    )


def _settles(data: Mapping[str, Any]) -> Settles:
    return Settles(tuple(data["entities"]), data["member"])


def _field(data: Mapping[str, Any], owner: Any) -> MappedField:
    return MappedField(
        to=data["to"],
        owner=owner,
        member=data.get("from"),
        match=data.get("match"),
        values={str(key): cell(value) for key, value in data.get("values", {}).items()},
        constant=cell(data["constant"]) if "constant" in data else None,
    )


def check_connections(draft: Draft) -> None:
    """Check every connection of the package."""
    forms = draft.forms()
    owned = _owned_elsewhere(draft)
    for sheet in draft.of_kind("connection"):
        if draft.files is not None:
            _check_connector(draft, sheet)
        _check_secrets(draft, sheet)
        mirrors = sheet.part.mirrors
        draft.each_once(
            sheet,
            "mirror",
            ((("mirrors", at, "id"), one.id) for at, one in enumerate(mirrors)),
        )
        for index, mirror in enumerate(mirrors):
            _check_mirror(draft, sheet, ("mirrors", index), mirror, forms)
            _check_owners(draft, sheet, ("mirrors", index), mirror, owned)


def _check_connector(draft: Draft, sheet: Sheet) -> None:
    """Check the settings against what the connector asks for."""
    kinds = discovered().kinds
    kind = kinds.get(sheet.part.connector)
    if kind is None:
        draft.unknown(sheet, ("connector",), "connector", sheet.part.connector, kinds)
        return
    law = kind.manifest.law()
    if not sheet.part.on:
        law["required"] = []  # what is missing is filled in on the spot, before it is turned on
    settings = sheet.document.data.get("settings", {})
    named = [name for name in settings if name in kind.manifest.secrets]
    for name in named:
        say = Text(
            f"“{name}”是密钥，不写在 settings 里。",
            f"'{name}' is a secret and no setting to write.",
        )
        hint = Text(
            f"写 secrets: {{{name}: store:名称}}。", f"Write secrets: {{{name}: store:name}}."
        )
        draft.tell(sheet, ("settings", name), "secret_written", say, hint, key=True)
    open_ = {name: value for name, value in settings.items() if name not in named}
    draft.problems.extend(check_given(law, sheet.document, ("settings",), open_))
    _check_named_secrets(draft, sheet, kind)


def _check_named_secrets(draft: Draft, sheet: Sheet, kind: Kind) -> None:
    for name in sheet.part.secrets:
        if name not in kind.manifest.secrets:
            draft.unknown(sheet, ("secrets", name), "secret", name, kind.manifest.secrets)
    for setting in kind.manifest.settings:
        missing = setting.secret and setting.required and setting.name not in sheet.part.secrets
        if missing and sheet.part.on:
            say = Text(f"缺少密钥“{setting.name}”。", f"The secret '{setting.name}' is missing.")
            draft.tell(sheet, ("secrets",), "missing_key", say)


def _check_secrets(draft: Draft, sheet: Sheet) -> None:
    for name, reference in sheet.part.secrets.items():
        wrong = wrong_reference(reference)
        if wrong is not None:
            draft.tell(
                sheet, ("secrets", name), "wrong_reference", Text(f"{wrong.zh}。", f"{wrong.en}.")
            )


def _check_mirror(
    draft: Draft, sheet: Sheet, path: Path, mirror: Mirror, forms: Mapping[str, Form]
) -> None:
    form = forms.get(mirror.form)
    if form is None:
        if ("form", mirror.form) not in draft.failed:
            draft.unknown(sheet, (*path, "form"), "form", mirror.form, forms)
        return
    fields = {field.id: field for field in form.fields}
    if draft.shaky.get(form.id):
        return
    check_columns(draft, sheet, (*path, "fields"), _columns(mirror.fields), fields, "field")
    _check_age(draft, sheet, (*path, "fields"), mirror, fields)
    tables = {name: field for name, field in fields.items() if field.kind == "table"}
    for index, table in enumerate(mirror.tables):
        here = (*path, "tables", index)
        found = tables.get(table.to)
        if found is None:
            draft.unknown(sheet, (*here, "to"), "table", table.to, tables)
            continue
        columns = {column.id: column for column in found.fields}
        check_columns(draft, sheet, (*here, "fields"), _columns(table.fields), columns, "column")
    _check_key(draft, sheet, path, mirror, form, fields)
    if mirror.settles is not None and not any(
        other.posts is not None and other.posts.to == form.id for other in forms.values()
    ):
        say = Text(
            f"没有表单往“{form.id}”记账，没有可核销的变动。",
            f"No form posts to '{form.id}': there are no moves to settle.",
        )
        draft.tell(sheet, (*path, "settles"), "nothing_to_settle", say)


def _check_age(
    draft: Draft, sheet: Sheet, path: Path, mirror: Mirror, fields: Mapping[str, Field]
) -> None:
    """Check that when a thing stood so goes where a moment can be kept."""
    for index, one in enumerate(mirror.fields):
        field = fields.get(one.to)
        if one.member != AS_OF or field is None or field.kind == "datetime":
            continue
        title = KINDS[field.kind].title
        say = Text(
            f"{AS_OF} 是日期时间，“{field.id}”是{title.zh}。",
            f"{AS_OF} is a date and time, '{field.id}' is of the kind {title.en}.",
        )
        hint = Text("用 datetime 类型的字段接收它。", "Take it into a field of the kind datetime.")
        draft.tell(sheet, (*path, index, "from"), "wrong_kind", say, hint, got=field.kind)


def _columns(fields: tuple[MappedField, ...]) -> list[ColumnMap]:
    return [ColumnMap(one.to, one.member, one.match, one.values, one.constant) for one in fields]


def _check_key(
    draft: Draft,
    sheet: Sheet,
    path: Path,
    mirror: Mirror,
    form: Form,
    fields: Mapping[str, Field],
) -> None:
    """Check that records are told apart by a field that the source fills and that is unique."""
    field, here = fields.get(mirror.key), (*path, "key")
    if field is None:
        draft.unknown(sheet, here, "field", mirror.key, fields)
    elif not (field.unique or field.id == form.key):
        say = Text(
            f"“{field.id}”不是唯一的，认不出同一条记录。",
            f"'{field.id}' is not unique and cannot tell records apart.",
        )
        hint = Text(
            "用表单的 key，或给它加 unique: true。", "Use the form's key, or make it unique: true."
        )
        draft.tell(sheet, here, "key_not_unique", say, hint, got=field.id)
    elif not any(one.to == mirror.key and one.owner == "source" for one in mirror.fields):
        say = Text(
            f"键“{field.id}”要由对方填写(owner: source)。",
            f"The key '{field.id}' has to be filled by the source (owner: source).",
        )
        draft.tell(sheet, here, "key_not_mapped", say, got=field.id)


# By form and field: which mirror of which connection maps it, and whether it is its key.
Owned = dict[tuple[str, str], tuple[str, str, bool]]


def _owned_elsewhere(draft: Draft) -> Owned:
    """Return which fields are mapped by packages that are installed."""
    return {
        (mirror.form, one.to): (connection.id, mirror.id, one.to == mirror.key)
        for package in draft.others
        for connection in package.connections
        for mirror in connection.mirrors
        for one in mirror.mapped
    }


def _check_owners(draft: Draft, sheet: Sheet, path: Path, mirror: Mirror, owned: Owned) -> None:
    """Keep a problem for each field that is mapped a second time: it has one owner.

    The key alone may be mapped by several mirrors of one connection.
    """
    for part in ("fields", "tables"):
        for index, one in enumerate(getattr(mirror, part)):
            mine = (sheet.id, mirror.id, one.to == mirror.key)
            other = owned.setdefault((mirror.form, one.to), mine)
            if other[:2] == mine[:2] or (other[0] == sheet.id and other[2] and mine[2]):
                continue
            say = Text(
                f"“{mirror.form}.{one.to}”已由连接“{other[0]}”对应，一个字段只有一个归属。",
                f"'{mirror.form}.{one.to}' is mapped by the connection '{other[0]}' already; "
                "a field has one owner.",
            )
            draft.tell(sheet, (*path, part, index, "to"), "owned_twice", say, got=one.to)
