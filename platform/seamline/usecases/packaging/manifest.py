"""What a package may do once it serves, in business words: whoever installs it reads this first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import seamline
from seamline.connecting import discovered
from seamline.metadata import Connection, Package
from seamline.package.versions import satisfies
from seamline.pages import PAGE_KINDS
from seamline.text import Text

Weight = Literal["plain", "watch"]


@dataclass(frozen=True, slots=True)
class Power:
    """One thing that the package may do; `fresh` where the version before could not.

    `watch` is for what leaves the house, comes in from outside or gives rights over the workspace.
    """

    key: str
    icon: str
    say: Text
    weight: Weight = "plain"
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class Need:
    """Something a package asks for; `met` says whether it is there."""

    say: Text
    have: str
    met: bool


def powers(package: Package, before: Package | None) -> tuple[Power, ...]:
    """Return what a package may do, those of its powers marked that `before` had not."""
    known = {one.key for one in _powers(before)} if before is not None else set()
    return tuple(
        replace(one, fresh=before is not None and one.key not in known) for one in _powers(package)
    )


def needs(package: Package, installed: Mapping[str, str]) -> tuple[Need, ...]:
    """Return what a package asks for; `installed` are versions by package."""
    head, found = package.head, []
    if head.needs_platform:
        have = seamline.__version__
        say = Text.same(f"Seamline {head.needs_platform}")
        found.append(Need(say, have, satisfies(have, head.needs_platform)))
    for name, asked in head.needs_packages.items():
        have = installed.get(name, "")
        say = Text(f"配置包 {name} {asked}", f"package {name} {asked}")
        found.append(Need(say, have, bool(have) and satisfies(have, asked)))
    kinds = discovered().kinds
    for name in sorted({one.connector for one in package.connections}):
        say = Text(f"连接器 {name}", f"connector {name}")
        found.append(Need(say, "", name in kinds))
    return tuple(found)


def _powers(package: Package) -> Iterator[Power]:
    yield from _records(package)
    yield from _roles(package)
    for connection in package.connections:
        yield _connection(connection)
    for pipeline in package.pipelines:
        systems = ", ".join(sorted(_named(pipeline.document)))
        through = Text(f"，经 {systems}", f", through {systems}") if systems else Text("", "")
        say = Text(
            f"自动运行“{pipeline.title.zh}”，以角色 {pipeline.role} 的权限{through.zh}",
            f"runs '{pipeline.title.en}' by itself, with the rights of {pipeline.role}{through.en}",
        )
        key = f"pipeline {pipeline.id} {pipeline.role} {systems}"
        yield Power(key, "workflow", say, "watch" if systems else "plain")
    for page in package.pages:
        if PAGE_KINDS[page.kind].public:
            say = Text(
                f"“{page.title.zh}”凭链接打开，不需登录",
                f"'{page.title.en}' is opened by its link, without signing in",
            )
            yield Power(f"page {page.id}", "globe", say, "watch")


def _records(package: Package) -> Iterator[Power]:
    if package.forms:
        names = _names([one.title for one in package.forms])
        count = len(package.forms)
        say = Text(
            f"保存 {count} 种记录：{names.zh}", f"keeps {count} kinds of records: {names.en}"
        )
        yield Power(f"forms {sorted(one.id for one in package.forms)}", "file-text", say)
    if package.rulesets:
        hard = sum(len(one.hard) for one in package.rulesets)
        soft = sum(len(one.soft) for one in package.rulesets)
        steps = len(package.rulesets)
        say = Text(
            f"在 {steps} 个业务环节上拦截({hard} 条)、提醒({soft} 条)、送审",
            f"stops ({hard} rules), reminds ({soft}) and sends to review on {steps} steps",
        )
        yield Power(f"rules {hard} {soft} {steps}", "toggle-right", say)
    for form in package.forms:
        if form.entries:
            say = Text(
                f"“{form.title.zh}”可扫码打开填写入口",
                f"'{form.title.en}' is filled in from codes that are scanned",
            )
            yield Power(f"entries {form.id}", "qr-code", say, "watch")


def _roles(package: Package) -> Iterator[Power]:
    titles = {one.id: one.title for one in package.forms}
    inside = [one for one in package.roles if one.kind != "external"]
    if inside:
        names = _names([one.title for one in inside])
        say = Text(f"{len(inside)} 个角色：{names.zh}", f"{len(inside)} roles: {names.en}")
        yield Power(f"roles {sorted(one.id for one in inside)}", "users", say)
    for role in package.roles:
        if role.kind == "external":
            seen = _names([titles.get(one.form, Text.same(one.form)) for one in role.grants])
            say = Text(
                f"外部角色“{role.title.zh}”可用：{seen.zh}",
                f"the outside role '{role.title.en}' works with: {seen.en}",
            )
            yield Power(f"outside {role.id} {seen.en}", "users", say, "watch")
        if role.acts:
            acts = _names([ACTS.get(one, Text.same(one)) for one in role.acts])
            say = Text(
                f"角色“{role.title.zh}”可以：{acts.zh}",
                f"the role '{role.title.en}' may: {acts.en}",
            )
            yield Power(f"acts {role.id} {acts.en}", "key-round", say, "watch")
    yield from _exports(package, titles)


def _exports(package: Package, titles: Mapping[str, Text]) -> Iterator[Power]:
    for role in package.roles:
        out = [one.form for one in role.grants if one.export]
        if out:
            names = _names([ALL if one == "*" else titles.get(one, Text.same(one)) for one in out])
            say = Text(
                f"角色“{role.title.zh}”可导出：{names.zh}",
                f"the role '{role.title.en}' exports: {names.en}",
            )
            yield Power(f"export {role.id} {sorted(out)}", "download", say, "watch")


ALL = Text("全部表单", "every form")
ACTS: Mapping[str, Text] = {
    "design": Text("设计配置包", "design packages"),
    "publish": Text("发布配置包", "publish packages"),
    "runs": Text("照看管道运行", "look after pipelines"),
}


def _names(titles: Sequence[Text]) -> Text:
    return Text("、".join(one.zh for one in titles), ", ".join(one.en for one in titles))


def _connection(one: Connection) -> Power:
    hosts = ", ".join(one.hosts)
    where = Text(f"，{hosts}", f", {hosts}") if hosts else Text("", "")
    state = (
        Text("出厂启用", "on from the start")
        if one.on
        else Text("设置后才启用", "off until set up")
    )
    say = Text(
        f"连接“{one.title.zh}”({one.connector}{where.zh})，{state.zh}",
        f"connects to '{one.title.en}' ({one.connector}{where.en}), {state.en}",
    )
    return Power(f"connection {one.id} {one.connector} {hosts}", "network", say, "watch")


def _named(document: Any) -> set[str]:
    """Return the connections that a pipeline names, in whatever step."""
    if isinstance(document, Mapping):
        named = document.get("connection")
        mine = {named} if isinstance(named, str) else set()
        return mine.union(*map(_named, document.values()))
    return set().union(*map(_named, document)) if isinstance(document, (list, tuple)) else set()
