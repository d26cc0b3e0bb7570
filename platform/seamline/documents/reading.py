"""YAML or JSON text to a document, strictly, with every problem placed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import yaml

from seamline.problems import Place, Problem, Refused, shorten
from seamline.text import Text

from .document import Document, Mark
from .scalars import UnfitNumber, plain

Format = Literal["yaml", "json"]

TEXT_LIMIT = 1_000_000  # characters of one document, and bytes of one file
DEPTH_LIMIT = 40  # lists and mappings inside each other
PROBLEM_LIMIT = 100  # problems told about one document; more help nobody

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_JSON_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[][{}]|[^][{}",:\s]+|\n')

# What the YAML library says, and what a person can do about it.
_ADVICE: tuple[tuple[str, Text], ...] = (
    (
        "cannot start any token",
        Text("缩进请用空格，不要用制表符；以 @ ` % 开头的文字要加引号。",
             "Indent with spaces, not tabs; quote text that starts with @, ` or %."),
    ),
    (
        "mapping values are not allowed",
        Text("含“: ”的文字要加引号，或检查上一行的缩进。",
             "Quote text that holds ': ', or check the indentation of the line above."),
    ),
    (
        "could not find expected ':'",
        Text("键后面要有冒号和空格。", "A key needs a colon and a space after it."),
    ),
    (
        "unexpected end of stream",
        Text("引号没有成对。", "A quotation mark is not closed."),
    ),
    (
        "expected ',' or",
        Text("括号没有成对，或缺少逗号。", "A bracket is not closed, or a comma is missing."),
    ),
    (
        "did not find expected",
        Text("检查这一行的缩进是否与同级对齐。",
             "Check that this line is indented like its neighbours."),
    ),
)  # fmt: skip


def decode(raw: bytes, name: str) -> str:
    """Return the text of a file's bytes; raises `Refused` (400, 413) where it is not UTF-8."""
    if len(raw) > TEXT_LIMIT:
        raise _too_large(name)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - raw.rfind(b"\n", 0, error.start)
        say = Text("文件不是 UTF-8 编码。", "The file is not UTF-8 text.")
        hint = Text("请另存为 UTF-8。", "Save it as UTF-8.")
        place = Place("", name, line, column)
        raise Refused.one("not_utf8", say, status=400, place=place, hint=hint) from None


def read(text: str, name: str, format: Format | None = None) -> Document:
    """Return the document in `text`; raises `Refused` (400, 413) with everything unreadable.

    Where no `format` is given, a name that ends in `.json` is JSON and any other YAML.
    Plain scalars follow the core schema of YAML 1.2: `no`, `1:30` and `2026-02-01` stay text.
    Duplicate keys, anchors, aliases, tags and merge keys are refused, and so are numbers that a
    64-bit integer or a float cannot hold exactly as written.
    """
    text = text.removeprefix("\ufeff")
    if len(text) > TEXT_LIMIT:
        raise _too_large(name)
    if unfit := _UNFIT.search(text):
        raise Refused([_unfit(name, unfit.group(), _spot(text, unfit.start()))], 400)
    builder = _Builder(name)
    format = format or ("json" if name.endswith(".json") else "yaml")
    try:
        for event in _json_events(text, name) if format == "json" else _yaml_events(text):
            builder.take(event)
    except yaml.YAMLError as error:
        builder.problems.append(_syntax(name, error))
    except (ValueError, RecursionError) as error:  # what a parser says of absurd input
        builder.tell("yaml_syntax", Text("读不懂这份文档：{error}", "Unreadable: {error}"), (1, 1),
                     error=shorten(str(error)))  # fmt: skip
    return builder.document()


def _yaml_events(text: str) -> Iterator[Any]:
    return iter(yaml.parse(text, Loader=_LOADER))


