"""Start a new package or a document in one.

A document goes into the package folder named by --in (this folder, if not given). Nothing that
exists is overwritten, and what is written passes `seamline check`. A rule set may start from one of
the library's (--from credit), with its names bound to those of the form.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any

from seamline.connecting import discovered
from seamline.documents import read
from seamline.fields import KINDS
from seamline.metadata.form import BUILT_IN_STEPS
from seamline.package import library, read_sources
from seamline.package.reading import read_documents
from seamline.package.sources import FOLDERS, Sources, gathered
from seamline.problems import Problem, Refused, shorten
from seamline.text import Text

from . import say

WHAT = ("package", *FOLDERS.values())
_FOLDER_OF = {kind: folder for folder, kind in FOLDERS.items()}
_ID = re.compile(r"(?!(true|false|null)$)[a-z][a-z0-9_]{0,39}")  # those three are no text in YAML
NO_PACKAGE = Text(
    "“{folder}”里没有 package.yaml。用 --in 指出配置包，或先运行 seamline new package 名称。",
    "There is no package.yaml in '{folder}'. Name a package with --in, or begin with: "
    "seamline new package NAME.",
)


def configure(verb: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    verb.add_argument("what", choices=WHAT, help="what to start")
    verb.add_argument("name", help="its id: lower-case letters, digits and _")
    verb.add_argument("--in", dest="folder", type=Path, default=Path(), metavar="DIR",
                      help="package folder (of a package: where its folder is made)")  # fmt: skip
    verb.add_argument("--form", help="the form of a rule set or import map (else the first)")
    verb.add_argument("--step", default="", help="the step of a rule set (else the first free one)")
    verb.add_argument("--from", dest="source", default="", metavar="SET",
                      help=f"start a rule set from: {', '.join(library.names())}")  # fmt: skip
    verb.add_argument("--bind", action="append", default=[], metavar="NAME=YOURS",
                      help="a name of that set and what the form calls it; may repeat")  # fmt: skip


def run(asked: argparse.Namespace) -> None:
    """Write the document, or a package with one of each kind that it starts with."""
    if not _ID.fullmatch(asked.name):
        bad = Text(
            "“{name}”不能作标识：以小写字母开头，只用小写字母、数字和下划线，最长 40 个字符。",
            "'{name}' is no id: it starts with a lower-case letter and holds at most 40 of a-z, "
            "0-9 and _.",
        )
        raise Refused.one("bad_id", bad.fill(name=shorten(asked.name)))
    if asked.source or asked.bind:
        _from_library(asked)
        return
    if asked.what != "package":
        _document(asked.folder, asked.what, asked.name, asked.form, asked.step)
        return
    folder = asked.folder / asked.name
    _write(folder / "package.yaml", _filled("package", asked.name))
    _document(folder, "form", asked.name)
    _document(folder, "role", f"{asked.name[:30]}_staff")
    _document(folder, "ruleset", f"{asked.name[:30]}_create")
    say(
        Text(
            f"下一步：改 {folder}，再运行 seamline check {folder}",
            f"Next: edit {folder}, then run: seamline check {folder}",
        )
    )


def _document(folder: Path, kind: str, name: str, form: str | None = None, step: str = "") -> None:
    text = _TEXTS[kind](name, _known(folder), form, step)
    _write(folder / _FOLDER_OF[kind] / f"{name}.yaml", text)


def _sources(folder: Path) -> Sources:
    if not (folder / "package.yaml").is_file():
        raise Refused.one("no_package", NO_PACKAGE.fill(folder=folder), status=404)
    return gathered(folder)


def _known(folder: Path) -> dict[str, list[Any]]:
    """Return the sound documents of a package by kind."""
    known: dict[str, list[Any]] = {word: [] for word in WHAT}
    for word, document in read_documents(_sources(folder))[0]:
        known[word].append(document.data)
    return known


def _from_library(asked: argparse.Namespace) -> None:
    """Write a rule set of the library, bound to a form; refuse one that does not fit it."""
    if asked.what != "ruleset" or not asked.source:
        only = Text("--from 与 --bind 只用于 ruleset。", "--from and --bind are for a ruleset.")
        raise Refused.one("wrong_option", only, status=400)
    texts = _sources(asked.folder).texts
    known = _known(asked.folder)
    data, step = _free_step(known, asked.form, asked.step)
    bind = dict(word.partition("=")[::2] for word in asked.bind)
    pools = [pool for role in known["role"] for pool in role.get("pools", ())]
    wanted = str(read(library.text(asked.source), "ruleset.yaml").data["review"]["pool"])
    pool = wanted if wanted in pools or not pools else str(pools[0])
    text = library.filled(asked.source, asked.name, step, pool, bind)
    path = f"{_FOLDER_OF['ruleset']}/{asked.name}.yaml"
    try:
        read_sources({**texts, path: text})
    except Refused as refused:
        ours = [problem for problem in refused.problems if problem.place.file == path]
        if ours:
            raise Refused([_unfit(asked, data["form"], text), *ours]) from None
    _write(asked.folder / path, text)


def _unfit(asked: argparse.Namespace, form: str, text: str) -> Problem:
    say = Text(
        f"规则集 {asked.source} 用到的名字，表单“{form}”里没有全部。",
        f"The form '{form}' does not have every name that the rule set {asked.source} uses.",
    )
    names = library.slots(library.text(asked.source))
    hint = Text(
        f"用 --bind 名字=您的字段 绑定；可绑定：{'、'.join(names)}。",
        f"Bind them with --bind NAME=YOURS. Its names: {', '.join(names)}.",
    )
    return Problem("names_missing", say, hint=hint)


def _form(name: str, known: Mapping[str, list[Any]], form: str | None, step: str) -> str:
    return _filled("form", name, prefix=name[:3].upper().strip("_"))


def _role(name: str, known: Mapping[str, list[Any]], form: str | None, step: str) -> str:
    lines = [
        f"  - {{form: {data['form']}, read: true, steps: ['*'], export: true, import: true}}"
        for data in known["form"]
    ]
    grants = "\n".join(lines or ["  - {form: '*', read: true}"])
    return _filled("role", name, grants=grants, pool=_pool(known))


def _ruleset(name: str, known: Mapping[str, list[Any]], form: str | None, step: str) -> str:
    data, wanted = _free_step(known, form, step)
    field = _fields(data)[0]
    label = field["label"] if isinstance(field["label"], str) else field["label"]["en"]
    return _filled(
        "ruleset", name, step=wanted, pool=_pool(known), field=field["id"],
        label=label.replace('"', "'").replace("\\", "/").replace("{", "(").replace("}", ")"),
    )  # fmt: skip


def _free_step(known: Mapping[str, list[Any]], form: str | None, step: str) -> tuple[Any, str]:
    """Return the form chosen and its step that a rule set may still be bound to."""
    data = _chosen(known, form)
    taken = {other["step"] for other in known["ruleset"]}
    steps = [*BUILT_IN_STEPS, *(item["id"] for item in data.get("steps", ()))]
    free = [f"{data['form']}.{word}" for word in dict.fromkeys(steps)]
    wanted = f"{data['form']}.{step}" if step else next((w for w in free if w not in taken), "")
    if wanted not in free or wanted in taken:
        none = Text(
            "表单“{form}”没有还缺规则集的业务环节“{step}”。",
            "The form '{form}' has no step '{step}' that still lacks a rule set.",
        )
        raise Refused.one("no_step", none.fill(form=data["form"], step=step or "*"))
    return data, wanted


def _import(name: str, known: Mapping[str, list[Any]], form: str | None, step: str) -> str:
    data = _chosen(known, form)
    columns = "\n".join(
        f"  - {{column: {field['id']}, to: {field['id']}}}" for field in _fields(data)
    )
    return _filled("import", name, form=data["form"], columns=columns)


def _correlation(name: str, known: Mapping[str, list[Any]], form: str | None, step: str) -> str:
    data = _chosen(known, form)
    return _filled("correlation", name, form=data["form"], field=_fields(data)[0]["id"])


def _promise(name: str, known: Mapping[str, list[Any]], form: str | None, step: str) -> str:
    """Return a promise of the first lines that have an item, an amount and a field for the day."""
    chosen = _chosen(known, form)
    for data in [chosen, *(other for other in known["form"] if form is None)]:
        every = [field for section in data["sections"] for field in section["fields"]]
        tables = [(f"table: {one['id']}, ", one["fields"]) for one in every if "fields" in one]
        for table, fields in [*tables, ("", every)]:
            found = {
                "reference": _first(fields, "reference"),
                "qty": _first(fields, "decimal", "integer"),
                "into": _first(fields, "promised"),
            }
            if all(found.values()):
                words = {key: one["id"] for key, one in found.items()}
                item = found["reference"]["to"]
                return _filled("promise", name, form=data["form"], table=table, item=item, **words)
    none = Text(
        "没有一行同时有引用、数量和承诺字段。先在它旁边加 {kind: promised}。",
        "No line has a reference, a quantity and a promised field; add {kind: promised} to one.",
    )
    raise Refused.one("no_promised_field", none)


def _first(fields: list[Any], *kinds: str) -> Any:
    fitting = (f for f in fields if f["kind"] in kinds and f.get("shows") != "reason")
    return next(fitting, None)


def _scenario(name: str, known: Mapping[str, list[Any]], form: str | None, step: str) -> str:
    return _filled("scenario", name, form=_chosen(known, form)["form"])


def _measure(name: str, known: Mapping[str, list[Any]], form: str | None, step: str) -> str:
    roles = [data["role"] for data in known["role"]] or ["administrator"]
    return _filled("measure", name, form=_chosen(known, form)["form"], role=roles[0])


def _page(name: str, known: Mapping[str, list[Any]], form: str | None, step: str) -> str:
    return _filled("page", name, form=_chosen(known, form)["form"])


def _connection(name: str, known: Mapping[str, list[Any]], form: str | None, step: str) -> str:
    return _filled("connection", name, connector=next(iter(discovered().kinds), "files"))


_TEXTS = {
    "form": _form,
    "role": _role,
    "ruleset": _ruleset,
    "import": _import,
    "correlation": _correlation,
    "promise": _promise,
    "scenario": _scenario,
    "page": _page,
    "measure": _measure,
    "connection": _connection,
}


def _chosen(known: Mapping[str, list[Any]], form: str | None) -> Any:
    """Return the form asked for, else the first of the package."""
    forms = [data for data in known["form"] if form in (None, data["form"])]
    if not forms:
        none = Text(
            "配置包里没有可用的表单“{form}”，先运行 seamline new form 名称。",
            "The package has no sound form '{form}'; begin with: seamline new form NAME.",
        )
        raise Refused.one("no_form", none.fill(form=form or "*"))
    return forms[0]


def _fields(data: Any) -> list[Any]:
    """Return the fields of a form that people fill, without sub-tables; all where none is such."""
    every = [field for section in data["sections"] for field in section["fields"]]
    return [f for f in every if KINDS[f["kind"]].written and f["kind"] != "table"] or every


def _pool(known: Mapping[str, list[Any]]) -> str:
    pools = [pool for data in known["role"] for pool in data.get("pools", ())]
    return str(pools[0]) if pools else "review"


def _filled(kind: str, name: str, **words: str) -> str:
    template = files("seamline.ui").joinpath("cli", "scaffolds", f"{kind}.yaml")
    title = name.replace("_", " ").capitalize()
    return Template(template.read_text("utf-8")).substitute(words, name=name, title=title)


def _write(path: Path, text: str) -> None:
    """Write a new file; refuse to replace one."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        there = Text(f"{path} 已经存在。", f"{path} is there already.")
        raise Refused.one("file_exists", there, status=409) from None
    print(path)
