"""Every document of every package through the editors as a browser has them: not a byte changes.

The source view takes each text and gives it back, as it is and with one letter typed. Of every
thing in every document the inspector is drawn, and what Chromium sends of it is read as the
server reads it. Exits 1 where anything comes back otherwise.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from difflib import ndiff
from pathlib import Path
from typing import Any

from flask import render_template
from playwright.sync_api import Page
from werkzeug.datastructures import MultiDict

from chromium import signed_in
from seamline.documents import Document, Path as Place, read
from seamline.facts import Actor, Origin
from seamline.package.sources import kind_of_path
from seamline.settings import found
from seamline.ui.app import create_app
from seamline.ui.assets import address
from seamline.ui.designing.inspecting import Asked, boxes
from seamline.ui.designing.outline import Branch, outline
from seamline.ui.designing.starting import begun
from seamline.ui.designing.taking import edits_of
from seamline.usecases import accounts, design
from seamline.usecases.desk import open_desk
from studio_editor import PASSWORD, served

ROOT = Path(__file__).parents[1]
ADMIN, CLI = Actor("bench", "Bench", ("administrator",)), Origin("cli")
DRAWN = (
    "{% import 'studio/box.html' as inspect with context %}{% for one in things %}<form>"
    "{% for box in one %}{{ inspect.whole(box) }}{% endfor %}</form>{% endfor %}"
)
# Opens a text as the source view does, types a letter into it, and gives both back.
TYPED = """async ([module, text, at]) => {
  const { open } = await import(module);
  const parent = document.createElement("div");
  document.body.append(parent);
  const editor = open({ root: document, parent, text, label: "", complete: () => null,
                        changed: () => {}, save: () => {}, language: {} });
  const same = editor.text();
  editor.put(text.slice(0, at) + "x" + text.slice(at));
  const typed = editor.text();
  parent.remove();
  return [same, typed];
}"""
SENT = "[...document.forms].map((one) => [...new FormData(one)])"


def documents() -> Iterator[tuple[str, Path]]:
    """Yield every document of every package with its kind."""
    for folder in ("examples", "rulesets", "tests/packages", "benchmarks"):
        for path in sorted((ROOT / folder).rglob("*.yaml")):
            kind = kind_of_path("/".join(path.parts[-2:])) or kind_of_path(path.name)
            if kind and "data" not in path.parts:
                yield kind, path


def main() -> None:
    """Walk all documents and say how many came back as they were."""
    wrong: list[str] = []
    texts = things = 0
    with tempfile.TemporaryDirectory() as folder:
        desk = open_desk(found(Path(folder), {}))
        accounts.create_user(
            desk, ADMIN, CLI, login="it", name="IT", roles=["administrator"], language="en",
            password=PASSWORD,
        )  # fmt: skip
        design.begin(desk, ADMIN, "walk", begun("walk", "Walk"))
        app = create_app(desk)
        with served(desk) as place, signed_in(place, "it", PASSWORD) as page:
            page.goto("/studio/walk/source/package.yaml")
            page.set_content("<!doctype html><main></main>")
            for kind, path in documents():
                name = str(path.relative_to(ROOT))
                texts += 1
                wrong += _typed(page, name, path.read_bytes().decode())
                with app.test_request_context():
                    count, bad = _sent(page, app, kind, read(path.read_text("utf-8"), name))
                things += count
                wrong += bad
        desk.close()
    print(f"{texts} documents through the source view, {things} inspectors sent by Chromium: "
          f"{len(wrong)} came back otherwise")  # fmt: skip
    for one in wrong[:20]:
        print(" ", one)
    sys.exit(1 if wrong else 0)


def _typed(page: Page, name: str, text: str) -> Iterator[str]:
    """Yield what the source view makes of a text otherwise than it is; one letter is one line."""
    at = text.index("\n", len(text) // 2) if "\n" in text[len(text) // 2 :] else len(text)
    module = address("vendor/codemirror/editor.js")
    same, typed = page.evaluate(TYPED, [module, text, at])
    if same != text:
        yield f"{name}: not the same"
    lines = [one for one in ndiff(text.splitlines(), typed.splitlines()) if one[0] in "+-"]
    if len(lines) != 2 or len(typed) != len(text) + 1:
        yield f"{name}: one letter changed {len(lines)} lines"


def _places(asked: Asked) -> Iterator[Place]:
    """Yield every thing of a document that has an inspector of its own."""

    def inside(branches: tuple[Branch, ...]) -> Iterator[Place]:
        for branch in branches:
            for leaf in branch.leaves:
                place = asked.document.path(leaf.words)
                if place is not None:
                    yield place
                yield from inside(leaf.branches)

    yield ()
    yield from inside(outline(asked))


def _sent(page: Page, app: Any, kind: str, document: Document) -> tuple[int, list[str]]:
    """Draw all inspectors of a document in the browser; return what it sends that is an edit."""
    asked = Asked(kind, document, "zh")
    places = [*_places(asked)]
    template = app.jinja_env.from_string(DRAWN)
    page.set_content(render_template(template, things=[boxes(asked, place) for place in places]))
    wrong = []
    for place, pairs in zip(places, page.evaluate(SENT), strict=True):
        made = edits_of(kind, document, MultiDict(tuple(pair) for pair in pairs))
        wrong += [f"{document.name}: {document.words(place)}: {one}" for one in made]
    return len(places), wrong


if __name__ == "__main__":
    main()
