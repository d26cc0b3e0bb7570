"""Figures about the running process in the Prometheus text format."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping

# Upper bounds in seconds; a page is meant to answer within the first few.
BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
Labels = tuple[tuple[str, str], ...]


class Counter:
    """A number that only grows."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.count = 0

    def add(self) -> None:
        """Count one more."""
        with self._lock:
            self.count += 1


class Requests:
    """Counts answered requests by route, method and status, and how long they took."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answered: dict[tuple[str, str, int], int] = {}
        self._buckets: dict[str, list[int]] = {}
        self._seconds: dict[str, float] = {}

    def add(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one answer."""
        bucket = sum(seconds > bound for bound in BOUNDS)
        with self._lock:
            key = (route, method, status)
            self._answered[key] = self._answered.get(key, 0) + 1
            self._buckets.setdefault(route, [0] * (len(BOUNDS) + 1))[bucket] += 1
            self._seconds[route] = self._seconds.get(route, 0.0) + seconds

    def lines(self) -> Iterable[str]:
        """Yield the counts and the duration histogram as text lines."""
        with self._lock:
            answered = dict(self._answered)
            buckets = {route: list(counts) for route, counts in self._buckets.items()}
            seconds = dict(self._seconds)
        yield from gauge(
            "seamline_requests_total",
            "Answered requests",
            {
                (("route", route), ("method", method), ("status", str(status))): count
                for (route, method, status), count in answered.items()
            },
            "counter",
        )
        yield "# HELP seamline_request_seconds How long requests took"
        yield "# TYPE seamline_request_seconds histogram"
        for route, counts in sorted(buckets.items()):
            yield from _histogram(route, counts, seconds[route])


def _histogram(route: str, counts: list[int], seconds: float) -> Iterable[str]:
    name, total = "seamline_request_seconds", 0
    for bound, count in zip((*BOUNDS, "+Inf"), counts, strict=True):
        total += count
        yield _line(f"{name}_bucket", (("route", route), ("le", str(bound))), total)
    yield _line(f"{name}_sum", (("route", route),), round(seconds, 6))
    yield _line(f"{name}_count", (("route", route),), total)


def gauge(
    name: str, help_: str, values: Mapping[Labels, float], kind: str = "gauge"
) -> Iterable[str]:
    """Yield one metric with its help and type lines."""
    yield f"# HELP {name} {help_}"
    yield f"# TYPE {name} {kind}"
    for labels, value in sorted(values.items()):
        yield _line(name, labels, value)


def _line(name: str, labels: Labels, value: float) -> str:
    inside = ",".join(f'{label}="{_escaped(word)}"' for label, word in labels)
    return f"{name}{{{inside}}} {value}" if inside else f"{name} {value}"


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
