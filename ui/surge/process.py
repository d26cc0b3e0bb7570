"""The server as a process of its own: started, killed, stopped and measured from outside."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from seamline.problems import Refused
from seamline.text import Text

PROC = Path("/proc")
START_WITHIN = 60.0  # seconds
STOP_WITHIN = 30.0  # seconds


class Server:
    """`seamline serve` of one workspace on loopback; its log lies in the workspace."""

    def __init__(self, workspace: Path, environment: Mapping[str, str] | None = None) -> None:
        self.log = workspace / "server.log"
        self.address = ""
        self.port = 0
        self._workspace = workspace
        self._environment = {**os.environ, **(environment or {}), "SEAMLINE_LOG": "json"}
        self._process: subprocess.Popen[bytes] | None = None
        self._spent: float | None = 0.0

    def start(self) -> None:
        """Start it and wait until it listens, always at the same port once that is known.

        Raises `Refused` with the end of its log where it ends or stays silent.
        """
        command = [sys.executable, "-m", "seamline", "serve", "--host", "127.0.0.1"]
        command += ["--workspace", str(self._workspace), "--port", str(self.port)]
        begun = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(command, env=self._environment, stdout=log, stderr=log)
        until = time.monotonic() + START_WITHIN
        while time.monotonic() < until and self._process.poll() is None:
            for line in self._lines(begun):
                if line.get("message") == "listening":
                    self.address = str(line["address"])
                    self.port = int(self.address.rpartition(":")[2])
                    return
            time.sleep(0.02)
        raise self._silent()

    def kill(self) -> None:
        """End it at once, as a power cut would: no handler runs."""
        self._end(signal.SIGKILL if os.name == "posix" else signal.SIGTERM)

    def stop(self) -> None:
        """Ask it to end and wait until it has."""
        self._end(signal.SIGTERM)

    @property
    def pid(self) -> int:
        """Return the number of the running process."""
        assert self._process is not None
        return self._process.pid

    def cpu_seconds(self) -> float | None:
        """Return the processor time spent by all its lives; None where it cannot be read."""
        now = cpu_seconds(self.pid) if self._process else 0.0
        return None if now is None or self._spent is None else self._spent + now

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        self._spent = self.cpu_seconds()
        self._process.send_signal(how)
        self._process.wait(STOP_WITHIN)
        self._process = None

    def _lines(self, begun: int) -> Iterator[dict[str, object]]:
        with self.log.open("rb") as log:
            log.seek(begun)
            for line in log.read().split(b"\n")[:-1]:
                if line.startswith(b"{"):
                    yield json.loads(line)

    def _silent(self) -> Refused:
        if self._process is not None and self._process.poll() is None:
            self.kill()
        tail = self.log.read_text(encoding="utf-8", errors="replace")[-2000:]
        return Refused.one(
            "server_did_not_start",
            Text(f"服务未能启动。日志结尾:\n{tail}", f"The server did not start. Its log:\n{tail}"),
            status=500,
        )


def cpu_seconds(pid: int) -> float | None:
    """Return the processor seconds a process has spent; None without /proc or the process."""
    words = _stat(pid)
    return None if words is None else _seconds(words[11:13])


def postgres_cpu_seconds(postmaster: int = 0) -> float | None:
    """Return the processor seconds of one PostgreSQL server, or of every one here.

    Those of its connections that have ended count too. None where no server is seen.
    """
    found = {pid: words for pid in _named("postgres") if (words := _stat(pid)) is not None}
    spent = [
        _seconds(words[11:15])  # its own, and that of the children it has waited for
        for pid, words in found.items()
        if not postmaster or postmaster in (pid, int(words[1]))
    ]
    return sum(spent) if spent else None


def _stat(pid: int) -> list[str] | None:
    """Return what the system says of a process, from its state on."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None


def _seconds(ticks: Sequence[str]) -> float:
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def memory_bytes(pid: int) -> int | None:
    """Return the proportional memory (PSS) of a process; None where it cannot be read."""
    try:
        lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), None)


def _named(name: str) -> Iterator[int]:
    for entry in PROC.iterdir() if PROC.is_dir() else ():
        if entry.name.isdigit():
            try:
                if (entry / "comm").read_text().strip() == name:
                    yield int(entry.name)
            except OSError:
                continue  # it ended while we looked
