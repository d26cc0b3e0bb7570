"""Migration: 47,100 closed orders with about 170,000 lines into a library, and killed on the way.

Each round makes the orders of a seed (`--source u8`: the stand-in's, the same each time), takes
them over by `seamline migrate` in a process of its own, and has both sides reconciled. With
`--kills 3` that process is killed (SIGKILL) so often on the way and resumed. Exits 1 where the two
do not agree or a round takes over 5 minutes.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

from postgresql import cluster
from seamline import settings
from seamline.connectors.u8.standin.target import build
from seamline.facts import Actor, Origin
from seamline.store.connections import LocalConnection
from seamline.usecases import connections, edit, install, migrate
from seamline.usecases.desk import open_desk

ADMIN = Actor("operator", "operator", ("administrator",))
PACKAGE = Path(__file__).parents[1] / "examples" / "auto_parts"
BAR = 300.0  # seconds
HEADS = """
    单据标识 订单号 订单日期 状态 客户编码 客户名称 客户采购单号 业务员 预完工日期 最终交期 结算号
    备注 制单人 制单时间 审核人 审核时间 审核意见 关闭人 关闭时间 附件
"""
LINES = "单据标识 行号 存货编码 存货名称 数量 已发货数量 含税单价 价税合计 预发货日期"


def main() -> int:
    """Run the rounds and print their figures."""
    wanted = _asked()
    took: list[float] = []
    equal = True
    for seed in range(1, wanted.rounds + 1):
        with tempfile.TemporaryDirectory() as folder, _database(wanted.database, folder) as url:
            rate, seconds, report = _round(Path(folder), url, seed, wanted)
        took.append(seconds)
        equal &= bool(report["equal"])
        source, library = report["source"], report["library"]
        print(
            f"seed {seed}: {source['count']} orders in {seconds:.1f} s ({rate:.0f} a second), "
            f"library {library['count']}, sums {source['sums']} = {library['sums']}, "
            f"{'equal' if report['equal'] else 'NOT EQUAL'}",
            flush=True,
        )
    middle = statistics.median(took)
    print(
        f"{wanted.database}: median {middle:.1f} s ({min(took):.1f}-{max(took):.1f}); bar {BAR:.0f}"
    )
    return 0 if equal and middle <= BAR else 1


@contextmanager
def _database(kind: str, folder: str) -> Iterator[str]:
    """Yield the URL of an empty database; empty for SQLite in the workspace."""
    if kind == "sqlite":
        yield ""
        return
    with cluster(Path(folder) / "cluster") as url:
        yield url


def _asked() -> argparse.Namespace:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--orders", type=int, default=47_100)
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--source", choices=("files", "u8"), default="files")
    asked.add_argument("--kills", type=int, default=0)
    asked.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    return asked.parse_args()


def _round(
    folder: Path, url: str, seed: int, wanted: argparse.Namespace
) -> tuple[float, float, dict[str, object]]:
    workspace = folder / "workspace"
    given = {"SEAMLINE_DATABASE": url} if url else {}
    desk = open_desk(settings.found(workspace, given))
    install.publish(desk, ADMIN, Origin("cli"), PACKAGE)
    desk.close()
    command = [sys.executable, "-m", "seamline", "migrate", "--json", "--force"]
    command += ["--workspace", str(workspace), "--map"]
    if wanted.source == "u8":
        command.append("u8_past_orders")
        _connected(workspace, given, folder / "u8.db")
    else:
        heads, lines = _orders(folder, seed, wanted.orders)
        command += ["past_orders", "--lines", str(lines), str(heads)]
    begun = time.monotonic()
    for kill in range(wanted.kills):
        _killed(command, workspace, given, wanted.orders * (kill + 1) // (wanted.kills + 1))
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=_env(given))
    seconds = time.monotonic() - begun
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stderr)
    told = json.loads(done.stdout)
    return told["read"] / told["seconds"], seconds, told["reconciliation"]


def _connected(workspace: Path, given: dict[str, str], company: Path) -> None:
    """Let the workspace read the stand-in of U8, every order of it."""
    build(company)
    desk = open_desk(settings.existing(workspace, given))
    found = {
        "driver": "odbc", "dialect": "sqlite", "seconds": 60,
        "connection_string": f"DRIVER=SQLite3;Database={company}",
    }  # fmt: skip
    local = LocalConnection("u8", position="on", settings=found, network="loopback")
    connections.configure(desk, ADMIN, Origin("cli"), local)
    path = "imports/u8_past_orders.yaml"
    text = (PACKAGE / path).read_text(encoding="utf-8")
    every = "".join(line for line in text.splitlines(True) if "  only:" not in line)
    edit.edit(desk, ADMIN, Origin("cli"), "auto_parts", path, every, "open orders as well")
    desk.close()


def _killed(command: list[str], workspace: Path, given: dict[str, str], at: int) -> None:
    """Start the migration and kill it, hard, once it has read so many orders."""
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=_env(given)
    )
    desk = open_desk(settings.existing(workspace, given))
    while process.poll() is None:
        runs = migrate.recent(desk, ADMIN)
        if runs and runs[0].position >= at:
            process.kill()
        time.sleep(0.2)
    desk.close()
    process.wait()


def _env(given: dict[str, str]) -> dict[str, str]:
    return {**os.environ, **given}


def _orders(folder: Path, seed: int, count: int) -> tuple[Path, Path]:
    """Write so many orders of twelve months and the month of the surge, 3.6 lines each."""
    chance = random.Random(seed)
    heads, lines = folder / "heads.csv", folder / "lines.csv"
    with heads.open("w", newline="") as out, lines.open("w", newline="") as rows:
        writer, inner = csv.writer(out), csv.writer(rows)
        writer.writerow(HEADS.split())
        inner.writerow(LINES.split())
        for number in range(count):
            writer.writerow(_head(chance, number, count))
            for row in range(chance.choice((1, 2, 2, 3, 3, 4, 4, 5, 6, 6))):
                qty, price = chance.randrange(1, 900), chance.randrange(50, 90_000) / 100
                inner.writerow(
                    [10**9 + number, row + 1, f"M{chance.randrange(2000):05}", "零件", qty, qty,
                     f"{price:.2f}", f"{qty * price:.2f}", "2025-06-01"]
                )  # fmt: skip
    return heads, lines


def _head(chance: random.Random, number: int, count: int) -> list[object]:
    surge = number >= count * 3 // 4
    first = date(2025, 11, 1) if surge else date(2024, 11, 1)
    day = first + timedelta(days=chance.randrange(30 if surge else 365))
    made = datetime.combine(day, datetime.min.time()) + timedelta(hours=9)
    customer = chance.randrange(217)
    return [
        10**9 + number, f"SO{number:07}", day, "完成" if chance.random() > 0.012 else "作废",
        f"C{customer:03}", f"客户 {customer}", f"PO{chance.randrange(10**8)}", "周",
        day + timedelta(days=30), day + timedelta(days=31), f"JS{number:07}", "", "李", made,
        "高", made + timedelta(hours=3), "同意", "孙", made + timedelta(days=40), "",
    ]  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
