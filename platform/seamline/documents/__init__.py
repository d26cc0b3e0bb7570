"""YAML or JSON text to plain data with the line and column of every key and value."""

from . import editing as editing
from .document import Document as Document, Mark as Mark, Path as Path, value_at as value_at
from .reading import (
    DEPTH_LIMIT as DEPTH_LIMIT,
    PROBLEM_LIMIT as PROBLEM_LIMIT,
    TEXT_LIMIT as TEXT_LIMIT,
    Format as Format,
    decode as decode,
    read as read,
)
