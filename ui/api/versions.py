"""Entity tags: the version of a record as ETag, and what If-Match and If-None-Match ask."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import Request

from seamline.problems import Place, Problem, Refused
from seamline.text import Text

_TAG = re.compile(r'\s*(W/)?"([\x21\x23-\x7e]*)"\s*', re.ASCII)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The versions a caller accepts; `any` for `*` or no header, none fits an empty tuple."""

    versions: tuple[int, ...] = ()
    any: bool = False

    def chosen(self, current: int) -> int | None:
        """Return the version to expect: the current one if it is wanted, else one that fails."""
        if self.any:
            return None
        return current if current in self.versions else (self.versions or (-1,))[0]


def etag(version: int) -> str:
    """Return the strong entity tag of a version."""
    return f'"{version}"'


def wanted_versions(request: Request) -> Wanted:
    """Read `If-Match`; a weak tag never matches, as RFC 9110 says. Raises Refused 400."""
    header = request.headers.get("If-Match")
    if header is None or header.strip() == "*":
        return Wanted(any=True)
    tags = _tags(header, "If-Match")
    return Wanted(
        tuple(int(word) for weak, word in tags if not weak and word.isdigit() and len(word) <= 18)
    )


def unchanged(request: Request, tag: str) -> bool:
    """Whether `If-None-Match` names the tag, so that 304 says enough (weak comparison)."""
    header = request.headers.get("If-None-Match")
    if header is None:
        return False
    if header.strip() == "*":
        return True
    return any(f'"{word}"' == tag for _, word in _tags(header, "If-None-Match"))


def _tags(header: str, name: str) -> list[tuple[bool, str]]:
    tags: list[tuple[bool, str]] = []
    at = 0
    while at < len(header):
        match = _TAG.match(header, at)
        if match is None or (match.end() < len(header) and header[match.end()] != ","):
            break
        tags.append((match[1] is not None, match[2]))
        at = match.end() + 1
    else:
        if tags:
            return tags
    problem = Problem(
        "wrong_header",
        Text(f'{name} 应为带引号的版本，如 "3"。', f'{name} takes a version in quotes, like "3".'),
        Place(name),
        got=header[:60],
    )
    raise Refused((problem,), 400)
