"""The page of a form, filled in and sent as a browser sends it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from typing import Any

from werkzeug.datastructures import MultiDict

from seamline.facts import Finding
from seamline.fields import kind_of
from seamline.fields.kind import Reading
from seamline.forms import FormModel
from seamline.metadata import Field
from seamline.testing.conformance.staging import Submitting
from seamline.testing.conformance.verdicts import Said
from seamline.usecases import files

from .imported import cell_of
from .visitor import Visitor, hidden

FILES = ("attachment", "image", "signature")
_ENTRY = re.compile(r'<li>(?:<a href="#([^"]*)">)?(.*?)(?:</a>)?</li>', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Page:
    """Opens the page of a step, fills it in and sends it."""

    who: Visitor
    name: str = "form"

    def takes(self, model: FormModel, step: str) -> bool:
        """Return True: every step has its page."""
        return True

    def submit(self, asked: Submitting) -> tuple[Said, ...]:
        """Send the form, and return the problems that the page shows."""
        model = self.who.desk.catalogs.current().forms[asked.form]
        address = f"/r/{asked.form}/new"
        if asked.step != "create":
            address = f"/r/{asked.form}/{asked.record}/do/{asked.step}"
        begun = self.who.browser.get(address).get_data(as_text=True)
        sent: MultiDict[str, Any] = MultiDict(self._sent(model, asked.values))
        for name in ("_csrf", "_key"):
            sent.add(name, hidden(begun, name))
        if asked.step != "create":
            sent.add("_version", hidden(begun, "_version"))
        sent.add("_shown", " ".join(asked.values))
        sent.add("_reason", asked.reason)
        sent.add("_do", "submit")
        for check in asked.confirmed:
            sent.add("_confirm", check)
        with self.who.desk.store.reading() as unit:
            before, _ = unit.journal.head()
        answer = self.who.browser.post(address, data=sent, content_type="multipart/form-data")
        if answer.status_code == 303:
            return ()
        page = answer.get_data(as_text=True)
        return tuple(sorted(self._said(model, asked, page, before)))

    def _sent(self, model: FormModel, values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        fields = {one.id: one for one in model.form.fields}
        for name, value in values.items():
            one = fields[name]
            if one.kind == "table":
                for number, row in enumerate(value or ()):
                    yield f"{name}.{number}._id", ""
                    columns = {column.id: column for column in one.fields}
                    for column, cell in row.items():
                        if column in columns and kind_of(columns[column]).written:
                            yield from self._control(
                                columns[column], f"{name}.{number}.{column}", cell
                            )
            else:
                yield from self._control(one, name, value)

    def _control(self, one: Field, name: str, value: Any) -> Iterator[tuple[str, Any]]:
        """Yield what a control sends: files as bytes, moments in local time, the rest as text."""
        reading = Reading("en", self.who.desk.catalogs.current().zone)
        if one.kind in FILES:
            for file in value or ():
                body = files.content(self.who.desk, file["sha256"])
                yield name, (io.BytesIO(body), file["name"], file["media_type"])
        elif one.kind == "boolean":
            if value:
                yield name, "true"
        elif one.kind == "multi_choice":
            yield from ((name, word) for word in value or ())
        elif one.kind == "datetime" and value is not None:
            moment = kind_of(one).parse(one, value, reading)
            assert isinstance(moment, datetime)
            local = moment.astimezone(reading.zone).replace(tzinfo=None)
            yield name, local.isoformat(timespec="seconds" if local.second else "minutes")
        else:
            yield name, cell_of(one, value, reading)

    def _said(self, model: FormModel, asked: Submitting, page: str, before: int) -> Iterator[Said]:
        """Yield every entry of the page's summary as code and path; words that are no rule's
        sentence come as they stand."""
        spoken = self._refusing(before)
        step = model.steps[asked.step]
        for anchor, sentence in _ENTRY.findall(
            page.partition('id="problems"')[2].partition("</ul>")[0]
        ):
            text = unescape(sentence)
            rule = next((one for one in spoken if one.say.en in text), None)
            path = anchor.partition("-")[2]
            if rule is None:
                yield f"page: {text}", path
                continue
            field = re.split(r"[.\[]", rule.fields[0], maxsplit=1)[0] if rule.fields else ""
            known = model.fields.get(field)
            fillable = step.fields is None or field in step.fields
            on_page = known is not None and known.kind.written and fillable
            # What stands on no page of this step can only be said above it.
            yield "hard_rule", path if on_page else field

    def _refusing(self, before: int) -> list[Finding]:
        """Return the hard rules that the journal says have refused since."""
        with self.who.desk.store.reading() as unit:
            for event in reversed(unit.journal.after(before, 20)):
                if event.kind == "refused":
                    decision = unit.decisions.get(event.decision)
                    spoken = decision.spoken if decision is not None else ()
                    return [one for one in spoken if one.rule_class == "hard"]
        return []
