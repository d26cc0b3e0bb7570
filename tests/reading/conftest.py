"""Papers with what is true of them: words as they were recognised, and a few files."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from seamline.reading.labelled import known_in, papers
from seamline.reading.pages import from_json

DATA = Path(__file__).parent / "data"


@pytest.fixture(scope="session")
def labelled():
    """Return each labelled paper with its pages of words."""
    with gzip.open(DATA / "words.json.gz", "rt", encoding="utf-8") as file:
        words = json.load(file)
    return [(paper, from_json(words[paper.id])) for paper in papers(DATA)]


@pytest.fixture(scope="session")
def known():
    return known_in(DATA)
