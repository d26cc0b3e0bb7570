"""A package that was built by pages held against one that was written by hand."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

from seamline.documents import editing, read
from seamline.package import read_package, read_sources
from seamline.usecases import scenarios

HAND = Path(__file__).with_name("intake")
WIDEST = 160  # characters of a line that somebody would write


def exported(page: Page, folder: Path) -> Path:
    """Export the package as anybody would, and return the file."""
    page.goto("/packages/intake/export")
    with page.expect_download() as begun:
        page.locator(".formbar .btn.p").click()
    path = folder / "intake.zip"
    begun.value.save_as(path)
    return path


def compared(file: Path) -> list[str]:
    """Return what the package that was built does otherwise than the one written by hand."""
    built, hand = read_package(file), read_package(HAND)
    wrong = []
    for one, other, name in ((built, hand, "built"), (hand, built, "hand-written")):
        scenes = {path: text for path, text in other.sources.items()
                  if path.startswith("scenarios/")}  # fmt: skip
        sources = {path: text for path, text in one.sources.items()
                   if not path.startswith("scenarios/")}  # fmt: skip
        results = scenarios.run([read_sources({**sources, **scenes})])
        held = sum(result.passed for result in results)
        print(f"scenarios of the other on the {name} one: {held} of {len(results)} hold")
        wrong += [f"{name}: {said.en}" for result in results for said in result.sentences()]
    return wrong + [one for path, text in built.sources.items() for one in unclean(path, text)]


def unclean(path: str, text: str) -> list[str]:
    """Return what of a document nobody would write so."""
    found = [f"{path}:{number}: {line}" for number, line in enumerate(text.splitlines(), 1)
             if len(line) > WIDEST or line != line.rstrip() or "null" in line
             or line.rstrip().endswith((": {}", ": []", ': ""')) or "\t" in line]  # fmt: skip
    again = editing.fresh(read(text, path).data)
    if len(text.splitlines()) > 1.5 * len(again.splitlines()) + 5:
        found.append(f"{path}: {len(text.splitlines())} lines for {len(again.splitlines())}")
    return found
