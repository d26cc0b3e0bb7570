"""From the settings of a connection to the way its database is reached."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from seamline.connector import AskPerson
from seamline.problems import Problem
from seamline.text import Text

from .dialects import DIALECTS
from .session import Way

_PASSWORD = re.compile(r"(^|;)\s*(pwd|password)\s*=", re.I)


def way(settings: Mapping[str, Any], secret: Callable[[str], str]) -> Way:
    """Return how to reach the database that settings name; AskPerson where they do not say."""
    driver = settings.get("driver", "odbc")
    dialect = DIALECTS[settings.get("dialect", "sqlserver")]
    seconds = float(settings.get("seconds", 15))
    if driver == "odbc":
        given = str(settings.get("connection_string", "")).strip().rstrip(";")
        if not given:
            raise _unset("ODBC 连接串", "the ODBC connection string")
        if _PASSWORD.search(given):
            say = Text("连接串里写了口令。", "The connection string holds a password.")
            hint = Text("删去它，改用密钥引用。", "Take it out and refer to a secret instead.")
            raise AskPerson(Problem("password_written", say, hint=hint))
        return Way(driver, given + _password(given, secret), dialect, seconds)
    for name, zh, en in (
        ("server", "服务器", "the server"), ("database", "账套库", "the database"),
        ("user", "登录名", "the login"),
    ):  # fmt: skip
        if not settings.get(name):
            raise _unset(zh, en)
    trust = "yes" if settings.get("trust_certificate") else "no"
    words = (
        f"Server={_quoted(settings['server'])};Database={_quoted(settings['database'])};"
        f"Uid={_quoted(settings['user'])};Pwd={_quoted(secret('password'))};"
        f"Encrypt=yes;TrustServerCertificate={trust}"
    )
    return Way(driver, words, DIALECTS["sqlserver"], seconds)


def _password(given: str, secret: Callable[[str], str]) -> str:
    """Return the password's part of a connection string; nothing where none is to be given."""
    if not re.search(r"(^|;)\s*(uid|user id|username)\s*=", given, re.I):
        return ""
    try:
        return f";PWD={_quoted(secret('password'))}"
    except AskPerson as setback:
        if setback.problem.code == "secret_unset":
            return ""  # the database may know its user by other means
        raise


def _quoted(word: object) -> str:
    """Return a word in braces, so that what stands in it ends nothing."""
    return "{" + str(word).replace("}", "}}") + "}"


def _unset(zh: str, en: str) -> AskPerson:
    say = Text(f"没有设置{zh}。", f"It is not set: {en}.")
    hint = Text("在连接的设置里补上。", "Fill it in on the connection's settings.")
    return AskPerson(Problem("setting_missing", say, hint=hint))
