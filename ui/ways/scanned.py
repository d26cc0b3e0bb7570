"""A page to scan with, told of a move as a device tells it from its queue."""

from __future__ import annotations

import json
from dataclasses import dataclass

from seamline.forms import FormModel
from seamline.metadata import Page
from seamline.store.ulid import ulid
from seamline.testing.conformance.staging import Submitting
from seamline.testing.conformance.verdicts import Said
from seamline.usecases import scanning

from .visitor import Visitor


@dataclass(frozen=True, slots=True)
class Scanned:
    """Sends a move to the page that scans moves of its form, with what a device can fill."""

    who: Visitor
    name: str = "pda"

    def takes(self, model: FormModel, step: str) -> bool:
        """Return whether a page scans records of the form: a device only ever creates."""
        return step == "create" and self._page(model.form.id) is not None

    def submit(self, asked: Submitting) -> tuple[Said, ...]:
        """Send one move, and return the problems it is answered with."""
        page = self._page(asked.form)
        assert page is not None
        at = scanning.bench(self.who.desk.catalogs.current(), page.settings)
        address = f"/p/{page.id}/scan"
        hello = json.loads(self.who.browser.get(f"{address}/hello").get_data())
        values = {name: value for name, value in asked.values.items() if name in at.taken}
        move = {"key": ulid(), "person": hello["person"]["id"], "late": False, "values": values}
        answer = self.who.browser.post(
            f"{address}/moves",
            data=json.dumps({"device": self.name, "moves": [move]}),
            headers={"Content-Type": "application/json", "X-CSRFToken": hello["token"]},
        )
        (told,) = json.loads(answer.get_data())["answers"]
        return tuple(sorted((one["code"], one["field"]) for one in told.get("errors", ())))

    def _page(self, form: str) -> Page | None:
        pages = self.who.desk.catalogs.current().pages.values()
        return next(
            (one for one in pages if one.kind == "scan" and one.settings.moves == form), None
        )
