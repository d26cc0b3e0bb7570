"""Share: send whoever ordered the papers that fit, behind a progress link made for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from seamline.documents import Path
from seamline.pages import Data
from seamline.scope import Scope
from seamline.text import Text

from ..kind import Course, Do, Gives, Hands, PipelineNames, Plan, StepKind
from ..shapes import ID
from .notify import SETTINGS, More, Notice, check_notice, handed_over, read_notice

NOTHING = "nothing"  # its state where no paper fits: then nobody is told


@dataclass(frozen=True, slots=True)
class Share:
    """A progress page of the record, the words around its papers, and the parameter of a template
    that carries the address."""

    page: str
    notice: Notice
    link: str = ""


def _read(data: Data, _plans: Callable[[Sequence[Data]], tuple[Plan, ...]]) -> Share:
    return Share(data["page"], read_notice(data), data.get("link", ""))


def _check(data: Data, path: Path, names: PipelineNames, scope: Scope) -> Gives:
    names.page((*path, "page"), data["page"])
    check_notice(data, path, names, scope)
    return Gives({"state": "text", "reached": "number", "why": "text", "papers": "number"})


def _run(asked: Share, hands: Hands) -> Course:
    def work() -> dict[str, Any]:
        """Send them; the address is a secret, and stays out of what the run keeps."""
        address, papers = hands.share(asked.page)
        if not papers:
            return {"state": NOTHING, "reached": 0, "why": "", "papers": []}
        listed = "".join(f"\n· {title}" for title in papers)
        more = More(listed, address, {asked.link: address} if asked.link else {})
        found = handed_over(asked.notice, hands, True, more)
        return {**found, "papers": list(papers)}

    trial: dict[str, Any] = {"text": hands.words(asked.notice.text), "papers": []}
    found = yield Do(work, writes=True, trial=lambda: trial)
    papers = list(found["papers"])
    if found.get("reached"):
        body = {"papers": papers, "to": found.get("to", [])}
        yield Do(lambda: hands.log("shared", body), name="told", writes=True, ours=True)
    return {"state": "", "reached": 0, "why": "", **found, "papers": len(papers)}


_SETTINGS: dict[str, Any] = {
    name: shape for name, shape in SETTINGS.items() if name not in ("roles", "people")
} | {"page": ID, "link": ID}
KIND = StepKind(
    "share", Text("推送资料", "Share papers"), _SETTINGS, _read, _check, _run,
    ("page", "connection", "to", "text"), icon="send", sends=True,
)  # fmt: skip
