"""The use case called directly, as a pipeline and an assistant call it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from seamline.facts import Actor, Origin, Way as Via
from seamline.forms import FormModel
from seamline.problems import Refused
from seamline.testing.conformance.staging import Submitting
from seamline.testing.conformance.verdicts import Said
from seamline.usecases.desk import Desk
from seamline.usecases.submit import Submission, submit


@dataclass(frozen=True, slots=True)
class Called:
    """Submits by the use case itself; `name` is what the journal then says of the way."""

    desk: Desk
    actor: Actor
    name: str

    def takes(self, model: FormModel, step: str) -> bool:
        """Return True: the use case takes every step."""
        return True

    def submit(self, asked: Submitting) -> tuple[Said, ...]:
        """Submit, and return the problems of a refusal."""
        origin = Origin(cast(Via, self.name), "127.0.0.1", "conformance")
        submission = Submission(
            asked.form, asked.step, asked.values, asked.record, reason=asked.reason,
            confirmed=frozenset(asked.confirmed),
        )  # fmt: skip
        try:
            submit(self.desk, self.actor, origin, submission)
        except Refused as refused:
            return tuple(sorted((one.code, one.place.path) for one in refused.problems))
        return ()
