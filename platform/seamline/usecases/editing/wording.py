"""What an edit changes, said in business words: rules, conditions, fields, rights."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from seamline.conditions.parse import parse
from seamline.conditions.words import in_words
from seamline.documents import read
from seamline.forms import form_scope
from seamline.metadata import Form
from seamline.package.sources import kind_of_path
from seamline.problems import Refused, shorten
from seamline.schema import kind_of
from seamline.text import Text, written as text
from seamline.usecases.explain import vocabulary_of

Data = Mapping[str, Any]
Forms = Mapping[str, Form]
CLASSES = {
    "hard": Text("强控", "hard rule"),
    "soft": Text("弱提醒", "soft reminder"),
    "review": Text("人工审核", "review"),
}
KINDS = {
    "package": Text("配置包", "package"),
    "form": Text("表单", "form"),
    "ruleset": Text("规则集", "rule set"),
    "role": Text("角色", "role"),
    "import": Text("导入映射", "import map"),
    "correlation": Text("关联规则", "correlation"),
    "pipeline": Text("管道", "pipeline"),
    "promise": Text("承诺", "promise"),
    "scenario": Text("场景", "scenario"),
    "page": Text("页面", "page"),
    "measure": Text("指标", "measure"),
    "connection": Text("连接", "connection"),
}
LONGEST = 80  # characters of a value that a sentence shows


def differences(before: str, after: str, path: str, forms: Forms) -> tuple[Text, ...]:
    """Return what became of a document, most important first; an empty text is no document.

    `forms` gives conditions the labels of their fields.
    """
    if before == after:
        return ()
    was, now = data_of(before, path), data_of(after, path)
    kind = kind_of(now or was, kind_of_path(path)) or ""
    name = KINDS.get(kind, Text("文档", "document"))
    if not was or not now:
        title = Text.same(str((now or was).get(kind, path)))
        if not was:
            return (Text(f"新增{name.zh}“{title.zh}”", f"{name.en} '{title.en}' added"),)
        return (Text(f"去掉{name.zh}“{title.zh}”", f"{name.en} '{title.en}' removed"),)
    tell: Callable[[Data, Data, Forms], Iterator[Text]] = {
        "ruleset": _ruleset,
        "form": _form,
        "role": _role,
        "package": _package,
    }.get(kind, _plain)
    said = tuple(dict.fromkeys(tell(was, now, forms)))
    return said or (Text("只有注释或排版不同", "only comments or layout differ"),)


def data_of(source: str, path: str) -> Data:
    """Return what a text says, nothing where it cannot be read."""
    if not source:
        return {}
    try:
        data = read(source, path).data
    except Refused:
        return {}
    return data if isinstance(data, dict) else {}


def _plain(was: Data, now: Data, _: Forms) -> Iterator[Text]:
    yield from _values(was, now, "")


def _package(was: Data, now: Data, _: Forms) -> Iterator[Text]:
    lists = {
        "data": Text("随包数据", "sample data"),
        "accounts": Text("样例账号", "sample accounts"),
    }
    for key, name in lists.items():
        if was.get(key) != now.get(key):
            old, new = len(was.get(key, ())), len(now.get(key, ()))
            yield Text(f"{name.zh}：原为 {old} 项，现为 {new} 项",
                       f"{name.en}: {old} before, {new} now")  # fmt: skip
    yield from _values(_without(was, tuple(lists)), _without(now, tuple(lists)), "")


def _ruleset(was: Data, now: Data, forms: Forms) -> Iterator[Text]:
    form = forms.get(str(now.get("step", "")).partition(".")[0])

    def reads(rule: Data) -> Text:
        return _reads(rule.get("when"), form, forms)

    before, after = dict(_rules(was)), dict(_rules(now))
    for rule, (kind, data) in after.items():
        name, label = text(data["title"]), CLASSES[kind]
        if rule not in before:
            said = reads(data)
            yield Text(f"新增{label.zh}“{name.zh}”：{said.zh}",
                       f"{label.en} '{name.en}' added: {said.en}")  # fmt: skip
            continue
        yield from _rule(before[rule], (kind, data), reads)
    for rule, (kind, data) in before.items():
        if rule not in after:
            name, label = text(data["title"]), CLASSES[kind]
            yield Text(f"去掉{label.zh}“{name.zh}”", f"{label.en} '{name.en}' retired")
    rest = ("hard", "soft", "review")
    yield from _values(_without(was, rest), _without(now, rest), "")


def _rules(data: Data) -> Iterator[tuple[str, tuple[str, Data]]]:
    for kind in ("hard", "soft"):
        for rule in data.get(kind, ()):
            yield rule["id"], (kind, rule)
    yield data["review"]["id"], ("review", data["review"])


def _rule(
    before: tuple[str, Data], after: tuple[str, Data], reads: Callable[[Data], Text]
) -> Iterator[Text]:
    (was_kind, was), (kind, now) = before, after
    name = text(now["title"])
    if was_kind != kind:
        old, new = CLASSES[was_kind], CLASSES[kind]
        yield Text(f"“{name.zh}”由{old.zh}改为{new.zh}",
                   f"'{name.en}' moved from {old.en} to {new.en}")  # fmt: skip
    if was.get("when") != now.get("when"):
        old, new = reads(was), reads(now)
        yield Text(f"“{name.zh}”的条件：原为“{old.zh}”，改为“{new.zh}”",
                   f"condition of '{name.en}': was '{old.en}', now '{new.en}'")  # fmt: skip
    if was.get("enabled", True) != now.get("enabled", True):
        on = now.get("enabled", True)
        yield Text(f"“{name.zh}”出厂{'启用' if on else '停用'}",
                   f"'{name.en}' is switched {'on' if on else 'off'} by the package")  # fmt: skip
    rest = ("when", "enabled")
    for said in _values(_without(was, rest), _without(now, rest), ""):
        yield Text(f"“{name.zh}”的 {said.zh}", f"'{name.en}': {said.en}")


def _reads(when: Any, form: Form | None, forms: Forms) -> Text:
    """Return a condition read aloud; as it is written where its form is not known."""
    if when is None:
        return Text("只接收强控无法判断的记录", "only what a hard rule could not check")
    if form is None:
        return Text.same(shorten(str(when), LONGEST))
    try:
        node = parse(when, form_scope(form, forms))
    except Refused:
        return Text.same(shorten(str(when), LONGEST))
    return in_words(node, vocabulary_of(form, forms))


def _form(was: Data, now: Data, forms: Forms) -> Iterator[Text]:
    yield from _fields(dict(_every_field(was)), dict(_every_field(now)))
    for key, name in (("states", Text("状态", "state")), ("steps", Text("业务环节", "step")),
                      ("duplicates", Text("查重规则", "duplicate check"))):  # fmt: skip
        yield from _items(was.get(key, []), now.get(key, []), name)
    rest = ("sections", "states", "steps", "duplicates")
    yield from _values(_without(was, rest), _without(now, rest), "")


def _every_field(data: Data) -> Iterator[tuple[str, Data]]:
    for section in data.get("sections", ()):
        for field in section["fields"]:
            yield field["id"], field
            for column in field.get("fields", ()):
                yield f"{field['id']}.{column['id']}", column


def _fields(before: Mapping[str, Data], after: Mapping[str, Data]) -> Iterator[Text]:
    for path, field in after.items():
        name = text(field["label"])
        if path not in before:
            must = Text("，必填", ", required") if field.get("required") else Text("", "")
            yield Text(f"新增字段“{name.zh}”({path},{field['kind']}{must.zh})",
                       f"field '{name.en}' added ({path}, {field['kind']}{must.en})")  # fmt: skip
            continue
        old = before[path]
        if bool(old.get("required")) != bool(field.get("required")):
            now = Text("改为必填", "is now required")
            said = now if field.get("required") else Text("不再必填", "is no longer required")
            yield Text(f"字段“{name.zh}”{said.zh}", f"field '{name.en}' {said.en}")
        rest = ("required", "fields")
        for said in _values(_without(old, rest), _without(field, rest), ""):
            yield Text(f"字段“{name.zh}”的 {said.zh}", f"field '{name.en}': {said.en}")
    for path, field in before.items():
        if path not in after:
            name = text(field["label"])
            yield Text(f"去掉字段“{name.zh}”({path})，数据归档保留",
                       f"field '{name.en}' removed ({path}); its data is archived")  # fmt: skip


def _items(before: list[Data], after: list[Data], name: Text) -> Iterator[Text]:
    was, now = ({item["id"]: item for item in items} for items in (before, after))
    for word, item in now.items():
        title = _title(item)
        if word not in was:
            yield Text(f"新增{name.zh}“{title.zh}”", f"{name.en} '{title.en}' added")
        else:
            for said in _values(was[word], item, ""):
                yield Text(f"{name.zh}“{title.zh}”的 {said.zh}",
                           f"{name.en} '{title.en}': {said.en}")  # fmt: skip
    for word, item in was.items():
        if word not in now:
            title = _title(item)
            yield Text(f"去掉{name.zh}“{title.zh}”", f"{name.en} '{title.en}' removed")


def _title(item: Data) -> Text:
    return text(item["title"]) if "title" in item else Text.same(item["id"])


def _role(was: Data, now: Data, forms: Forms) -> Iterator[Text]:
    before, after = ({g["form"]: g for g in data.get("grants", ())} for data in (was, now))
    for form in dict.fromkeys((*before, *after)):
        title = forms[form].title if form in forms else Text.same(form)
        old, new = _rights(before.get(form)), _rights(after.get(form))
        for right in sorted(new - old):
            yield Text(f"可以在“{title.zh}”上 {right}", f"may now {right} on '{title.en}'")
        for right in sorted(old - new):
            yield Text(
                f"不再可以在“{title.zh}”上 {right}", f"may no longer {right} on '{title.en}'"
            )
    yield from _values(_without(was, ("grants",)), _without(now, ("grants",)), "")


def _rights(grant: Data | None) -> set[str]:
    if grant is None:
        return set()
    plain = {"read"} if grant.get("read", True) else set()
    plain |= {key for key in ("export", "import") if grant.get(key)}
    plain |= set(grant.get("steps", ()))
    return plain | {f"{key} {w}" for key in ("switch", "lift") for w in grant.get(key, ())}


def _values(was: Any, now: Any, path: str) -> Iterator[Text]:
    """Yield each place where two values differ, by its path: `list.columns[2]`."""
    if was == now:
        return
    if isinstance(was, Mapping) and isinstance(now, Mapping):
        for key in dict.fromkeys((*was, *now)):
            yield from _values(was.get(key), now.get(key), f"{path}.{key}" if path else str(key))
    elif isinstance(was, list) and isinstance(now, list) and len(was) == len(now):
        for number, (one, other) in enumerate(zip(was, now, strict=True), 1):
            yield from _values(one, other, f"{path}[{number}]")
    else:
        old, new = _shown(was), _shown(now)
        yield Text(f"{path}：原为 {old.zh}，改为 {new.zh}", f"{path}: was {old.en}, now {new.en}")


def _shown(value: Any) -> Text:
    if value is None:
        return Text("无", "nothing")
    return Text.same(shorten(value if isinstance(value, str) else str(value), LONGEST))


def _without(data: Data, keys: tuple[str, ...]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if key not in keys}
