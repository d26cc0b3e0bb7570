"""What a driver's error means for whoever waits: again later, ask somebody, or never."""

from __future__ import annotations

import re
from typing import Literal

from seamline.connector import AskPerson, GiveUp, Retry, Setback
from seamline.problems import Problem, shorten
from seamline.text import Text

Effect = Literal["none", "unknown"]

_LOGIN = re.compile(r"login failed|password authentication|28000|28P01|cannot open database", re.I)
_RIGHT = re.compile(r"permission (was )?denied|42501|read-?only|attempt to write a readonly", re.I)
_SHAPE = re.compile(
    r"invalid (column|object) name|no such (column|table)|42S02|42S22|42703|42P01"
    r"|(column|relation) .* does not exist", re.I,
)  # fmt: skip
_BUSY = re.compile(
    r"locked|lock (request )?time ?out|timeout|timed out|deadlock|40001|HYT00|HYT01|57014|55P03"
    r"|1222|1205", re.I,
)  # fmt: skip
_GONE = re.compile(
    r"08S01|08001|08003|08006|57P01|communication link|connection (was )?(refused|closed|reset"
    r"|is broken)|closed the connection|not currently accepting|could not connect"
    r"|server has gone|connection's? .*closed|attempt to use a closed", re.I,
)  # fmt: skip
_MISSING = re.compile(r"can't open lib|data source name not found|IM002|no driver", re.I)


def is_gone(error: Exception) -> bool:
    """Say whether the connection an error came from is of no more use."""
    return bool(_GONE.search(str(error)))


# What a person can mend: the words it is known by, its code, what is wrong, what to do.
_MENDABLE: tuple[tuple[re.Pattern[str], str, Text, Text], ...] = (
    (
        _MISSING,
        "driver_missing",
        Text("找不到数据库驱动", "The database driver is not there"),
        Text("安装 ODBC 驱动，或改用另一个。", "Install the ODBC driver, or name another."),
    ),
    (
        _LOGIN,
        "login_refused",
        Text("数据库不接受这个登录名", "The database does not accept the login"),
        Text("核对用户名、密码和账套库。", "Check user, password and database."),
    ),
    (
        _RIGHT,
        "right_missing",
        Text("登录名没有这项权限", "The login lacks a right"),
        Text("请管理员运行授权脚本。", "Let the administrator run the script of grants."),
    ),
    (
        _SHAPE,
        "other_shape",
        Text("数据库的表结构与预期不同", "The tables are not as expected"),
        Text("核对账套库和软件版本。", "Check the database and the version of the ERP."),
    ),
)


def setback(error: Exception, effect: Effect = "none") -> Setback:
    """Return the setback that an error of a driver amounts to."""
    words = shorten(str(error), 300)
    for pattern, code, what, hint in _MENDABLE:
        if pattern.search(words):
            say = Text(f"{what.zh}:{words}", f"{what.en}: {words}")
            return AskPerson(Problem(code, say, hint=hint))
    if _GONE.search(words) or _BUSY.search(words):
        say = Text(f"数据库暂时没有回应：{words}", f"The database does not answer for now: {words}")
        return Retry(Problem("database_away", say), effect=effect)
    say = Text(f"数据库报错：{words}", f"The database says: {words}")
    return GiveUp(Problem("database_error", say), effect)
