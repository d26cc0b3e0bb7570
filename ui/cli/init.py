"""Make a workspace with its first administrator.

The generated password is shown once; afterwards only its hash exists. An empty PostgreSQL
database is taken from SEAMLINE_DATABASE; without that variable it is SQLite in the folder.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from seamline import settings as settings_
from seamline.text import Text

from . import say


def configure(verb: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    verb.add_argument("folder", type=Path, nargs="?", help="folder of the workspace (workspace)")
    verb.add_argument("--login", default="admin", help="login of the first administrator (admin)")


def run(asked: argparse.Namespace) -> None:
    """Make the workspace and show the password."""
    from seamline.usecases.desk import open_desk

    from ..starting import administrator

    settings = settings_.found(settings_.folder(asked.folder))
    desk = open_desk(settings)
    try:
        password = administrator(desk, asked.login)
    finally:
        desk.close()
    place = settings.workspace
    say(Text(f"工作区：{place}", f"Workspace: {place}"))
    say(Text(f"数据库：{settings.database_shown}", f"Database:  {settings.database_shown}"))
    say(Text(f"登录名：{asked.login}", f"Login:     {asked.login}"))
    say(Text(f"密码:  {password}", f"Password:  {password}"))
    say(Text("密码只显示这一次。", "The password is shown this once only."))
    say(
        Text(
            f"启动:seamline serve --workspace {place}",
            f"Serve it: seamline serve --workspace {place}",
        )
    )
