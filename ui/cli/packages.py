"""What the verbs that read packages have in common: `--with`, `--workspace`, and the reading."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from seamline.metadata import Package
from seamline.package import read_package
from seamline.problems import Refused


def others_option(verb: argparse.ArgumentParser) -> None:
    """Let a verb take the packages that its package refers to."""
    verb.add_argument(
        "--with",
        dest="others",
        type=Path,
        action="append",
        default=[],
        metavar="PACKAGE",
        help="another package that this one refers to (may be given again)",
    )


def source_options(verb: argparse.ArgumentParser) -> None:
    """Let a verb take a package, or what is installed in a workspace instead."""
    verb.add_argument("path", type=Path, nargs="?", help="package folder or .zip archive")
    verb.add_argument(
        "--workspace", type=Path, metavar="FOLDER", help="the packages installed in a workspace"
    )


def sources_of(asked: argparse.Namespace) -> list[Package]:
    """Return what `source_options` and `others_option` name; raises Refused (422, 404)."""
    if asked.workspace is not None:
        from seamline.ui.ways.proving import installed_in  # a check of a folder opens no store

        return list(installed_in(asked.workspace))
    return read_all((*asked.others, asked.path or Path()))


def read_all(paths: Iterable[Path]) -> list[Package]:
    """Read packages, each of which may refer to those before it; raises Refused (422)."""
    packages: list[Package] = []
    for path in paths:
        packages.append(with_folder(path, packages))
    return packages


def with_folder(path: Path, others: Iterable[Package]) -> Package:
    """Read a package; its problems name files as seen from here, so that terminals open them."""
    try:
        return read_package(path, others=tuple(others))
    except Refused as refused:
        if not path.is_dir():
            raise
        raise Refused(
            [
                p.at(replace(p.place, file=str(path / p.place.file))) if p.place.file else p
                for p in refused.problems
            ],
            refused.status,
        ) from None
