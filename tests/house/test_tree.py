"""What lies in the tree: nothing that shadows, nothing of one machine, all of it in the wheel."""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess
import sys
import zipfile

import pytest

# Where checkouts and homes lie on the machines of developers; a path like these in a file means
# that it was written for one machine.
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:root|home|Users|work|mnt|tmp/bash)/\w|[A-Z]:\\Users\\")
BUILD = """
import sys
from setuptools import build_meta
print(build_meta.build_wheel(sys.argv[1]))
"""


def test_no_package_shadows_the_standard_library(house):
    assert not (house.ROOT / "platform/__init__.py").exists()
    assert list((house.ROOT / "tests").rglob("__init__.py")) == []
    assert not (house.ROOT / "tests/platform").exists()
    mapped = {package.partition(".")[2] for package in house.ROOTS.values()} - {""}
    folders = {path.name for path in (house.ROOT / "platform/seamline").iterdir()}
    assert mapped & folders == set()
    roots = {
        path.stem for path in house.under("platform/seamline", suffix=".py") if len(path.parts) == 3
    }
    assert roots & set(sys.stdlib_module_names) - {"__init__", "__main__"} == set()


def test_setup_cfg_maps_the_same_roots(house):
    config = configparser.ConfigParser()
    config.read(house.ROOT / "setup.cfg", encoding="utf-8")
    lines = config["options"]["package_dir"].strip().splitlines()
    mapped = dict(tuple(part.strip() for part in line.split("=")) for line in lines)
    assert mapped == {package: folder for folder, package in house.ROOTS.items()}
    assert config["options"]["packages"].split() == list(mapped)


def test_styles_name_only_measures_that_are_there(house):
    text = "\n".join(
        (house.ROOT / path).read_text("utf-8") for path in house.under("ui/static", suffix=".css")
    )
    known = set(re.findall(r"(--[\w-]+)\s*:", text))
    assert set(re.findall(r"var\((--[\w-]+)", text)) - known == set()


BINARY = (
    ".gz", ".mo", ".png", ".zip", ".xlsx", ".woff2", ".ttf", ".ico", ".jpg", ".wasm", ".pdf",
)  # fmt: skip


def test_no_file_names_a_place_of_one_machine(house):
    wrong = []
    for path in house.tracked():
        if path.suffix in BINARY:
            continue
        text = (house.ROOT / path).read_text(encoding="utf-8")
        for number, line in enumerate(text.splitlines(), 1):
            if MACHINE_PATH.search(line) and "MACHINE_PATH" not in line:
                wrong.append(f"{path}:{number}: {line.strip()[:80]}")
    assert wrong == []


@pytest.fixture(scope="module")
def wheel(house, tmp_path_factory):
    """Return the wheel built from a copy of the tracked files, without network."""
    clone = tmp_path_factory.mktemp("clone")
    for path in house.tracked():
        target = clone / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(house.ROOT / path, target)
    out = tmp_path_factory.mktemp("wheel")
    done = subprocess.run(
        [sys.executable, "-c", BUILD, str(out)],
        cwd=clone,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
    )
    assert done.returncode == 0, done.stderr
    return next(out.glob("*.whl"))


def test_the_wheel_holds_the_whole_tree_and_nothing_else(house, wheel):
    expected = set()
    for folder, package in house.ROOTS.items():
        for path in house.under(folder):
            expected.add(f"{package.replace('.', '/')}/{path.relative_to(folder).as_posix()}")
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert packed == expected


def test_the_wheel_carries_its_licence_and_its_command(wheel):
    packed = zipfile.ZipFile(wheel)
    names = {name.partition(".dist-info/")[2]: name for name in packed.namelist()}
    assert any(name.endswith("LICENSE") for name in names)
    assert "seamline = seamline.ui.cli:main" in packed.read(names["entry_points.txt"]).decode()
    metadata = packed.read(names["METADATA"]).decode()
    assert "Requires-Python: >=3.11" in metadata


def test_no_text_of_our_scripts_spans_lines(house):
    """They are served without comments and indentation, which such a text would lose."""
    spanning = []
    for path in house.under("ui/static/js", suffix=".js"):
        for number, line in enumerate((house.ROOT / path).read_text("utf-8").splitlines(), 1):
            if not line.strip().startswith(("//", "*", "/**")) and line.count("`") % 2:
                spanning.append(f"{path}:{number}")
    assert spanning == []
