"""A package packed into one file: chosen documents, data and words, as others can install it."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from seamline.documents import editing
from seamline.facts import Actor
from seamline.metadata import Form, ImportMap, Package
from seamline.metadata.importing import ImportMode
from seamline.package import read_sources
from seamline.package.sources import DATA, kind_of_path
from seamline.problems import Place, Refused, did_you_mean
from seamline.text import Text
from seamline.usecases import import_
from seamline.usecases.design import DESIGN, HEAD
from seamline.usecases.designing.edits import Put, Remove
from seamline.usecases.desk import Desk
from seamline.usecases.editing.wording import data_of
from seamline.usecases.export import export

WORDS = "docs/words.csv"
BEGINNING = (1980, 1, 1, 0, 0, 0)  # the same package, the same bytes
_VERSION = re.compile(r"\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What goes into a file: documents by path (all where None), records by form, all words."""

    version: str
    documents: frozenset[str] | None = None
    data: tuple[str, ...] = ()
    words: bool = False


def packed(desk: Desk, actor: Actor, package: str, wanted: Wanted) -> bytes:
    """Return a package as a zip archive, as it serves, local edits among it.

    It is checked whole as an installation would check it. Raises Refused: 403, 404, 422 with what
    is wrong, such as a document that was left out and is referred to.
    """
    catalog = desk.catalogs.current()
    catalog.access.require(actor, DESIGN, "*")
    mine = next((one for one in catalog.packages if one.head.id == package), None)
    if mine is None:
        known = [one.head.id for one in catalog.packages]
        say = Text("没有安装配置包“{id}”。", "No package '{id}' is installed.").fill(
            id=package[:60]
        )
        raise Refused.one("unknown_package", say, status=404, hint=did_you_mean(package, known))
    if not _VERSION.fullmatch(wanted.version):
        say = Text("版本写作 1.4.0。", "A version reads 1.4.0.")
        raise Refused.one("bad_version", say, place=Place("version"))
    texts = {path: text for path, text in mine.sources.items()
             if path == HEAD or wanted.documents is None or path in wanted.documents}  # fmt: skip
    data = dict(_data(desk, actor, mine, wanted.data))
    texts |= {one.path: one.document for one in data.values()}
    texts[HEAD] = _head(texts[HEAD], wanted.version, tuple(data.values()))
    read_sources(texts, others=[one for one in catalog.packages if one.head.id != package])
    members = {path: text.encode() for path, text in texts.items()}
    members |= {one.file: one.content for one in data.values()}
    if wanted.words:
        members[WORDS] = _words(texts)
    return _zipped(package, members)


@dataclass(frozen=True, slots=True)
class _Records:
    """The records of one form as a file, and the import map that reads it."""

    file: str
    content: bytes
    path: str
    document: str
    map: str


def _data(
    desk: Desk, actor: Actor, package: Package, forms: Iterable[str]
) -> Iterator[tuple[str, _Records]]:
    """Yield the records of forms, those referred to before those that refer to them."""
    wanted = set(forms)
    for form in _in_order(package.forms):
        if form.id not in wanted:
            continue
        desk.catalogs.current().access.require(actor, "export", form.id)
        out = io.BytesIO()
        if not export(desk, actor, form.id, out).records:
            continue
        name = f"{form.id}_records"
        file = import_.Upload(f"{form.id}.csv", out.getvalue())
        mode: ImportMode = "upsert" if form.key else "create"
        guessed = import_.guess_map(desk, actor, form.id, file, mode).map
        document = editing.fresh(_map(name, form, guessed))
        yield (
            form.id,
            _Records(
                f"{DATA}/{form.id}.csv", out.getvalue(), f"imports/{name}.yaml", document, name
            ),
        )


def _in_order(forms: Sequence[Form]) -> list[Form]:
    by_id = {one.id: one for one in forms}
    done: dict[str, Form] = {}

    def add(form: Form, above: tuple[str, ...]) -> None:
        for _path, field in form.every_field():
            to = str(field.settings.get("to", ""))
            if field.kind == "reference" and to in by_id and to not in (*above, form.id):
                add(by_id[to], (*above, form.id))
        done.setdefault(form.id, form)

    for form in forms:
        add(form, ())
    return list(done.values())


def _map(name: str, form: Form, guessed: ImportMap) -> dict[str, Any]:
    title = form.title
    document: dict[str, Any] = {
        "seamline": 1, "import": name,
        "title": {"zh": f"{title.zh}：随包数据", "en": f"{title.en}: data of the package"},
        "form": form.id, "mode": guessed.mode,
    }  # fmt: skip
    if guessed.key:
        document["key"] = [*guessed.key]
    document["columns"] = _columns(guessed.columns)
    if guessed.lines is not None:
        document["lines"] = {
            "table": guessed.lines.table, "columns": _columns(guessed.lines.columns),
        }  # fmt: skip
    return document


def _columns(columns: Iterable[Any]) -> list[dict[str, str]]:
    return [{"column": one.column, "to": one.to} for one in columns if one.column]


def _head(text: str, version: str, data: tuple[_Records, ...]) -> str:
    """Return the head with its version, naming the data files that come along and no others."""
    texts = {HEAD: text}
    texts |= Put(HEAD, "version", version).done(texts)
    if "data" in data_of(text, HEAD):
        texts |= Remove(HEAD, "data").done(texts)
    if data:
        listed = [{"file": one.file, "map": one.map} for one in data]
        texts |= Put(HEAD, "data", listed).done(texts)
    return texts[HEAD]


def _words(texts: Mapping[str, str]) -> bytes:
    """Return every word of the documents in both languages, for whoever translates them."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["document", "place", "zh", "en"])
    for path, text in sorted(texts.items()):
        for place, zh, en in _both(data_of(text, path), ""):
            writer.writerow([path, place, zh, en])
    return out.getvalue().encode("utf-8-sig")


def _both(value: Any, place: str) -> Iterator[tuple[str, str, str]]:
    if isinstance(value, Mapping):
        if {"zh", "en"} == set(value) and all(isinstance(one, str) for one in value.values()):
            yield place, value["zh"], value["en"]
            return
        for key, inside in value.items():
            yield from _both(inside, f"{place}.{key}" if place else str(key))
    elif isinstance(value, list):
        for number, inside in enumerate(value, 1):
            name = inside.get("id", number) if isinstance(inside, Mapping) else number
            yield from _both(inside, f"{place}[{name}]")


def _zipped(folder: str, members: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(members.items()):
            if kind_of_path(name) or name.startswith((f"{DATA}/", "docs/")):
                info = zipfile.ZipInfo(f"{folder}/{name}", BEGINNING)
                info.compress_type = zipfile.ZIP_DEFLATED
                info.external_attr = 0o644 << 16
                archive.writestr(info, content)
    return out.getvalue()
