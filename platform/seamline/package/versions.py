"""Semantic versions and the ranges a package asks for."""

from __future__ import annotations

import re

_ASK = re.compile(r" *(>=|<=|==|<|>) *([0-9.]+) *")


def satisfies(version: str, asked: str) -> bool:
    """Say whether `version` lies in the range `asked` (`>=1.0,<2`); an empty range takes any.

    A pre-release counts as lower than its release.
    """
    return all(_meets(version, part) for part in asked.split(",") if part.strip())


def _meets(version: str, part: str) -> bool:
    found = _ASK.fullmatch(part)
    if found is None:
        return False
    have, want = _key(version), _key(found[2])
    match found[1]:
        case ">=":
            return have >= want
        case "<=":
            return have <= want
        case "==":
            return have == want
        case "<":
            return have < want
    return have > want


def _key(version: str) -> tuple[int, int, int, int]:
    numbers, _, early = version.partition("-")
    parts = [int(part) for part in re.findall(r"[0-9]+", numbers)[:3]]
    major, minor, patch = (*parts, 0, 0, 0)[:3]
    return major, minor, patch, 0 if early or re.search(r"[a-z]", numbers) else 1
