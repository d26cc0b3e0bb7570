"""The JSON API, asked through its WSGI application."""

from __future__ import annotations

import json
from dataclasses import dataclass

from seamline.forms import FormModel
from seamline.testing.conformance.staging import Submitting
from seamline.testing.conformance.verdicts import Said

from .visitor import Visitor


@dataclass(frozen=True, slots=True)
class Api:
    """Sends JSON with a token."""

    who: Visitor
    name: str = "api"

    def takes(self, model: FormModel, step: str) -> bool:
        """Return True: the API takes every step."""
        return True

    def submit(self, asked: Submitting) -> tuple[Said, ...]:
        """Send one request, and return the problems it is answered with."""
        method, path = "POST", f"/api/v1/{asked.form}"
        headers = {"Authorization": f"Bearer {self.who.token}", "Content-Type": "application/json"}
        if asked.step != "create":
            path += f"/{asked.record}"
            headers["If-Match"] = "*"
            if asked.step == "change":
                method = "PATCH"
            else:
                path += f"/steps/{asked.step}"
        body = {
            "values": asked.values, "reason": asked.reason, "confirm": list(asked.confirmed),
        }  # fmt: skip
        # A client without the browser's cookies: a token is all that programs have.
        client = self.who.app.test_client()
        answer = client.open(path, method=method, data=json.dumps(body), headers=headers)
        if answer.status_code < 300:
            return ()
        errors = json.loads(answer.get_data()).get("errors", [])
        return tuple(sorted((one["code"], one.get("field") or "") for one in errors))
