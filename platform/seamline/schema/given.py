"""Values against a law that is not of the language: the settings that a connector asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seamline.documents import Document, Path
from seamline.problems import Problem

from .sentences import told


def wrong_law(law: Mapping[str, Any]) -> tuple[Path, str] | None:
    """Return where a JSON Schema is none, and what is wrong with it; None where it is one."""
    from .validating import wrong_at

    return wrong_at(law)


def check_given(
    law: Mapping[str, Any], document: Document, path: Path, value: Any
) -> list[Problem]:
    """Return in what `value`, which stands at `path` of a document, breaks `law`."""
    from .validating import breach_of, reader_of, without_misspelt

    breaches = [breach_of(error, path) for error in reader_of(law).iter_errors(value)]
    return [told(breach, document, "") for breach in without_misspelt(breaches)]
