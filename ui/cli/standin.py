"""Stand in for another company's service on this machine, with faults on demand.

Without a name the stand-ins are listed. One answers on 127.0.0.1 until SIGTERM or Ctrl-C stops it,
or makes the file asked for; docs/standins.md tells what each can do and how to make it fail.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from dataclasses import asdict

from seamline.standins.finding import stand_ins
from seamline.standins.standin import Ready
from seamline.text import Text

from . import say


def configure(verb: argparse.ArgumentParser) -> None:
    """Declare a sub-verb for every stand-in there is."""
    verb.add_argument("--attached", action="store_true",
                      help="for programs: tell in one line of JSON how to connect, "
                      "and stop when standard input ends")  # fmt: skip
    names = verb.add_subparsers(dest="standin", metavar="NAME")
    for name, one in stand_ins().items():
        one.configure(names.add_parser(name, help=one.say.en, description=one.say.en))


def run(asked: argparse.Namespace) -> int:
    """List the stand-ins, or be one until stopped."""
    found = stand_ins()
    if asked.standin is None:
        for name, one in found.items():
            say(Text(f"{name:<12}{one.say.zh}", f"{name:<12}{one.say.en}"))
        return 0
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if asked.attached:
        threading.Thread(target=_until_left, args=(stop,), daemon=True).start()
    with found[asked.standin].open(asked) as ready:
        if asked.attached:
            print(_told(ready), flush=True)
        else:
            for line in ready.says:
                say(line)
        if found[asked.standin].stays(asked):
            stop.wait()
    return 0


def _told(ready: Ready) -> str:
    """Return everything about a stand-in that is up as one line of JSON."""
    return json.dumps(asdict(ready), ensure_ascii=False)


def _until_left(stop: threading.Event) -> None:
    """Stop when whoever started it has gone, however that came about."""
    while sys.stdin.buffer.read(4096):
        pass
    stop.set()
