"""Keeps the engine's process: deadlines, memory, restarts with a pause, and giving up in time."""

from __future__ import annotations

import importlib.util
import json
import queue
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal

from seamline.text import Text

State = Literal["absent", "stopped", "running", "waiting", "given_up"]

_ENGINE = "durable_rules_engine"  # what the extra `durable` installs, where it can be built
_MEGABYTE = 1024 * 1024
_WORDS: dict[State, Text] = {
    "absent": Text(
        "未安装 durable_rules，由 SQL 处理", "durable_rules is not installed; SQL does it"
    ),
    "stopped": Text("未启动，由 SQL 处理", "not started; SQL does it"),
    "running": Text("引擎运行中", "the engine runs"),
    "waiting": Text(
        "引擎崩溃，稍后重启，暂由 SQL 处理", "the engine crashed and restarts; SQL does it"
    ),
    "given_up": Text(
        "引擎多次崩溃，已改由 SQL 处理", "the engine crashed too often; SQL does it now"
    ),
}


class EngineLost(Exception):
    """The engine's process is gone, silent, too large, or said something it should not."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long an answer may take and a crash counts (seconds), how large the process may grow."""

    answer: float = 5.0
    beat: float = 5.0
    megabytes: int = 1024
    crashes: int = 3
    counted: float = 3600.0
    pause: float = 1.0


@dataclass(frozen=True, slots=True)
class EngineHealth:
    """How the engine is: `crashes` are those that still count, `resident` its memory in bytes."""

    state: State
    crashes: int
    restarts: int
    resident: int
    last: str

    @property
    def say(self) -> Text:
        """The state as a sentence."""
        return _WORDS[self.state]


def installed() -> bool:
    """Say whether the engine can be started at all."""
    return importlib.util.find_spec(_ENGINE) is not None


class Supervisor:
    """One engine process at a time; used by one thread."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._process: subprocess.Popen[str] | None = None
        self._answers: queue.Queue[str] = queue.Queue()
        self._crashed: list[float] = []
        self._not_before = 0.0
        self._restarts = -1
        self._resident = 0
        self._beaten = 0.0
        self._last = ""
        self._given_up = False

    @property
    def pid(self) -> int:
        """The id of the engine's process, 0 where none runs."""
        return self._process.pid if self._process is not None else 0

    @property
    def running(self) -> bool:
        """Whether there is a process to ask."""
        return self._process is not None

    def may_start(self) -> bool:
        """Say whether a new process may be started now."""
        return not self._given_up and installed() and time.monotonic() >= self._not_before

    def start(self) -> None:
        """Start the engine's process."""
        script = Path(__file__).with_name("child.py")
        # -P keeps this folder, which has modules of other names' sake, out of the child's path.
        self._process = subprocess.Popen(
            [sys.executable, "-P", str(script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="ascii",
        )
        assert self._process.stdout is not None
        self._answers = queue.Queue()
        reader = threading.Thread(
            target=_read, args=(self._process.stdout, self._answers), daemon=True
        )
        reader.start()
        self._restarts += 1
        self._beaten = time.monotonic()

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """Return the answer to one request; raises `EngineLost`, the process being gone then."""
        process = self._process
        if process is None:
            raise EngineLost("no process")
        if time.monotonic() - self._beaten >= self.limits.beat:
            request = {**request, "beat": True}
        try:
            assert process.stdin is not None
            process.stdin.write(json.dumps(request) + "\n")
            process.stdin.flush()
            line = self._answers.get(timeout=self.limits.answer)
            answer: dict[str, Any] = json.loads(line) if line else {}
        except queue.Empty:
            raise self._lost("silent") from None
        except (OSError, ValueError) as error:
            raise self._lost(str(error)) from None
        if not line:
            raise self._lost("ended")
        if "resident" in answer:
            self._beaten, self._resident = time.monotonic(), answer["resident"]
            if self._resident > self.limits.megabytes * _MEGABYTE:
                raise self._lost("too large")
        return answer

    def beat(self) -> None:
        """Ask for a sign of life; raises `EngineLost`."""
        self._beaten = float("-inf")
        self.ask({})

    def _lost(self, why: str) -> EngineLost:
        """End what is left of the process, and note the crash."""
        code = self.stop()
        now = time.monotonic()
        self._crashed = [at for at in self._crashed if now - at < self.limits.counted] + [now]
        self._given_up = len(self._crashed) >= self.limits.crashes
        self._not_before = now + self.limits.pause * 2 ** (len(self._crashed) - 1)
        self._last = f"{why} ({code})"
        return EngineLost(self._last)

    def stop(self) -> int | None:
        """End the process without further words; return its exit code."""
        process, self._process = self._process, None
        if process is None:
            return None
        process.kill()
        code = process.wait()
        for stream in (process.stdin, process.stdout):
            _close(stream)
        self._resident = 0
        return code

    def health(self) -> EngineHealth:
        """Return how the engine is."""
        return EngineHealth(
            self._state(), len(self._crashed), max(self._restarts, 0), self._resident, self._last
        )

    def _state(self) -> State:
        if not installed():
            return "absent"
        if self._given_up:
            return "given_up"
        if self.running:
            return "running"
        return "waiting" if self._crashed else "stopped"


def _read(stream: IO[str], answers: queue.Queue[str]) -> None:
    """Put every line into the queue, an empty one at the end."""
    try:
        for line in stream:
            answers.put(line)
    except (OSError, ValueError):
        pass  # closed under our hands: the same as the end
    answers.put("")


def _close(stream: IO[str] | None) -> None:
    try:
        if stream is not None:
            stream.close()
    except OSError:
        pass  # what was not written any more was for a process that is gone
