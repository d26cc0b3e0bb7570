"""Serve a workspace's pages and API until stopped.

SIGTERM or Ctrl-C stops it: requests in work are finished, new ones are not taken.
"""

from __future__ import annotations

import argparse
from dataclasses import replace

from seamline.settings import Settings

from . import settings_of, workspace_option


def configure(verb: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    workspace_option(verb)
    address_options(verb)


def address_options(verb: argparse.ArgumentParser) -> None:
    """Give a verb `--host` and `--port`, which win over the settings."""
    verb.add_argument("--host", metavar="ADDRESS", help="address to listen on (SEAMLINE_HOST)")
    verb.add_argument("--port", type=int, help="port; 0 takes a free one (SEAMLINE_PORT)")


def addressed(settings: Settings, asked: argparse.Namespace) -> Settings:
    """Return the settings with the address the command line asks for."""
    given = {name: getattr(asked, name) for name in ("host", "port")}
    return replace(settings, **{name: word for name, word in given.items() if word is not None})


def run(asked: argparse.Namespace) -> None:
    """Serve until stopped."""
    from ..collecting import hold_off

    hold_off()
    from .. import logs
    from ..server import serve

    settings = addressed(settings_of(asked), asked)
    logs.configure(settings)
    serve(settings)
