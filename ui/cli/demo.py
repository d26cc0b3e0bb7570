"""Open the auto-parts workspace with sample data on this machine.

The first start makes ./demo-workspace: it publishes the package, imports its sample data, tells a
year of invented history and makes one user per role. Later starts open the same workspace; --fresh
begins anew. With --connected the systems around it (U8, Kingdee, WeCom, text messages) run beside
it as stand-ins on this machine, and end with it.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import threading
import webbrowser
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from seamline import settings as settings_
from seamline.problems import Refused
from seamline.settings import Settings
from seamline.text import Text

from . import language, say

if TYPE_CHECKING:
    from ..beside import Stood

FOLDER = Path("demo-workspace")
PACKAGE = "auto_parts"
# Lies in a workspace that this verb has made, and says when it was finished: only such a folder
# is ever removed.
MARK = "demo.json"
PORTS = range(8080, 8180)


def configure(verb: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    verb.add_argument("--port", type=int, help="port (the first free one from 8080)")
    verb.add_argument("--no-browser", action="store_true", help="do not open a browser")
    verb.add_argument("--fresh", action="store_true", help="remove ./demo-workspace and begin anew")
    verb.add_argument(
        "--connected", action="store_true", help="with stand-ins for U8, Kingdee, WeCom, messages"
    )
    verb.add_argument("--workspace", type=Path, default=FOLDER, metavar="FOLDER", help="where")


def run(asked: argparse.Namespace) -> None:
    """Make the workspace where it is missing, then serve it."""
    from .. import logs
    from ..beside import stand_ins_beside, take_back
    from ..server import serve

    folder, environment = asked.workspace.absolute(), embedded(os.environ)
    if asked.fresh or unfinished(folder):
        remove(folder)
    if (folder / MARK).exists():
        say(Text(f"打开已有的演示工作区 {folder}", f"Opening the demo workspace {folder}"))
        reset = f"seamline user password admin --workspace {folder}"
        say(Text(f"重置密码：{reset}", f"To reset a password: {reset}"))
    else:
        make(folder, environment)
    settings = settings_.existing(folder, environment)
    port = free_port(settings) if asked.port is None else asked.port
    # Requests would bury the address and the passwords above; problems are still shown.
    # People outside are sent links to this machine, as long as no other address is set.
    outside = settings.public_url or (f"http://{settings.host}:{port}" if port else "")
    settings = replace(settings, port=port, log_level="warning", public_url=outside)
    logs.configure(settings)
    with ExitStack() as stack:
        if asked.connected:
            say(Text("启动模拟系统 ……", "Starting the stand-ins ..."))
            show_stand_ins(stack.enter_context(stand_ins_beside(settings)))
        else:
            take_back(settings)
        serve(settings, lambda address: welcome(address, not asked.no_browser))


def make(folder: Path, environment: Mapping[str, str]) -> None:
    """Make the workspace and print whom to sign in as."""
    from seamline.usecases.desk import open_desk

    from .. import starting
    from ..handing_out import hand_out
    from ..retelling import retell
    from .surge import Progress

    say(Text(f"新建演示工作区 {folder} ……", f"Making the demo workspace {folder} ..."))
    settings = settings_.found(folder, environment)
    mark = settings.workspace / MARK
    mark.write_text(json.dumps({"finished": False}), encoding="utf-8")
    desk = open_desk(settings)
    try:
        title = Text("管理员", "Administrator")
        people = {starting.ADMINISTRATOR: (starting.administrator(desk), title)}
        package = starting.publish(desk, PACKAGE)
        say(Text("导入样例数据 ……", "Importing the sample data ..."))
        count = starting.seed(desk, package, tell=Progress().tell)
        say(Text("补上一年的样例经历 ……", "Telling a year of sample history ..."))
        count += retell(desk, starting.OPERATOR, starting.SEED, starting.example(PACKAGE))
        people |= starting.people(desk, package)
        count += hand_out(desk, starting.OPERATOR, starting.SEED, package)
    finally:
        desk.close()
    mark.write_text(json.dumps({"finished": True}), encoding="utf-8")
    say(Text(f"已导入 {count} 条记录。", f"{count} records imported."))
    show(people)


def show_stand_ins(stood: Sequence[Stood]) -> None:
    """Print which systems are there, and what is missing for those that are not."""
    for one in stood:
        title = one.connection.title
        lines = one.says if one.lacks is None else [one.lacks]
        for line in lines:
            say(Text(f"  {title.zh}: {line.zh}", f"  {title.en}: {line.en}"))


def show(people: Mapping[str, tuple[str, Text]]) -> None:
    """Print logins and passwords with who they are, the administrator first."""
    say(Text("登录名与密码(只显示这一次)：", "Logins and passwords (shown this once only):"))
    for login, (password, who) in people.items():
        print(f"  {login:18} {password}   {who.in_(language())}", flush=True)


def welcome(address: str, browse: bool) -> None:
    """Say where the workspace is, and open it in a browser where there is one."""
    say(Text(f"地址：{address}    Ctrl-C 停止", f"Address: {address}    Ctrl-C stops it"))
    if browse and (
        os.name == "nt" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    ):
        threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()


def embedded(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment without a database: the demo never touches another one."""
    return {name: word for name, word in environment.items() if name != "SEAMLINE_DATABASE"}


def unfinished(folder: Path) -> bool:
    """Return whether an earlier start was stopped while it made the workspace."""
    try:
        mark = json.loads((folder / MARK).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return not mark.get("finished")


def remove(folder: Path) -> None:
    """Remove a demo workspace; raises `Refused` for any other folder that is not empty."""
    if not folder.exists():
        return
    if not (folder / MARK).is_file() and any(folder.iterdir()):
        raise Refused.one(
            "not_a_demo",
            Text(
                f"{folder} 不是演示工作区，未删除。", f"{folder} is no demo workspace; it is kept."
            ),
            status=409,
            hint=Text("请换一个文件夹:--workspace", "Take another folder: --workspace"),
        )
    shutil.rmtree(folder)


def free_port(settings: Settings) -> int:
    """Return the first port from 8080 that nobody listens on, 0 (any) where all are taken."""
    for port in PORTS:
        with socket.socket() as probe:
            # As the server does: a connection just closed does not keep the port.
            if os.name == "posix":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((settings.host, port))
            except OSError:
                continue
            return port
    return 0
