"""The leak test as what a publication has to stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from seamline.metadata import Package
from seamline.problems import Refused


def proof(packages: Sequence[Package]) -> Mapping[str, object]:
    """Walk every surface as every restricted role of the packages.

    Raises Refused on a leak, and where
    something could not be proven and its role does not say why.

    Returns what the journal keeps of it, nothing where no role is restricted.
    """
    from .walking import prove, restricted

    if not any(True for _ in restricted(packages)):
        return {}
    report = prove(packages)
    if not report.passed:
        raise Refused(report.problems())
    told = {
        "roles": report.roles, "canaries": report.canaries, "asked": report.asked,
        "unproven": [one.say.en for one in report.excused],
    }  # fmt: skip
    return {"leaktest": told}
