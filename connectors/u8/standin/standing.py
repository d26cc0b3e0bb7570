"""How a person starts the U8 stand-in: `seamline standin u8`."""

from __future__ import annotations

import argparse
import importlib
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from seamline.problems import Refused
from seamline.standins.standin import Makers, Reach, Ready, running
from seamline.text import Text

STEP_SECONDS = 5.0


class U8StandIn:
    """Makes the database of a company, and lets work go on in it while asked to."""

    name = "u8"
    say = Text(
        "用友 U8 公司的数据库：真实的表名、一年的订单、会变动的库存",
        "The database of a U8 company: its real tables, a year of orders, stock that moves",
    )

    def configure(self, verb: argparse.ArgumentParser) -> None:
        """Declare the options it takes."""
        verb.add_argument("--out", type=Path, required=True, metavar="FILE", help="SQLite file")
        verb.add_argument("--small", action="store_true", help="1,600 sales orders, not 47,100")
        verb.add_argument("--live", action="store_true", help="move stock until stopped")
        verb.add_argument("--t-plus-1", action="store_true", help="post moves the next morning")
        verb.add_argument("--port", type=int, help="serve OpenAPI and EAI here (0: a free one)")
        verb.add_argument("--speed", type=float, default=1, help="hours pass so much faster (1)")

    def stays(self, asked: argparse.Namespace) -> bool:
        """Return whether it goes on until stopped."""
        return bool(asked.live) or asked.port is not None

    def beside(self, folder: Path) -> Sequence[str]:
        """Return the options of a small company in which work goes on twenty times as fast."""
        file = str(folder / "u8.db")
        return ("--out", file, "--small", "--live", "--speed", "20", "--port", "0")

    @contextmanager
    def open(self, asked: argparse.Namespace) -> Iterator[Ready]:
        """Make the file where it is missing; let work go on in it, or serve it, where asked to."""
        lines = [_made(asked.out, asked.small, self.stays(asked))]
        stop = threading.Event()
        actor = threading.Thread(target=_act, args=(asked, stop))
        if asked.live:
            actor.start()
            lines.append(
                Text(
                    f"库存每小时变动 {23 * asked.speed:g} 次",
                    f"Stock moves {23 * asked.speed:g} times an hour",
                )
            )
        settings: dict[str, object] = {}
        try:
            with ExitStack() as served:
                if asked.port is not None:
                    said, settings = served.enter_context(_served(asked))
                    lines += said
                driver, lacks = sqlite_driver()
                yield Ready(lines, _reached(asked.out, driver, settings), lacks)
        finally:
            stop.set()
            if asked.live:
                actor.join()


def sqlite_driver() -> tuple[str, Text | None]:
    """Return this machine's ODBC driver for SQLite, or what is to be installed to have one."""
    try:
        drivers: list[str] = importlib.import_module("pyodbc").drivers()
    except ImportError:
        drivers = []
    found = sorted((one for one in drivers if "sqlite" in one.lower()), key=lambda d: "3" not in d)
    if found:
        return found[0], None
    return "SQLite3", Text(
        "没有 SQLite 的 ODBC 驱动。请执行 pip install 'seamline[odbc]' 和"
        " apt install unixodbc libsqliteodbc(其他系统见 http://www.ch-werner.de/sqliteodbc)。",
        "There is no ODBC driver for SQLite. Run pip install 'seamline[odbc]' and"
        " apt install unixodbc libsqliteodbc (elsewhere: http://www.ch-werner.de/sqliteodbc).",
    )


def _reached(path: Path, driver: str, services: dict[str, object]) -> Reach:
    database = f"DRIVER={{{driver}}};Database={path.absolute()};Timeout=2000"
    settings = {"driver": "odbc", "dialect": "sqlite", "connection_string": database, **services}
    secrets = {"app_secret": str(settings.pop("app_secret"))} if services else {}
    return Reach(settings, secrets)


@contextmanager
def _served(asked: argparse.Namespace) -> Iterator[tuple[Sequence[Text], dict[str, object]]]:
    """Serve the company by OpenAPI and EAI; say to whom, and how a connection is set."""
    from .openapi import APP_KEY, APP_SECRET, FROM_ACCOUNT, TO_ACCOUNT

    with running(*services(asked.out), port=asked.port) as found:
        said = [
            Text(
                f"OpenAPI {found.url};EAI {found.url}/u8eai/import.asp，注册码 001",
                f"OpenAPI {found.url}; EAI {found.url}/u8eai/import.asp, sender 001",
            ),
            Text(
                f"账号 {FROM_ACCOUNT} → {TO_ACCOUNT}，应用 {APP_KEY}，密钥 {APP_SECRET}",
                f"account {FROM_ACCOUNT} to {TO_ACCOUNT}, key {APP_KEY}, secret {APP_SECRET}",
            ),
        ]
        yield said, {
            "openapi_url": found.url, "from_account": FROM_ACCOUNT, "to_account": TO_ACCOUNT,
            "app_key": APP_KEY, "app_secret": APP_SECRET,
            "eai_url": f"{found.url}/u8eai/import.asp", "eai_sender": "001",
        }  # fmt: skip


def services(path: Path) -> Makers:
    """Return the services of the company in a file, for `running`."""
    from .eai import Eai
    from .openapi import OpenApi

    return (partial(OpenApi, path=path), partial(Eai, path=path))


def _made(path: Path, small: bool, live: bool) -> Text:
    from .seeding import FULL, SMALL
    from .target import build

    if path.exists():
        if live:
            return Text(f"打开已有的 {path}", f"Opening {path}")
        raise Refused.one(
            "file_exists",
            Text(f"{path} 已存在，未改动。", f"{path} exists and is left as it is."),
            status=409,
            hint=Text("请换一个文件名，或先删除它。", "Name another file, or remove it first."),
        )
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    world = build(part, SMALL if small else FULL)
    part.rename(path)
    return Text(
        f"{path}:{len(world.orders)} 张销售订单，{world.lines} 行",
        f"{path}: {len(world.orders)} sales orders with {world.lines} lines",
    )


def _act(asked: argparse.Namespace, stop: threading.Event) -> None:
    """Let virtual hours pass as real ones do, or faster."""
    from .actor import Actor

    connection = sqlite3.connect(asked.out, timeout=30)
    try:
        actor = Actor(connection)
        actor.set_mode("t_plus_1" if asked.t_plus_1 else "live")
        waited = 0.0
        while not stop.wait(min(STEP_SECONDS, 3600 / 23 / asked.speed)):
            waited += min(STEP_SECONDS, 3600 / 23 / asked.speed) * asked.speed / 3600
            if waited >= 1 / 23:
                try:
                    actor.advance(waited)
                    waited = 0.0
                except sqlite3.OperationalError:
                    connection.rollback()  # somebody holds the file: what was due comes next time
    finally:
        connection.close()


STANDIN = U8StandIn()
