"""Export records.

A CSV or JSON file may go to standard output; notes go to stderr. What is exported as CSV or Excel
can be imported again.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import IO, Any

from seamline.problems import Place, Refused
from seamline.text import Text
from seamline.usecases.desk import open_desk
from seamline.usecases.export import FORMATS, Exported, Format, export

from . import OPERATOR, language, settings_of, workspace_option


def configure(verb: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    workspace_option(verb)
    verb.add_argument("form", metavar="FORM", help="the form whose records are exported")
    verb.add_argument("--format", choices=FORMATS, help="else by the ending of FILE, else csv")
    verb.add_argument("--where", metavar="JSONLOGIC", help="only records that match this condition")
    verb.add_argument(
        "--headers", choices=("id", "label"), default="id", help="headers: field ids or labels"
    )
    verb.add_argument("--table", default="", help="which sub-table's rows stand beside (the first)")
    verb.add_argument("--archived", action="store_true", help="archived records as well")
    verb.add_argument("-o", "--output", type=Path, metavar="FILE", help="else standard output")


def run(asked: argparse.Namespace) -> int:
    """Export; a file appears whole or not at all."""
    format_ = _format(asked)
    desk = open_desk(settings_of(asked))
    try:

        def write(out: IO[bytes]) -> Exported:
            return export(
                desk,
                OPERATOR,
                asked.form,
                out,
                format=format_,
                where=_condition(asked.where),
                headers=asked.headers,
                language=language(),
                table=asked.table,
                archived=asked.archived,
            )

        done = _to_file(asked.output, write) if asked.output else write(sys.stdout.buffer)
    finally:
        desk.close()
    for note in done.notes:
        print(note.in_(language()), file=sys.stderr)
    words = Text("已导出 {n} 条记录。", "{n} records exported.").fill(n=done.records)
    print(words.in_(language()), file=sys.stderr)
    return 0


def _format(asked: argparse.Namespace) -> Format:
    ending = asked.output.suffix.lstrip(".").lower() if asked.output is not None else ""
    word = asked.format or ending
    for known in FORMATS:
        if word == known:
            if known == "xlsx" and asked.output is None:
                raise Refused.one(
                    "no_output",
                    Text(
                        "导出 Excel 请用 -o 指定文件。", "Name a file with -o for an Excel export."
                    ),
                )
            return known
    return "csv"


def _condition(text: str | None) -> Any:
    if text is None:
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refused.one(
            "unreadable_json",
            Text("条件不是有效的 JSON。", "The condition is not valid JSON."),
            place=Place("where"),
        ) from error


def _to_file(path: Path, write: Any) -> Exported:
    draft = path.with_name(f".{path.name}.part")
    try:
        with draft.open("wb") as out:
            done: Exported = write(out)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return done
