"""The `seamline` command: one module per verb, each with `configure` and `run`."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence

import seamline
from seamline.problems import Refused

# One module of this folder per verb, in the order a newcomer meets them.
VERBS = (
    "demo", "init", "serve", "check", "plan", "publish", "new", "schema", "import", "export",
    "user", "token", "verify", "backup", "restore", "surge",
)  # fmt: skip
MINE, OURS, INTERRUPTED = 1, 3, 130


def module_of(verb: str) -> str:
    """Return the module that holds `verb` (Python keeps the word `import` for itself)."""
    return f"{__name__}.{'import_' if verb == 'import' else verb}"


def parser() -> argparse.ArgumentParser:
    """Return the whole command line, each verb configured by its own module."""
    top = argparse.ArgumentParser(prog="seamline", description=seamline.__doc__)
    top.add_argument("--version", action="version", version=f"seamline {seamline.__version__}")
    verbs = top.add_subparsers(dest="verb", required=True, metavar="VERB")
    for verb in VERBS:
        module = importlib.import_module(module_of(verb))
        words = (module.__doc__ or "").strip().splitlines()[0]
        module.configure(verbs.add_parser(verb, help=words, description=module.__doc__))
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb. Exit codes: 0 done, 1 the input is wrong, 3 our fault, 130 interrupted."""
    asked = parser().parse_args(arguments)
    try:
        return int(importlib.import_module(module_of(asked.verb)).run(asked) or 0)
    except Refused as refused:
        for problem in refused.problems:
            print(problem.line(getattr(asked, "language", None) or "en"), file=sys.stderr)
        return MINE
    except KeyboardInterrupt:
        return INTERRUPTED
