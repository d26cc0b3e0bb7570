"""A package while it is being checked: its documents, what stands beside them, what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from seamline.documents import Document, Path
from seamline.metadata import Form, Package, PackageHead
from seamline.problems import Problem, Problems, did_you_mean, shorten
from seamline.text import Text

# Things that documents call by id, as messages name them.
WORDS = {
    "package": Text("配置包", "package"),
    "form": Text("表单", "form"),
    "ruleset": Text("规则集", "rule set"),
    "role": Text("角色", "role"),
    "import": Text("导入映射", "import map"),
    "correlation": Text("关联规则", "correlation"),
    "promise": Text("承诺", "promise"),
    "scenario": Text("场景", "scenario"),
    "page": Text("页面", "page"),
    "measure": Text("指标", "measure"),
    "connection": Text("连接", "connection"),
    "connector": Text("连接器", "connector"),
    "mirror": Text("镜像", "mirror"),
    "secret": Text("密钥", "secret"),
    "pipeline": Text("管道", "pipeline"),
    "rule": Text("规则", "rule"),
    "field": Text("字段", "field"),
    "column": Text("子表列", "column"),
    "table": Text("子表", "sub-table"),
    "reference": Text("引用字段", "reference field"),
    "section": Text("分组", "section"),
    "state": Text("状态", "state"),
    "step": Text("业务环节", "business step"),
    "duplicate": Text("查重规则", "duplicate check"),
    "pool": Text("复核池", "review pool"),
    "act": Text("可锁定的动作", "act that a lock closes"),
    "option": Text("选项", "option"),
    "entry": Text("入口", "entry"),
    "scheme": Text("绑定方案", "scheme of binding"),
    "lane": Text("看板列", "column of the board"),
    "file": Text("文件", "file"),
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One document that passed its schema: its kind, its id, and the part built from it."""

    kind: str
    id: str
    document: Document
    part: Any


@dataclass(slots=True)
class Draft:
    """Everything the checks of one package look at, and the problems they find.

    `failed` names documents (kind, id) that did not pass their schema: what refers to them is
    left in peace. `files` of None means that nobody knows which files the package holds.
    """

    head: PackageHead
    sheets: tuple[Sheet, ...]
    others: tuple[Package, ...] = ()
    failed: frozenset[tuple[str, str]] = frozenset()
    files: frozenset[str] | None = None
    problems: Problems = field(default_factory=Problems)
    # Fields of a form that stand on something unknown or failed: nothing is said of their users.
    shaky: dict[str, frozenset[str]] = field(default_factory=dict)

    def of_kind(self, kind: str) -> list[Sheet]:
        """Return the sheets of one document kind."""
        return [sheet for sheet in self.sheets if sheet.kind == kind]

    def forms(self) -> dict[str, Form]:
        """Return every form that may be named: those installed and, before them, our own."""
        known = {form.id: form for package in self.others for form in package.forms}
        own = {sheet.id: sheet.part for sheet in reversed(self.of_kind("form"))}
        return known | own

    def knows(self, kind: str, word: str, known: Iterable[str]) -> bool:
        """Say whether a document may be named: it is there, or it failed and is excused."""
        return word in known or (kind, word) in self.failed

    def tell(
        self,
        sheet: Sheet,
        path: Path,
        code: str,
        say: Text,
        hint: Text | None = None,
        *,
        got: str | None = None,
        key: bool = False,
    ) -> None:
        """Keep a problem at `path` of a document."""
        place = sheet.document.place(path, key)
        self.problems.add(Problem(code, say, place, hint, got))

    def unknown(self, sheet: Sheet, path: Path, kind: str, word: str, known: Iterable[str]) -> None:
        """Keep the problem of an unknown name, with the names that come near it."""
        listed = sorted(known)
        word, name = shorten(word), WORDS[kind]
        say = Text(f"没有叫“{word}”的{name.zh}。", f"There is no {name.en} '{word}'.")
        hint = did_you_mean(word, listed)
        if hint is None and 0 < len(listed) <= 12:
            words = ", ".join(listed)
            hint = Text(f"已有：{words}。", f"Known: {words}.")
        self.tell(sheet, path, f"unknown_{kind}", say, hint, got=word)

    def twice(self, sheet: Sheet, path: Path, kind: str, word: str, where: str = "") -> None:
        """Keep the problem of an id that is used already (in `where`, if that is elsewhere)."""
        name = WORDS[kind]
        other = Text(f"(在 {where})", f" (in {where})") if where else Text.same("")
        say = Text(
            f"{name.zh}“{word}”已经有了{other.zh}。",
            f"The {name.en} '{word}' is there already{other.en}.",
        )
        self.tell(sheet, path, f"duplicate_{kind}", say, got=word)

    def each_once(self, sheet: Sheet, kind: str, found: Iterable[tuple[Path, str]]) -> None:
        """Keep a problem for every id that comes a second time."""
        seen: set[str] = set()
        for path, word in found:
            if word in seen:
                self.twice(sheet, path, kind, word)
            seen.add(word)


def mentions(condition: Any, names: frozenset[str]) -> bool:
    """Say whether a condition as written names one of `names` or a part of one."""
    if isinstance(condition, Mapping):
        word = condition.get("var")
        if isinstance(word, str) and word.partition(".")[0] in names:
            return True
        return any(mentions(part, names) for part in condition.values())
    if isinstance(condition, list):
        return any(mentions(part, names) for part in condition)
    return False
