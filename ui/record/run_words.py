"""What the story of a record says of the runs of pipelines about it."""

from __future__ import annotations

from collections.abc import Mapping

from seamline.facts import Event

from ..say import _
from ..session import catalog, language

RUNS: Mapping[str, tuple[str, str]] = {
    "run.stopped": ("octagon-x", "red"),
    "run.resumed": ("play", "blue"),
    "run.replayed": ("play", "blue"),
    "run.cancelled": ("ban", ""),
}


def run_words(event: Event) -> str:
    """Return what happened to a run: it stopped, or what somebody did about that."""
    pipeline = catalog().pipelines.get(event.step.partition(".")[2])
    name = pipeline.title.in_(language()) if pipeline else event.step
    match event.kind:
        case "run.stopped":
            say = event.body.get("say")
            why = str(say.get(language(), "")) if isinstance(say, Mapping) else ""
            return _("stopped for somebody to look: %(why)s", why=why)
        case "run.replayed":
            return _("had %(pipeline)s done anew", pipeline=name)
        case "run.cancelled":
            return _("called %(pipeline)s off", pipeline=name)
    if event.body.get("skip"):
        return _("went on with %(pipeline)s without the step that failed", pipeline=name)
    return _("had %(pipeline)s try again", pipeline=name)
