"""A photo that has to be proof, on its way through the door."""

from __future__ import annotations

from dataclasses import dataclass, field as made
from datetime import datetime

from seamline.facts import Capture, FileRef, GeoPoint
from seamline.fields.proof import Proof
from seamline.metadata import Field
from seamline.proofs.picture import Picture


@dataclass(slots=True)
class Developed:
    """A photo that was opened at a moment: its picture, or why there is none.

    `hashes` tell it apart, the last of them its mirror image; `proof` is the id it will have.
    `marked` is the picture with `lines` burnt in, where they were known before it was its turn.
    """

    at: datetime
    picture: Picture | None = None
    hashes: tuple[int, ...] = ()
    proof: str = ""
    why: str = ""
    lines: list[str] = made(default_factory=list)
    marked: bytes = b""


@dataclass(slots=True)
class Exhibit:
    """A new photo: what it is, what is asked of it, and what speaks against it."""

    field: Field
    asked: Proof
    file: FileRef
    shot: Developed
    place: GeoPoint | None
    place_from: str
    live: bool = False
    signs: list[str] = made(default_factory=list)
    like: list[str] = made(default_factory=list)

    @property
    def picture(self) -> Picture:
        """Return the picture that it is."""
        assert self.shot.picture is not None
        return self.shot.picture

    @property
    def hashes(self) -> tuple[int, ...]:
        """Return the hash of the whole picture, then those of its cuts."""
        return self.shot.hashes[:-1]

    @property
    def capture(self) -> Capture:
        """Return what came with it."""
        return self.file.capture or Capture()
