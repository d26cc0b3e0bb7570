"""What the papers claim: every verb and setting documented, schemas current, one open entry."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys

import pytest

from seamline.settings import SETTINGS
from seamline.ui import cli


def test_every_verb_says_its_first_line_in_the_help():
    spoken = {
        verb: importlib.import_module(cli.module_of(verb)).__doc__.strip().splitlines()[0]
        for verb in cli.VERBS
    }
    assert spoken == {verb: text.en for verb, text in cli.VERBS.items()}


@pytest.mark.parametrize("verb", cli.VERBS)
def test_every_verb_has_a_page_with_each_of_its_options(house, verb):
    text = (house.ROOT / "docs/commands.md").read_text(encoding="utf-8")
    start = text.find(f"\n## seamline {verb}\n")
    assert start >= 0, f"docs/commands.md has no section 'seamline {verb}'"
    section = text[start + 1 :].partition("\n## ")[0]
    top = cli.parser(verb)
    verbs = next(action for action in top._actions if action.dest == "verb")
    missing = [option for option in options(verbs.choices[verb]) if f"`{option}" not in section]
    assert missing == []


def options(parser) -> list[str]:
    """Return the options of a verb and of its own sub-verbs, without --help."""
    found = []
    for action in parser._actions:
        found += [word for word in action.option_strings if word.startswith("--")]
        if isinstance(action.choices, dict):
            for choice, inner in action.choices.items():
                found += [choice, *options(inner)]
    return [word for word in found if word != "--help"]


def test_the_command_list_loads_no_verb():
    code = (
        "import sys; from seamline.ui.cli import parser; parser();"
        "print([m for m in sys.modules if m.startswith('seamline.ui.cli.')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_setting_is_documented_as_it_is(house):
    text = (house.ROOT / "docs/settings.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| `SEAMLINE_")]
    expected = []
    for row in SETTINGS:
        default = f"`{row.default}`" if row.default else ""
        expected.append(
            f"| `{row.variable}` | {row.type} | {default} | {row.say.en} | {row.say.zh} |"
        )
    assert rows == expected


def test_the_written_schemas_are_current(house, tmp_path):
    from seamline import schema

    schema.write(tmp_path)
    written = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.glob("*.json")}
    assert written
    kept = {name: (house.ROOT / "schemas" / name).read_text(encoding="utf-8") for name in written}
    assert kept == written


def test_the_changelog_is_open(house):
    text = (house.ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## (.+)$", text, re.M)
    assert headings[0] == "Unreleased"
    assert re.search(r"^- .+", text.partition("## Unreleased")[2], re.M)


def test_every_proven_row_is_one_of_the_acceptance_list(house):
    rows = []
    for path in house.under("tests", suffix=".py"):
        text = (house.ROOT / path).read_text(encoding="utf-8")
        for found in re.finditer(r"mark\.cap\(([^)]*)\)", text):
            rows += [(str(path), word.strip()) for word in found[1].split(",")]
    wrong = [
        f"{path}: cap({word})"
        for path, word in rows
        if not (word.isdigit() and 1 <= int(word) <= 120) and path != "tests/house/test_docs.py"
    ]
    assert wrong == []


def test_the_documents_link_only_to_what_exists(house):
    broken = []
    for path in house.tracked():
        if path.suffix != ".md":
            continue
        text = (house.ROOT / path).read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)#\s]+)", text):
            if "://" not in target and not (house.ROOT / path.parent / target).exists():
                broken.append(f"{path}: {target}")
    assert broken == []


def test_the_second_command_is_what_ci_runs(house):
    readme = (house.ROOT / "README.md").read_text(encoding="utf-8")
    ci = (house.ROOT / ".ci/run").read_text(encoding="utf-8").strip().splitlines()
    assert ci[-1] in readme.splitlines()
