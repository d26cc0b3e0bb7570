"""The leak test as what a publication has to stand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from seamline.metadata import Package
from seamline.problems import Refused
from seamline.text import Text


def proof(
    packages: Sequence[Package], tell: Callable[[Text], None] = lambda said: None
) -> Mapping[str, object]:
    """Walk every surface as every restricted role of the packages.

    Raises Refused on a leak, and where something could not be proven and its role does not say
    why. `tell` hears how far it is. Returns what the journal keeps of it, nothing where no role
    is restricted.
    """
    from .walking import prove, restricted

    if not any(True for _ in restricted(packages)):
        return {}
    report = prove(packages, tell=tell)
    if not report.passed:
        raise Refused(report.problems())
    told = {
        "roles": report.roles, "canaries": report.canaries, "asked": report.asked,
        "unproven": [one.say.en for one in report.excused],
    }  # fmt: skip
    return {"leaktest": told}
