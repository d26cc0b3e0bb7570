"""Secrets by reference: `env:NAME`, `file:PATH`, `store:name`; what they say is shown to nobody."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from seamline.connector import AskPerson
from seamline.problems import Problem, Refused
from seamline.settings import PREFIX, Settings
from seamline.store import Store
from seamline.text import Text

from .sealing import Seal

REFERENCE = re.compile(r"env:[A-Z_][A-Z0-9_]{0,99}|file:.{1,400}|store:[a-z][a-z0-9_.-]{0,79}")
LONGEST = 100_000  # bytes of a secret: a key file is one


def wrong_reference(word: str) -> Text | None:
    """Return what is wrong with a reference as written, or None.

    What the product itself is configured with is nobody's secret to give away.
    """
    if REFERENCE.fullmatch(word) is None:
        return Text(
            "应为 env:变量名、file:路径 或 store:名称", "expected env:NAME, file:PATH or store:name"
        )
    if word.startswith(f"env:{PREFIX}"):
        return Text(
            f"{PREFIX}… 是平台自己的设置，不能当作密钥",
            f"{PREFIX}… are the platform's own settings and no secrets of connections",
        )
    return None


def about(name: str) -> str:
    """Return what a stored secret is sealed to."""
    return f"secret:{name}"


class SecretReader:
    """Reads what references refer to, at the moment it is needed."""

    def __init__(
        self,
        store: Store,
        seal: Seal,
        settings: Settings | None = None,
        environment: Mapping[str, str] = os.environ,
    ) -> None:
        self._store = store
        self._seal = seal
        self._workspace = settings.workspace.resolve() if settings else None
        self._environment = environment

    def read(self, reference: str) -> str:
        """Return a secret; raises AskPerson with what it was looked for in, never what it says."""
        wrong = wrong_reference(reference)
        if wrong is not None:
            say = Text(f"密钥引用不对：{wrong.zh}。", f"The reference is wrong: {wrong.en}.")
            raise AskPerson(Problem("wrong_reference", say))
        where, _, name = reference.partition(":")
        found = self._found(where, name)
        if not found:
            raise AskPerson(_missing(where, name))
        return found

    def _found(self, where: str, name: str) -> str | None:
        if where == "env":
            return self._environment.get(name)
        return self._file(name) if where == "file" else self._stored(name)

    def _file(self, name: str) -> str | None:
        path = Path(name)
        try:
            whole = path.resolve(strict=True)
            if self._workspace is not None and whole.is_relative_to(self._workspace):
                return None  # its key and its database are no secrets of connections
            with whole.open("rb") as stream:
                return stream.read(LONGEST).decode("utf-8").strip()
        except (OSError, ValueError, RuntimeError):
            return None

    def _stored(self, name: str) -> str | None:
        with self._store.reading() as unit:
            sealed = unit.remembered.secret(name)
        if sealed is None:
            return None
        try:
            return self._seal.open(sealed, about(name))
        except Refused as refused:
            raise AskPerson(refused.problems[0]) from None


def _missing(where: str, name: str) -> Problem:
    say, hint = {
        "env": (
            Text("环境变量 {name} 没有设置。", "The environment variable {name} is not set."),
            Text("设置它后重启服务。", "Set it and start the server anew."),
        ),
        "file": (
            Text("密钥文件 {name} 读不到。", "The secret file {name} cannot be read."),
            Text(
                "检查路径与权限；工作区内的文件不能当密钥。",
                "Check its path and rights; files of the workspace itself do not serve.",
            ),
        ),
        "store": (
            Text("密钥库里没有 {name}。", "The secret {name} is not in the store."),
            Text("写入它:seamline secret set {name}", "Write it: seamline secret set {name}"),
        ),
    }[where]
    shown = {"name": name}
    return Problem("secret_missing", say.fill(**shown), hint=hint.fill(**shown))
