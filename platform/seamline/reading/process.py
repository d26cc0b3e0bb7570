"""Reading a paper in processes of their own: one opens it, another recognises text."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from seamline.problems import Refused

from .engines import available
from .limits import Limits, known, problem
from .pages import Page, from_json

_RECYCLED = 200  # pages; then the engine starts anew, so that its memory cannot creep


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper as it was read: pages of words and a picture of each (none for a message)."""

    pages: tuple[Page, ...]
    pictures: tuple[bytes, ...]


class Reader:
    """Reads papers one after another; keeps the engine between them. Used by one thread."""

    def __init__(self, limits: Limits | None = None, engine: str | None = None) -> None:
        self.limits = limits or Limits()
        found = available()
        self.engine = engine if engine is not None else (found[0] if found else "")
        self._process: subprocess.Popen[str] | None = None
        self._answers: queue.Queue[str] = queue.Queue()
        self._done = 0

    def read(self, path: Path, told: Callable[[int, int], None] | None = None) -> Paper:
        """Return the words of a paper; raises Refused with a sentence where it is not read."""
        with tempfile.TemporaryDirectory(prefix="paper-") as name:
            folder = Path(name)
            pages = self._opened(path, folder)
            for number, page in enumerate(pages):
                if told is not None:
                    told(number, len(pages))
                if page["source"] == "none":
                    pages[number] = self._recognised(folder / f"{number}.jpg", number)
            paths = [folder / f"{number}.jpg" for number in range(len(pages))]
            pictures = tuple(one.read_bytes() for one in paths if one.is_file())
        return Paper(from_json(pages), pictures)

    @property
    def process(self) -> int | None:
        """The id of the engine's process, where one runs."""
        return self._process.pid if self._process is not None else None

    def close(self) -> None:
        """End the engine's process."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()

    def _opened(self, path: Path, folder: Path) -> list[dict[str, Any]]:
        asked = {"path": str(path), "folder": str(folder), "limits": self.limits.as_json()}
        try:
            done = subprocess.run(
                [sys.executable, "-m", "seamline.reading.opening", json.dumps(asked)],
                capture_output=True, timeout=self.limits.opening_seconds * 2, check=False,
            )  # fmt: skip
            answer = json.loads(done.stdout) if done.stdout else {}
        except subprocess.TimeoutExpired:
            raise Refused((problem("reading_too_long"),)) from None
        except ValueError:
            answer = {}
        if "pages" in answer:
            return list(answer["pages"])
        code, got, most = answer.get("refused", ("reading_failed", "", ""))
        raise Refused((problem(code if known(code) else "reading_failed", got, most),))

    def _recognised(self, path: Path, number: int) -> dict[str, Any]:
        if not self.engine:
            raise Refused((problem("no_engine"),))
        if self._process is None or self._done >= _RECYCLED:
            self._start()
        assert self._process is not None and self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps({"path": str(path), "number": number}) + "\n")
            self._process.stdin.flush()
            line = self._answers.get(timeout=self.limits.page_seconds)
        except (queue.Empty, OSError):
            self.close()
            raise Refused((problem("reading_too_long"),)) from None
        self._done += 1
        answer: dict[str, Any] = json.loads(line) if line else {"refused": "reading_failed"}
        if "refused" in answer:
            self.close()
            raise Refused((problem("reading_failed"),))
        return answer

    def _start(self) -> None:
        self.close()
        self._answers, self._done = queue.Queue(), 0
        self._process = subprocess.Popen(
            [sys.executable, "-m", "seamline.reading.scanning"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True, encoding="utf-8", env={**os.environ, "OMP_NUM_THREADS": "1"},
        )  # fmt: skip
        assert self._process.stdin is not None and self._process.stdout is not None
        asked = {"engine": self.engine, "megabytes": self.limits.engine_megabytes}
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        threading.Thread(
            target=_listen, args=(self._process.stdout, self._answers), daemon=True
        ).start()


def _listen(pipe: IO[str], answers: queue.Queue[str]) -> None:
    try:
        for line in pipe:
            answers.put(line)
    except ValueError:  # closed by its parent
        return
    answers.put("")