def _json_events(text: str, name: str) -> Iterator[Any]:
    """Yield the events that the same document would have in YAML."""
    try:
        json.loads(text, parse_int=str, parse_float=str, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        say = Text("不是合法的 JSON:{why}", "Not valid JSON: {why}").fill(why=error.msg)
        place = Place("", name, error.lineno, error.colno)
        raise Refused([Problem("json_syntax", say, place)], 400) from None
    except RecursionError:
        raise Refused([_too_deep(name, (1, 1))], 400) from None
    yield yaml.DocumentStartEvent(None, None)
    line, start = 0, 0
    for token in _JSON_TOKEN.finditer(text):
        word = token.group()
        if word == "\n":
            line, start = line + 1, token.end()
            continue
        yield _json_event(word, yaml.Mark(name, 0, line, token.start() - start, None, 0))


def _json_event(word: str, mark: Any) -> Any:
    match word[0]:
        case "{":
            return yaml.MappingStartEvent(None, None, True, mark)
        case "[":
            return yaml.SequenceStartEvent(None, None, True, mark)
        case "}":
            return yaml.MappingEndEvent(mark)
        case "]":
            return yaml.SequenceEndEvent(mark)
        case '"':
            return yaml.ScalarEvent(None, None, (False, True), json.loads(word), mark)
    return yaml.ScalarEvent(None, None, (True, False), word, mark)


def _refuse_constant(word: str) -> Any:
    raise json.JSONDecodeError(f"{word} is not a number", word, 0)


@dataclass(slots=True)
class _Open:
    """A list or mapping that is being filled; `key` is the one waiting for its value."""

    data: Any
    mark: Mark
    key: str | None = None
    skip: bool = False


@dataclass(slots=True)
class _Builder:
    """Turns parser events into data and marks, without recursion, telling every problem."""

    name: str
    problems: list[Problem] = field(default_factory=list)
    stack: list[_Open] = field(default_factory=list)
    root: tuple[Any, Mark] | None = None
    count: int = 0

    def take(self, event: Any) -> None:
        """Take one parser event."""
        match event:
            case yaml.ScalarEvent():
                self._scalar(event)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self._open(event)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                done = self.stack.pop()
                self._put(done.data, done.mark)
            case yaml.AliasEvent():
                spot = _at(event)
                self._decorated(event, spot, "alias")
                self._put(None, Mark(*spot, {}, {}))
            case yaml.DocumentStartEvent():
                self._start(event)

    def document(self) -> Document:
        """Return what was built; raises `Refused` with every problem."""
        if self.root is None and not self.problems:
            self.tell("empty_document", Text("文档是空的。", "The document is empty."), (1, 1))
        if self.problems or self.root is None:
            raise Refused(self.problems[:PROBLEM_LIMIT], 400)
        return Document(self.name, *self.root)

    def tell(self, code: str, say: Text, spot: tuple[int, int], **values: object) -> None:
        """Keep a problem at `spot` (line, column)."""
        got = str(values["got"]) if "got" in values else None
        place = Place(self._path(), self.name, *spot)
        self.problems.append(Problem(code, say.fill(**values), place, got=got))

    def _path(self) -> str:
        """Return the words of the path to where the builder stands (ids may not be known yet)."""
        said = ""
        for frame in self.stack:
            if isinstance(frame.data, list):
                said += f"[{len(frame.data) + 1}]"
            elif frame.key is not None:
                said += f".{frame.key}" if said else frame.key
        return said

    def _start(self, event: Any) -> None:
        self.count += 1
        if self.count == 2:
            self.tell(
                "several_documents",
                Text("一个文件只能有一份文档，这里又开始了一份。",
                     "A file holds one document; another begins here."),
                _at(event),
            )  # fmt: skip

    def _open(self, event: Any) -> None:
        spot = _at(event)
        self._decorated(event, spot, "anchor")
        if len(self.stack) >= DEPTH_LIMIT:
            raise Refused([*self.problems, _too_deep(self.name, spot)], 400)
        mapping = isinstance(event, yaml.MappingStartEvent)
        if self._wants_key():
            self._bad_key(spot)
        self.stack.append(_Open({} if mapping else [], Mark(*spot, {}, {})))

    def _scalar(self, event: Any) -> None:
        spot = _at(event)
        self._decorated(event, spot, "anchor")
        if self._wants_key():
            self._key(event, spot)
            return
        plain = event.implicit[0]
        value = self._plain(event.value, spot) if plain else self._text(event.value, spot)
        self._put(value, Mark(*spot, {}, {}))

    def _wants_key(self) -> bool:
        """Say whether the open thing is a mapping without a waiting key."""
        if not self.stack:
            return False
        top = self.stack[-1]
        return isinstance(top.data, dict) and top.key is None

    def _key(self, event: Any, spot: tuple[int, int]) -> None:
        word = self._text(event.value, spot)
        top = self.stack[-1]
        top.key = word
        if event.implicit[0] and word == "<<":
            say = Text("不支持合并键“<<”。", "Merge keys ('<<') are not supported.")
            self.tell("merge_key", say, spot)
        elif event.implicit[0] and word in ("", "~"):
            self._bad_key(spot)
        elif word in top.data:
            line = top.mark.keys[word][0]
            say = Text("键“{got}”重复，第 {line} 行已经有了。",
                       "Key '{got}' is there twice; line {line} has it already.")  # fmt: skip
            self.tell("duplicate_key", say, spot, got=shorten(word), line=line)
            top.skip = True
        else:
            top.mark.keys[word] = spot

    def _bad_key(self, spot: tuple[int, int]) -> None:
        self.tell("bad_key", Text("键必须是文字。", "A key must be text."), spot)
        self.stack[-1].key, self.stack[-1].skip = "", True

    def _put(self, value: Any, mark: Mark) -> None:
        """Give a finished value to the list or mapping that is open, or make it the root."""
        if not self.stack:
            if self.root is None:
                self.root = value, mark
            return
        top = self.stack[-1]
        if isinstance(top.data, list):
            top.mark.inner[len(top.data)] = mark
            top.data.append(value)
            return
        if top.key is None:  # an alias or a list stood where a key belongs
            self._bad_key((mark.line, mark.column))
            return
        if not top.skip:
            top.mark.inner[top.key] = mark
            top.data[top.key] = value
        top.key, top.skip = None, False

    def _decorated(self, event: Any, spot: tuple[int, int], code: str) -> None:
        if event.anchor is not None:
            say = Text("不支持锚点与别名(& 和 *)。以 * 或 & 开头的文字要加引号。",
                       "Anchors and aliases (& and *) are not supported; quote text that "
                       "starts with them.")  # fmt: skip
            self.tell(code, say, spot, got=shorten(event.anchor))
        if getattr(event, "tag", None) is not None:
            say = Text("不支持标签 {got}。以 ! 开头的文字要加引号。",
                       "Tag {got} is not supported; quote text that starts with '!'.")  # fmt: skip
            self.tell("tag", say, spot, got=shorten(event.tag))

    def _text(self, word: str, spot: tuple[int, int]) -> str:
        if not word.isprintable() and (unfit := _UNFIT.search(word)):
            self.problems.append(_unfit(self.name, unfit.group(), spot))
        return word

    def _plain(self, word: str, spot: tuple[int, int]) -> Any:
        try:
            value = plain(word)
        except UnfitNumber as error:
            self.tell(error.code, error.say, spot, got=error.got)
            return 0
        return self._text(value, spot) if isinstance(value, str) else value


def _at(event: Any) -> tuple[int, int]:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)


