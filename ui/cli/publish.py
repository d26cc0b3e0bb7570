"""Show the plan of a package, then publish it.

Writers keep working meanwhile; a publication that fails leaves the old version serving.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from seamline.metadata import Package
from seamline.text import Text
from seamline.usecases import install, schemes
from seamline.usecases.desk import Desk, open_desk
from seamline.usecases.schemes import Choice

from ..leaks.proof import proof
from . import MINE, OPERATOR, ORIGIN, language, say, settings_of, workspace_option
from .binding import chosen, listed
from .plan import show


def configure(verb: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    verb.add_argument("path", type=Path, help="package: a folder or a .zip file")
    verb.add_argument("--yes", action="store_true", help="publish without asking")
    verb.add_argument(
        "--skip-scenarios",
        action="store_true",
        help="publish although scenarios fail; the journal says so",
    )
    verb.add_argument(
        "--skip-leaktest",
        action="store_true",
        help="publish without walking the surfaces as restricted roles",
    )
    verb.add_argument(
        "--scheme",
        action="append",
        default=[],
        metavar="FORM=SCHEME",
        help="by which scheme a form binds its lines to versions; asked where it is not said",
    )
    workspace_option(verb)


def run(asked: argparse.Namespace) -> int:
    """Show the plan, ask, publish."""
    desk = open_desk(settings_of(asked), _proven if not asked.skip_leaktest else None)
    try:
        package, new = install.package_at(desk, asked.path)
        wanted = _schemes(package, asked.scheme)
        show(install.plan(desk, asked.path))
        if new:
            wanted |= _asked(package, wanted, ask=not asked.yes and sys.stdin.isatty())
        if not (asked.yes or agreed()):
            say(Text("未发布。", "Not published."))
            return MINE
        published = install.publish(
            desk, OPERATOR, ORIGIN, asked.path, skip_scenarios=asked.skip_scenarios,
            bound_by=wanted,
        )  # fmt: skip
        for one in schemes.choices(desk):
            if one.package == package.head.id:
                _choose(desk, one, wanted.get(one.form, ""), new)
    finally:
        desk.close()
    for warning in published.problems:
        print(warning.line(language()))
    say(Text("已发布。", "Published."))
    return 0


def _schemes(package: Package, words: Sequence[str]) -> dict[str, str]:
    """Return the schemes that were named, by form; raises Refused for what there is not."""
    known = {one.form: one for one in schemes.choices_of(package)}
    found = {}
    for word in words:
        form, _sign, scheme = word.partition("=")
        if form not in known:
            raise schemes.nothing_bound(form, known)
        found[form] = schemes.named(known[form], scheme).id
    return found


def _asked(package: Package, named: Mapping[str, str], ask: bool) -> dict[str, str]:
    """Say by which scheme each form of a new package binds, and ask where a person is there."""
    found: dict[str, str] = {}
    for one in schemes.choices_of(package):
        if one.form in named:
            continue
        say(
            Text(
                "BOM 联动方案（本产品自行设计，并非标准）；带 * 为默认：",
                "Schemes that bind lines to versions (ours by design, no standard); * is in force:",
            )
        )
        listed(one)
        if ask:
            question = Text("方案 [回车用默认] ", "Scheme [Enter for *] ").in_(language())
            word = input(question).strip()
            if word:
                found[one.form] = schemes.named(one, word).id
        else:
            say(
                Text(
                    f"改用其他方案：seamline binding {one.form} 方案 --reason 原因",
                    f"To choose another: seamline binding {one.form} SCHEME --reason WHY",
                )
            )
    return found


def _choose(desk: Desk, one: Choice, scheme: str, new: bool) -> None:
    """Let a form bind by a scheme from now on; a new package does already."""
    if scheme and new:
        chosen(one, scheme)
    elif scheme and scheme != one.said.scheme:
        reason = Text("安装时选定", "Chosen at install").in_(language())
        done = schemes.choose(desk, OPERATOR, ORIGIN, one, scheme, reason)
        chosen(one, scheme, done.version.number)


def _proven(packages: Sequence[Package], tell: Callable[[Text], None]) -> Mapping[str, object]:
    """Run the leak test, and say on the side how far it is: it takes its time."""

    def said(what: Text) -> None:
        print(what.in_(language()), file=sys.stderr, flush=True)
        tell(what)

    return proof(packages, said)


def agreed() -> bool:
    """Ask the person at the terminal; without one the answer is no."""
    question = Text("发布?[y/N] ", "Publish? [y/N] ").in_(language())
    return sys.stdin.isatty() and input(question).strip().lower() in ("y", "yes", "是")
