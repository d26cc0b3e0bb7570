"""Studio: random edits of a draft against their replay; the preview of a large form."""

from __future__ import annotations

import random
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from seamline.facts import Actor, Origin
from seamline.settings import found
from seamline.store.designs import replayed
from seamline.ui.app import create_app
from seamline.ui.designing.fresh import fresh_field
from seamline.ui.pages.studio_forms import _read, preview
from seamline.usecases import design, install
from seamline.usecases.designing.edits import Insert, Move, Put
from seamline.usecases.desk import Desk, open_desk

ADMIN, CLI = Actor("bench", "Bench", ("administrator",)), Origin("cli")
PACKAGE, FORM = "small_desk", "forms/order.yaml"
FIELD = "sections[main].fields[customer_po]"
SEQUENCES, STEPS = int(sys.argv[1]) if len(sys.argv) > 1 else 2000, 6
FIELDS, BAR = 60, 60  # fields of the previewed form, milliseconds it may take


def main() -> None:
    """Run both and say what they took; exits 1 where a sequence and its replay differ."""
    source = Path(__file__).parents[1] / "tests" / "packages" / PACKAGE
    with tempfile.TemporaryDirectory() as folder:
        desk = open_desk(found(Path(folder), {}))
        install.publish(desk, ADMIN, CLI, source)
        begun = time.perf_counter()
        wrong = sum(not _sequence(desk, seed) for seed in range(SEQUENCES))
        took = time.perf_counter() - begun
        print(f"{SEQUENCES} sequences of {STEPS} steps: {wrong} differ, {took:.0f} s")
        spent = _preview(desk)
        print(f"preview of {FIELDS} fields: {spent:.0f} ms (bar {BAR})")
        desk.close()
    sys.exit(1 if wrong else 0)


def _sequence(desk: Desk, seed: int) -> bool:
    """Edit, undo and redo at random; say whether the draft equals the replay of its edits."""
    chance = random.Random(seed)
    one = design.opened(desk, ADMIN, PACKAGE)
    base = dict(one.served)
    for _ in range(STEPS):
        match chance.randrange(5):
            case 0 if one.undo:
                one = design.undo(desk, ADMIN, PACKAGE, one.undo.number)
            case 1 if one.redo:
                one = design.redo(desk, ADMIN, PACKAGE, one.redo.number)
            case 2:
                step = Move(FORM, FIELD, by=chance.choice((-1, 1, 2)))
                one = design.change(desk, ADMIN, PACKAGE, [step])
            case _:
                word = chance.choice(("label", "help"))
                edit = Put(FORM, f"{FIELD}.{word}", f"字 {chance.randrange(10**6)}")
                one = design.change(desk, ADMIN, PACKAGE, [edit])
    at = one.head.position if one.head else 0
    done = [edit for edit in design.edits(desk, ADMIN, PACKAGE) if edit.number <= at]
    if one.head is not None:
        design.discard(desk, ADMIN, PACKAGE, one.revision)
    return replayed(base, done[::-1]) == one.texts


def _preview(desk: Desk) -> float:
    """Return the median milliseconds in which the server draws a form of so many fields."""
    one = design.opened(desk, ADMIN, PACKAGE)
    while one.texts[FORM].count("kind: text") < FIELDS:
        document = _read(one.texts[FORM], FORM)
        fresh = Insert(FORM, "sections[main].fields", fresh_field("text", document))
        one = design.change(desk, ADMIN, PACKAGE, [fresh])
    app = create_app(desk)
    spent = []
    with app.test_request_context("/"):
        from seamline.ui.pages import studio, studio_forms

        for page in (studio, studio_forms):
            page.actor = lambda: ADMIN  # nobody is signed in here
        for _ in range(15):
            begun = time.perf_counter()
            preview(PACKAGE, FORM)
            spent.append((time.perf_counter() - begun) * 1000)
    return median(spent[3:])


if __name__ == "__main__":
    main()
