"""The leak test as what a publication has to stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from seamline.metadata import Package
from seamline.problems import Refused


def proof(packages: Sequence[Package]) -> Mapping[str, object]:
    """Walk every surface as every restricted role of the packages; raises Refused on a leak.

    Returns what the journal keeps of it, nothing where no role is restricted.
    """
    from .walking import prove, restricted

    if not any(True for _ in restricted(packages)):
        return {}
    report = prove(packages)
    if report.leaks:
        raise Refused(report.problems())
    told = {
        "roles": report.roles, "canaries": report.canaries, "asked": report.asked,
        "unproven": [one.en for one in report.unproven],
    }  # fmt: skip
    return {"leaktest": told}
