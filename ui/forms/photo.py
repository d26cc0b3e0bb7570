"""The control of a photo that has to be proof: the camera, and what is known of the picture."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup, escape

from seamline import clock
from seamline.fields.proof import Proof

from ..assets import icon
from ..device import number
from ..say import _
from ..session import actor, catalog
from .uploads import Kept


def drawn(name: str, typed: Any, state: str, asked: Proof, accept: str) -> str:
    """Return the control: a file input that opens the camera, four tiles, hidden facts.

    Scripts turn it into a live camera and fill in the place; without them it sends a file, and
    the place is read from the picture.
    """
    kept = "".join(_kept(name, file) for file in typed or () if isinstance(file, Kept))
    words = {
        "busy": _("The photo is being made ready."),
        "found": _("Accurate to %(m)s m", m="{m}"),
        "refused": _("Location is refused. Allow it for this page in the browser's settings."),
        "unknown": _("No position yet. Step outside or try again."),
        "insecure": _("Location and live camera need an encrypted connection (https)."),
        "wait": _("Asking for the position …"),
    }
    told = "".join(f' data-{key}="{escape(word)}"' for key, word in words.items())
    place = " data-place-required" if asked.place == "required" else ""
    taken, take = escape(_("The photo just taken")), escape(_("Take the photo"))
    again = escape(_("Take it again"))
    return (
        f'<div class="proof" data-proof="{name}"{place}{told}>'
        f'<ul class="files">{kept}</ul>'
        f'<div class="finder" hidden><video playsinline muted></video></div>'
        f'<img class="still" alt="{taken}" hidden>'
        f'<label class="shoot">{icon("camera")}<span class="first">{take}</span>'
        f'<span class="again">{again}</span>'
        f'<input type="file" accept="{accept}" capture="environment" name="{name}" id="f-{name}"'
        f"{state}></label>{_camera()}{_hidden(name)}{_tiles(asked)}</div>"
    )


def _camera() -> str:
    """Return the buttons of the page's own camera, hidden until a script can open it."""
    open_, now, sign = escape(_("Open the page's camera")), escape(_("Take it now")), icon("camera")
    return (
        '<div class="shots" hidden>'
        f'<button type="button" class="btn q" data-open-camera>{sign}{open_}</button>'
        f'<button type="button" class="btn p big" data-shoot hidden>{sign}{now}</button></div>'
    )


def _kept(name: str, file: Kept) -> str:
    box = f'<input type="checkbox" name="{name}" value="{file.token}" checked>'
    said = f"<span>{icon('paperclip')} {escape(file.name)}</span>"
    return f'<li><label class="tick">{box}{said}</label></li>'


def _hidden(name: str) -> str:
    values = {"place": "", "device": number(), "taken_at": "", "live": ""}
    return "".join(
        f'<input type="hidden" name="{name}.{part}" value="{value}" data-part="{part}">'
        for part, value in values.items()
    )


def _tiles(asked: Proof) -> str:
    """Return what will stand on the picture: the server's time, the place, the device, who."""
    now = clock.now().astimezone(catalog().zone)
    place = _("not asked yet") if asked.place == "required" else _("if you allow it")
    tiles = (
        ("time", "clock", f"{now:%H:%M:%S}", _("Server time"), True),
        ("place", "map-pin", place, _("Position"), False),
        ("device", "smartphone", number(), _("Device number"), True),
        ("person", "user", actor().name, _("Taken by"), True),
    )
    made = (
        Markup(
            '<li class="{}" data-tile="{}"{}>{}<span><b>{}</b><small>{}</small></span></li>'
        ).format(
            "known" if known else "",
            key,
            Markup(' data-now="{}"').format(now.isoformat()) if key == "time" else "",
            icon(sign),
            value,
            label,
        )
        for key, sign, value, label, known in tiles
        if key in asked.mark
    )
    return f'<ul class="facts4">{Markup("").join(made)}</ul>'
