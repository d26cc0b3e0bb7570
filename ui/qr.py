"""QR codes (ISO/IEC 18004) as inline SVG."""

from __future__ import annotations

import io

import segno
from markupsafe import Markup


def files_of(text: str, kind: str) -> bytes:
    """Return the QR code of a text as a file to print: `svg`, or `png` with ten dots a module."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind=kind, border=4, scale=10, light="#fff")
    return out.getvalue()


def picture_of(text: str, border: int = 2) -> Markup:
    """Return the QR code of a text: dark on white whatever the page's colours, for cameras."""
    out = io.BytesIO()
    code = segno.make(text, error="m", micro=False)
    code.save(out, kind="svg", border=border, xmldecl=False, svgns=True, light="#fff",
              svgclass="qr", lineclass=None, omitsize=True)  # fmt: skip
    return Markup(out.getvalue().decode())


def drawing_of(text: str) -> str:
    """Return the QR code of a text as an SVG drawing of its own, for paper."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", border=1, xmldecl=False)
    return out.getvalue().decode()
