"""The file of a backup: a .zip with a manifest that names every member and its hash."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from zipfile import BadZipFile, ZipFile, ZipInfo

from seamline.problems import Refused
from seamline.text import Text

MANIFEST = "manifest.json"
_PIECE = 1024 * 1024
_MOST_MANIFEST = 256 * 1024 * 1024
_NAMES = re.compile(r"database\.(db|dump)|runs\.db|files/[0-9a-f]{2}/[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Member:
    """One file in a backup: its name there, the SHA-256 of its bytes and their number."""

    name: str
    sha256: str
    size: int

    def take_out(self, archive: ZipFile, target: Path) -> None:
        """Write the member to `target`; raises Refused where its bytes are not what they were."""
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with archive.open(self.name) as source, target.open("wb") as copied:
                found = _moved(source, copied, self.name)
        except (KeyError, BadZipFile, OSError, EOFError) as error:
            raise damaged(self.name) from error
        if found != self:
            raise damaged(self.name)


def written(archive: ZipFile, path: Path, name: str, compression: int) -> Member:
    """Add a file to a backup piece by piece; return what was added."""
    info = ZipInfo.from_file(path, name)
    info.compress_type = compression
    with path.open("rb") as source, archive.open(info, "w", force_zip64=True) as target:
        return _moved(source, target, name)


def _moved(source: IO[bytes], target: IO[bytes], name: str) -> Member:
    sealed, size = hashlib.sha256(), 0
    while piece := source.read(_PIECE):
        target.write(piece)
        sealed.update(piece)
        size += len(piece)
    return Member(name, sealed.hexdigest(), size)


def checked(archive: ZipFile) -> dict[str, Any]:
    """Return the manifest of a backup; raises Refused where it is not one of ours."""
    try:
        if archive.getinfo(MANIFEST).file_size > _MOST_MANIFEST:
            raise ValueError(MANIFEST)
        manifest = json.loads(archive.read(MANIFEST))
        if manifest["seamline_backup"] != 1:
            raise ValueError(manifest["seamline_backup"])
        names = [member.name for member in members(manifest)]
        if manifest["database"] not in names or not all(map(_NAMES.fullmatch, names)):
            raise ValueError(names)
        if not isinstance(manifest["journal"], dict) or manifest["dialect"] not in (
            "sqlite",
            "postgresql",
        ):
            raise ValueError(manifest["dialect"])
    except (KeyError, TypeError, ValueError, AttributeError, BadZipFile) as error:
        raise damaged(MANIFEST) from error
    found: dict[str, Any] = manifest
    return found


def members(manifest: Mapping[str, Any]) -> Iterator[Member]:
    """Yield every member that a manifest names."""
    for name, said in manifest["members"].items():
        yield Member(str(name), str(said["sha256"]), int(said["size"]))


def damaged(name: str) -> Refused:
    """Return the refusal of a backup whose member `name` is missing or changed."""
    return Refused.one(
        "damaged_backup",
        Text(f"备份已损坏：{name}。", f"The backup is damaged: {name}."),
        status=400,
        hint=Text("请使用另一份备份。", "Use another backup."),
    )
