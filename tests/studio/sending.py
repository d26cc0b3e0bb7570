"""What a browser sends of a form: the values of its controls as they stand in the page."""

from __future__ import annotations

from html.parser import HTMLParser

from werkzeug.datastructures import MultiDict


class Controls(HTMLParser):
    """Reads the controls of a page, by name."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.sent: MultiDict[str, str] = MultiDict()
        self._text: tuple[str, list[str]] | None = None
        self._select: tuple[str, list[tuple[str, bool]]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take over what a control begins with."""
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "textarea":
            self._text = (name, [])
        elif tag == "select":
            self._select = (name, [])
        elif tag == "option" and self._select is not None:
            self._select[1].append((given.get("value") or "", "selected" in given))
        elif tag == "input" and name and ("checked" in given or _typed(given)):
            self.sent.add(name, given.get("value") or "")

    def handle_data(self, data: str) -> None:
        """Collect the text of a control of several lines."""
        if self._text is not None:
            self._text[1].append(data)

    def handle_endtag(self, tag: str) -> None:
        """Take over what a control ends with."""
        if tag == "textarea" and self._text is not None:
            # A browser leaves out the line break right behind the tag, and sends CR LF.
            text = "".join(self._text[1]).removeprefix("\n").replace("\n", "\r\n")
            self.sent.add(self._text[0], text)
            self._text = None
        elif tag == "select" and self._select is not None:
            name, options = self._select
            chosen = [value for value, on in options if on] or [value for value, _ in options[:1]]
            if chosen:
                self.sent.add(name, chosen[0])
            self._select = None


def _typed(given: dict[str, str | None]) -> bool:
    return given.get("type") not in ("checkbox", "radio")


def sent_of(html: str) -> MultiDict[str, str]:
    """Return what a browser sends of the controls in a page."""
    controls = Controls()
    controls.feed(html)
    return controls.sent
