"""Exports: every format, from the page and from the use case that programs and commands use."""

from __future__ import annotations

import io
import zipfile

from seamline.problems import Refused
from seamline.usecases.export import FORMATS, export

from ..visit import Guest


def visit(guest: Guest) -> None:
    """Export every form in every format."""
    for form in guest.catalog.forms:
        for format_ in FORMATS:
            guest.get(f"/r/{form}/export?all=1&format={format_}")
            out = io.BytesIO()
            try:
                export(guest.desk, guest.actor, form, out, format=format_, archived=True)
            except Refused as refused:
                guest.read(f"export {form} {format_}", str(refused))
                continue
            guest.read(f"export {form} {format_}", _text(out.getvalue()))


def _text(content: bytes) -> str:
    if content[:2] != b"PK":
        return content.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return "\n".join(packed.read(one).decode("utf-8", "replace") for one in packed.namelist())
