"""Where a workspace lives and how it is served: one table, read from the environment."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from .problems import Place, Problem, Problems, Refused, did_you_mean, shorten
from .text import Text

PREFIX = "SEAMLINE_"
LOG_FORMATS = ("auto", "json", "text")
CORRELATORS = ("sql", "durable", "off")
LOG_LEVELS = ("debug", "info", "warning", "error")
DIALECTS = ("sqlite", "postgresql+psycopg")


class Unfit(ValueError):
    """A word that a setting cannot take; `expected` says what would fit."""

    def __init__(self, expected: Text) -> None:
        self.expected = expected
        super().__init__(expected.en)


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table: the variable, the type shown in the docs, its default and meaning."""

    name: str
    type: str
    default: str
    say: Text
    read: Callable[[str], object]
    secret: bool = False

    @property
    def variable(self) -> str:
        """Return the name of the environment variable."""
        return PREFIX + self.name.upper()


def _text(word: str) -> str:
    return word


def _one_of(*known: str) -> Callable[[str], str]:
    def read(word: str) -> str:
        if word not in known:
            listed = ", ".join(known)
            raise Unfit(Text(f"应为其中之一：{listed}", f"expected one of {listed}"))
        return word

    return read


def _whole(least: int, most: int) -> Callable[[str], int]:
    def read(word: str) -> int:
        if not (word.isascii() and word.isdigit() and least <= int(word[:9]) <= most):
            span = f"{least}-{most}"
            raise Unfit(Text(f"应为 {span} 的整数", f"expected a whole number {span}"))
        return int(word)

    return read


def _database(word: str) -> str:
    if word and urlsplit(word).scheme not in DIALECTS:
        raise Unfit(
            Text(
                "应以 sqlite:/// 或 postgresql+psycopg:// 开头",
                "expected a URL that starts with sqlite:/// or postgresql+psycopg://",
            )
        )
    return word


def _address(word: str) -> str:
    if word and (urlsplit(word).scheme not in ("http", "https") or not urlsplit(word).netloc):
        raise Unfit(Text("应为 http(s) 网址", "expected an http or https address"))
    return word.rstrip("/")


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "workspace",
        "folder",
        "workspace",
        Text(
            "工作区文件夹；命令行给出时以命令行为准",
            "Workspace folder, unless the command names one",
        ),
        _text,
    ),
    Setting(
        "database",
        "URL",
        "",
        Text(
            "数据库地址；空则用工作区内的 seamline.db(SQLite)",
            "Database URL; empty means SQLite in seamline.db of the workspace",
        ),
        _database,
        secret=True,
    ),
    Setting(
        "host",
        "address",
        "127.0.0.1",
        Text("监听地址；默认只供本机访问", "Address to listen on; only this machine by default"),
        _text,
    ),
    Setting(
        "port",
        "integer 0-65535",
        "8080",
        Text("监听端口；0 表示任选空闲端口", "Port to listen on; 0 takes any free one"),
        _whole(0, 65535),
    ),
    Setting(
        "threads",
        "integer 1-64",
        "8",
        Text("同时处理的请求数", "Requests worked on at the same time"),
        _whole(1, 64),
    ),
    Setting(
        "body_megabytes",
        "integer 1-1024",
        "16",
        Text(
            "单次请求的最大兆字节数，超出即拒绝(413)",
            "Largest request in megabytes; more is refused with 413",
        ),
        _whole(1, 1024),
    ),
    Setting(
        "public_url",
        "URL",
        "",
        Text(
            "用户访问的外部网址(反向代理之后);https 时会话 Cookie 仅走加密连接",
            "Address people use, behind a proxy; with https the session cookie is encrypted only",
        ),
        _address,
    ),
    Setting(
        "trusted_proxy",
        "address",
        "",
        Text(
            "可信反向代理的地址，采信其 X-Forwarded-For 与 X-Forwarded-Proto",
            "Address of the proxy whose X-Forwarded-For and X-Forwarded-Proto are believed",
        ),
        _text,
    ),
    Setting(
        "correlator",
        "sql, durable or off",
        "sql",
        Text(
            "跨记录关联规则由谁处理；durable 需安装附加项 durable",
            "What works the correlated rules; durable needs the extra of that name",
        ),
        _one_of(*CORRELATORS),
    ),
    Setting(
        "worker",
        "on or off",
        "on",
        Text(
            "由提供页面的进程运行管道；off 时由 seamline work 运行",
            "Whether the process that serves also runs pipelines; with off, seamline work does",
        ),
        _one_of("on", "off"),
    ),
    Setting(
        "worker_threads",
        "integer 1-64",
        "16",
        Text("同时进行的管道运行数", "Runs of pipelines worked on at the same time"),
        _whole(1, 64),
    ),
    Setting(
        "runs_days",
        "integer 1-3650",
        "30",
        Text(
            "已结束的运行保留天数；停下的保留三倍",
            "Days that runs are kept after their end; three times as long where they stopped",
        ),
        _whole(1, 3650),
    ),
    Setting(
        "log",
        "auto, json or text",
        "auto",
        Text(
            "日志格式；auto 在终端为文字，否则为 JSON",
            "Log format; auto is text on a terminal, else JSON",
        ),
        _one_of(*LOG_FORMATS),
    ),
    Setting(
        "log_level",
        "debug, info, warning or error",
        "info",
        Text("写入日志的最低级别", "Least level that is written to the log"),
        _one_of(*LOG_LEVELS),
    ),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a process knows before it opens the workspace. Never prints the database URL."""

    workspace: Path
    database: str = field(repr=False)
    files: Path
    host: str = "127.0.0.1"
    port: int = 8080
    threads: int = 8
    body_megabytes: int = 16
    public_url: str = ""
    trusted_proxy: str = ""
    correlator: str = "sql"
    worker: str = "on"
    worker_threads: int = 16
    runs_days: int = 30
    log: str = "auto"
    log_level: str = "info"

    @property
    def secret_file(self) -> Path:
        """Return the file that holds the key that signs sessions; readable by its owner only."""
        return self.workspace / "secret.key"

    @property
    def lock_file(self) -> Path:
        """Return the file by which one serving process owns the workspace."""
        return self.workspace / "serving.lock"

    @property
    def worker_lock_file(self) -> Path:
        """Return the file by which one worker owns a SQLite workspace's runs."""
        return self.workspace / "working.lock"

    @property
    def embedded(self) -> bool:
        """Return whether the database is a SQLite file, which one process serves."""
        return self.database.startswith("sqlite")

    @property
    def database_shown(self) -> str:
        """Return the database URL fit for a screen or a log: without password and query."""
        return masked(self.database)

    def secret(self) -> bytes:
        """Return the key that signs sessions. Raises `Refused` where the workspace has none."""
        try:
            return self.secret_file.read_bytes()
        except OSError:
            raise _no_workspace(self.workspace) from None