def _spot(text: str, index: int) -> tuple[int, int]:
    return text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index)


def _too_large(name: str) -> Refused:
    say = Text(f"文档超过 {TEXT_LIMIT:,} 字。", f"The document is over {TEXT_LIMIT:,} characters.")
    return Refused.one("too_large", say, status=413, place=Place("", name))


def _too_deep(name: str, spot: tuple[int, int]) -> Problem:
    say = Text(f"嵌套超过 {DEPTH_LIMIT} 层。", f"Nested more than {DEPTH_LIMIT} levels deep.")
    return Problem("too_deep", say, Place("", name, *spot))


def _unfit(name: str, character: str, spot: tuple[int, int]) -> Problem:
    code = f"U+{ord(character):04X}"
    say = Text("文档里不允许有控制字符 {code}。", "Control character {code} is not allowed.")
    return Problem("bad_character", say.fill(code=code), Place("", name, *spot), got=code)


def _syntax(name: str, error: yaml.YAMLError) -> Problem:
    """Return what the YAML library found, with advice where the case is a common one."""
    why = str(getattr(error, "problem", None) or error)
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    spot = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    if "nesting depth" in why:  # newer versions of the library have a limit of their own
        return _too_deep(name, spot)
    hint = next((advice for words, advice in _ADVICE if words in why), None)
    say = Text("YAML 语法错误：{why}。", "YAML syntax error: {why}.").fill(why=shorten(why, 120))
    return Problem("yaml_syntax", say, Place("", name, *spot), hint)
