"""The Excel template of a form: headers, an example, drop-downs, and a sheet that explains."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from seamline.fields import kind_of
from seamline.fields.fragments import text_of
from seamline.metadata import Field, Form
from seamline.text import Text
from seamline.usecases.spreadsheets import TemplateColumn

from .mapping import Target, targets

_EXPLAINED = (
    Text("列", "Column"),
    Text("字段", "Field"),
    Text("类型", "Kind"),
    Text("必填", "Required"),
    Text("要求", "Limits"),
    Text("示例", "Example"),
    Text("说明", "Help"),
)
_FILES = ("attachment", "image", "signature")
_EXAMPLES = {
    "text": Text("文本", "Text"),
    "long_text": Text("一段文字", "Some words"),
    "integer": Text.same("10"),
    "decimal": Text.same("12.5"),
    "money": Text.same("1200"),
    "percent": Text.same("13"),
    "boolean": Text("是", "yes"),
    "date": Text.same("2026-03-31"),
    "datetime": Text.same("2026-03-31 14:30"),
    "duration": Text.same("2h30m"),
    "barcode": Text.same("6901234567892"),
    "phone": Text.same("13800000000"),
    "email": Text.same("name@example.com"),
    "url": Text.same("https://example.com"),
    "person": Text.same("admin"),
    "place": Text.same("31.2304,121.4737"),
}


def write(stream: IO[bytes], form: Form, language: str) -> None:
    """Write the import template of `form` with its words in `language` to `stream`."""
    columns = [_column(target, language) for target in targets(form) if _offered(target)]
    titles = (form.title.in_(language), Text("填写说明", "How to fill it in").in_(language))
    from seamline.usecases.workbooks import write_template

    write_template(stream, titles, columns, [word.in_(language) for word in _EXPLAINED])


def _offered(target: Target) -> bool:
    return target.field.kind not in _FILES


def _column(target: Target, language: str) -> TemplateColumn:
    field = target.field
    header = target.label.in_(language) + (" *" if field.required else "")
    example = _example(field).in_(language)
    yes_no = Text("是", "yes") if field.required else Text("", "")
    explained = (
        header,
        target.path,
        kind_of(field).title.in_(language),
        yes_no.in_(language),
        "; ".join(text.in_(language) for text in _limits(field)),
        example,
        field.help.in_(language) if field.help is not None else "",
    )
    return TemplateColumn(header, example, tuple(_choices(field, language)), explained)


def _choices(field: Field, language: str) -> Iterator[str]:
    if field.kind == "choice":
        for option in field.settings.get("options", ()):
            yield text_of(option["label"]).in_(language)
    elif field.kind == "boolean":
        yield from (Text("是", "yes").in_(language), Text("否", "no").in_(language))


def _example(field: Field) -> Text:
    if isinstance(field.default, (str, int)) and not isinstance(field.default, bool):
        return Text.same(str(field.default))
    options = field.settings.get("options", ())
    if options:
        return text_of(options[0]["label"])
    if field.kind == "reference":
        return Text("编码", "code")
    least = field.settings.get("min")
    if isinstance(least, (int, float)):
        return Text.same(str(least))
    return _EXAMPLES.get(field.kind, Text.same(""))


def _limits(field: Field) -> Iterator[Text]:
    settings = field.settings
    for key, words in (
        ("min", Text("最小", "at least")),
        ("max", Text("最大", "at most")),
        ("max_length", Text("最多字符", "characters at most")),
        ("scale", Text("小数位", "decimals")),
    ):
        if settings.get(key) is not None:
            yield Text(f"{words.zh} {settings[key]}", f"{words.en} {settings[key]}")
    if settings.get("to"):
        yield Text(f"引用 {settings['to']} 的编码", f"the code of a record of {settings['to']}")
    if field.kind == "multi_choice":
        labels = [text_of(option["label"]) for option in settings.get("options", ())]
        yield Text("、".join(label.zh for label in labels), ", ".join(label.en for label in labels))
