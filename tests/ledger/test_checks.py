"""What is wrong with a posting is said where it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from seamline.package import read_sources
from seamline.problems import Refused

FOLDER = Path(__file__).parents[1] / "packages" / "ledger_desk"
MOVE = "forms/move.yaml"


def problems(old: str, new: str) -> list[tuple[str, str]]:
    """Return code and path of each problem where the form of moves says `new` for `old`."""
    texts = {
        path.relative_to(FOLDER).as_posix(): path.read_text("utf-8")
        for path in FOLDER.rglob("*.yaml")
    }
    assert old in texts[MOVE]
    texts[MOVE] = texts[MOVE].replace(old, new)
    with pytest.raises(Refused) as refused:
        read_sources(texts)
    return [(problem.code, problem.place.path) for problem in refused.value.problems]


@pytest.mark.parametrize(
    ("old", "new", "code", "path"),
    [
        ("  to: balance", "  to: balanse", "unknown_form", "posts.to"),
        ("  to: balance", "  to: move", "moves_of_moves", "posts.to"),
        ("{item: item, bin: bin}", "{item: item, bin: bim}", "unknown_field", "posts.find.bin"),
        ("{item: item, bin: bin}", "{item: paper, bin: bin}", "find_kinds", "posts.find.item"),
        ("{item: item, bin: bin}", "{item: item}", "several_balances", "posts.find"),
        ("  amount: qty", "  amount: paper", "wrong_kind", "posts.amount"),
        ("  into: moved", "  into: on_hand", "wrong_kind", "posts.into"),
        ("  figure: on_hand", "  figure: onhand", "unknown_field", "posts.figure"),
        ("  act: act\n", "", "act_and_acts", "posts"),
        (", count: set}", "}", "act_without_effect", "posts.acts"),
        ("count: set", "scrap: set, count: set", "unknown_option", "posts.acts.scrap"),
        ("reported: device", "reported: seen", "duplicate_field", "posts.keep.reported"),
        ("opens: {opening: 0}", "opens: {moved: 0}", "not_written", "posts.opens.moved"),
        ("opens: {opening: 0}", 'opens: {opening: "{x}"}', "unknown_field", "posts.opens.opening"),
        (
            "posts:",
            "steps:\n  - {id: change, title: X}\nposts:",
            "moves_never_change",
            "steps[change].id",
        ),
        (
            "posts:",
            "steps:\n  - {id: note, title: X, fields: [qty]}\nposts:",
            "posted_field",
            "steps[note].fields[1]",
        ),
    ],
)
def test_a_mistake_in_a_posting_is_named(old, new, code, path):
    found = problems(old, new)
    assert [code] == [found_code for found_code, _ in found], found
    assert found[0][1] == path
