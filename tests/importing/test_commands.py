"""`seamline import` and `seamline export`, as a person runs them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from seamline.ui.cli import main
from seamline.usecases.desk import Desk
from seamline.usecases.import_ import Upload

PACKAGES = Path(__file__).parents[1] / "packages"
Run = Callable[..., int]


@pytest.fixture
def run(desk: Desk, store_url: str, workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A function that runs one command on the workspace, in English."""
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setenv("SEAMLINE_DATABASE", store_url)

    def command(*words: str) -> int:
        return main([*words, "--workspace", str(workspace)])

    return command


@pytest.fixture
def parts(tmp_path: Path, csv_file: Callable[..., Upload]) -> Path:
    """A file of parts with one bad row."""
    rows = [["Part code", "Part name", "Price"], ["P10", "Washer", 1], ["P11", "Pin", "x"]]
    path = tmp_path / "parts.csv"
    path.write_bytes(csv_file(rows).content)
    return path


def test_import_reports_every_bad_cell(
    run: Run, parts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("import", str(parts), "--form", "part") == 1
    assert capsys.readouterr().out.splitlines() == [
        "row 3, 'Price': Expected a number, got 'x'.",
        "parts.csv: 1 records imported, 1 refused.",
    ]


def test_import_as_json_and_as_a_trial(
    run: Run, parts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("import", str(parts), "--form", "part", "--dry-run", "--json") == 1
    report = json.loads(capsys.readouterr().out)
    assert (report["state"], report["good"], report["bad"]) == ("checked", 1, 1)
    assert report["problems"][0]["message"]["zh"].startswith("应为数字")
    assert run("import", str(parts), "--form", "part", "--all-or-nothing") == 1
    assert "none was imported" in capsys.readouterr().out


def test_import_by_map_with_a_file_of_rows(
    run: Run, tmp_path: Path, csv_file: Callable[..., Upload]
) -> None:
    heads = tmp_path / "heads.csv"
    heads.write_bytes(csv_file([["JobID", "Subject", "PartID", "Pieces", "Due"],
                                [1, "One", 11, 5, "2027-03-01"]]).content)  # fmt: skip
    details = [["JobID", "PartID", "Count", "Each"], [1, 12, 4, "1.10"]]
    (tmp_path / "details.csv").write_bytes(csv_file(details).content)
    assert run("import", str(heads), "--map", "jobs") == 0


def test_shown_map_and_template(
    run: Run, parts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("import", str(parts), "--form", "part", "--show-map") == 0
    assert json.loads(capsys.readouterr().out)["columns"][0]["to"] == "code"
    path = tmp_path / "template.xlsx"
    assert run("import", str(path), "--form", "part", "--template") == 0
    assert path.read_bytes().startswith(b"PK")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("import", "nothing.csv", "--form", "part"), "cannot be read"),
        (("import", "nothing.csv", "--map", "partz"), "cannot be read"),
        (("export", "partz"), "Did you mean 'part'?"),
        (("export", "part", "--where", "{"), "not valid JSON"),
        (("export", "part", "--format", "xlsx"), "Name a file"),
    ],
)
def test_what_cannot_be_done_is_said(
    run: Run, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    assert run(*words) == 1
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("ending", ["csv", "xlsx", "json"])
def test_export_to_a_file(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str], ending: str
) -> None:
    path = tmp_path / f"parts.{ending}"
    where = '{"==": [{"var": "code"}, "P1"]}'
    assert run("export", "part", "-o", str(path), "--where", where, "--headers", "label") == 0
    assert "1 records exported" in capsys.readouterr().err
    content = path.read_bytes()
    if ending == "csv":
        assert content.decode("utf-8-sig").splitlines()[1].startswith("P1,Bolt,11,2.50")
    if ending == "json":
        assert json.loads(content)[0]["values"]["name"] == "Bolt"
