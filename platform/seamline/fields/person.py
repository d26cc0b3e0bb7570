"""Person: an account of this workspace, by its login."""

from __future__ import annotations

import re
from typing import Any

from seamline.facts import Value
from seamline.metadata import Field
from seamline.text import Text

from . import words
from .fragments import ID_PATTERN, said
from .kind import Column, Kind, Reading, invalid

LOGIN_LENGTH = 100
_LOGIN = re.compile(r"[\w][\w.@+-]*")


def parse(_field: Field, raw: Any, _reading: Reading) -> Value:
    """Read a login; raise Invalid where it cannot be one."""
    login = words.half_width(words.line(raw, LOGIN_LENGTH))
    if _LOGIN.fullmatch(login):
        return login
    raise invalid(
        "login_expected",
        f"应为登录名，收到“{login}”。",
        f"Expected a login, got '{login}'.",
        login,
        Text("登录名没有空格。", "A login has no spaces."),
    )


KIND = Kind(
    name="person",
    title=Text("人员", "Person"),
    value_type=words.is_text,
    column=lambda _field: Column("text", length=LOGIN_LENGTH),
    parse=parse,
    to_json=words.as_it_is,
    to_text=words.as_it_is,
    show=words.show,
    value_schema=lambda _field: {"type": "string", "minLength": 1, "maxLength": LOGIN_LENGTH},
    widget="person",
    icon="user",
    settings={
        "role": said(
            "只列出有此角色的人。",
            "Only people who hold this role are offered.",
            {"type": "string", "pattern": ID_PATTERN},
        )
    },
)