def folder(given: Path | None, environment: Mapping[str, str] = os.environ) -> Path:
    """Return the workspace folder: the one given, else SEAMLINE_WORKSPACE, else `workspace`."""
    return given or Path(environment.get(f"{PREFIX}WORKSPACE") or "workspace")


def load(workspace: Path, environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings of `workspace`. Raises `Refused` with every wrong or unknown variable."""
    problems = Problems()
    values = {row.name: _value(row, environment, problems) for row in SETTINGS}
    known = {row.variable for row in SETTINGS}
    for name in sorted(environment):
        if name.startswith(PREFIX) and name not in known and not name.startswith(f"{PREFIX}TEST_"):
            problems.add(_unknown(name, known))
    problems.raise_if_any()
    place = Path(workspace).absolute()
    values |= {"workspace": place, "files": place / "files"}
    values["database"] = values["database"] or f"sqlite:///{place / 'seamline.db'}"
    return Settings(**values)  # type: ignore[arg-type]  # each row's `read` gives its field's type


def existing(workspace: Path, environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings of a workspace that `init` has made. Raises `Refused` where it has not."""
    settings = load(workspace, environment)
    if not settings.secret_file.is_file():
        raise _no_workspace(settings.workspace)
    return settings


def found(workspace: Path, environment: Mapping[str, str] = os.environ) -> Settings:
    """Make the folder of a new workspace with its key, both for the owner's eyes only.

    Raises `Refused` (409) where the folder is a workspace already.
    """
    settings = load(workspace, environment)
    settings.workspace.mkdir(mode=0o700, parents=True, exist_ok=True)
    settings.files.mkdir(mode=0o700, exist_ok=True)
    try:
        key = os.open(settings.secret_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Refused.one(
            "workspace_exists",
            Text(
                f"{settings.workspace} 已是工作区。",
                f"{settings.workspace} is a workspace already.",
            ),
            status=409,
            hint=Text("可直接运行:seamline serve", "Open it: seamline serve"),
        ) from None
    with os.fdopen(key, "wb") as file:
        file.write(secrets.token_bytes(32))
    return settings


def masked(url: str) -> str:
    """Return `url` without the password and the query, which may hold one."""
    plain = url.partition("?")[0]
    scheme, mark, rest = plain.partition("://")
    login, at, place = rest.rpartition("@")
    user, colon, _ = login.partition(":")
    return f"{scheme}{mark}{user}{':***' if colon else ''}{at}{place}"


def _value(row: Setting, environment: Mapping[str, str], problems: Problems) -> object:
    word = environment.get(row.variable, "").strip() or row.default
    try:
        return row.read(word)
    except Unfit as unfit:
        # A secret is not repeated in the message: messages end in logs and screenshots.
        got = "***" if row.secret else shorten(word)
        say = Text(f"{unfit.expected.zh}，实际为“{got}”。", f"{unfit.expected.en}, got '{got}'.")
        fits = repr(row.default) if row.default else ""
        hint = Text(
            f"请改正或删除该环境变量{f'(默认 {fits})' if fits else ''}。",
            f"Correct the variable or remove it{f' (default {fits})' if fits else ''}.",
        )
        problems.add(Problem("wrong_setting", say, Place(path=row.variable), hint, got))
        return None


def _unknown(name: str, known: set[str]) -> Problem:
    say = Text(f"没有名为 {name} 的设置。", f"There is no setting called {name}.")
    hint = did_you_mean(name, known) or Text(
        "请删除该环境变量。", "Remove that environment variable."
    )
    return Problem("unknown_setting", say, Place(path=name), hint)


def _no_workspace(place: Path) -> Refused:
    return Refused.one(
        "no_workspace",
        Text(f"{place} 不是工作区。", f"{place} is not a workspace."),
        status=404,
        hint=Text(f"请先运行:seamline init {place}", f"Make it one: seamline init {place}"),
    )
