"""A photo that has to be proof, on its way through the door."""

from __future__ import annotations

from dataclasses import dataclass, field as made

from seamline.facts import Capture, FileRef, GeoPoint
from seamline.fields.proof import Proof
from seamline.metadata import Field
from seamline.proofs.picture import Picture


@dataclass(slots=True)
class Exhibit:
    """A new photo: what it is, what is asked of it, and what speaks against it."""

    field: Field
    asked: Proof
    file: FileRef
    picture: Picture
    hashes: tuple[int, ...]
    place: GeoPoint | None
    place_from: str
    live: bool = False
    signs: list[str] = made(default_factory=list)
    like: list[str] = made(default_factory=list)

    @property
    def capture(self) -> Capture:
        """Return what came with it."""
        return self.file.capture or Capture()
