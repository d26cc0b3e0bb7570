"""The law of each document kind as JSON Schema, and its check in words people understand."""

from .assembly import (
    DOCUMENT_KINDS as DOCUMENT_KINDS,
    assembled as assembled,
    stale as stale,
    write as write,
)
from .check import LANGUAGE_VERSION as LANGUAGE_VERSION, check as check, kind_of as kind_of
from .given import check_given as check_given, wrong_law as wrong_law
from .lawful import Lawful as Lawful
