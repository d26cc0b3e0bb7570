"""Formulas of computed fields: read once, typed, bounded, and run as closures (docs/fields.md)."""

from .formula import Formula as Formula, parse as parse
from .functions import FUNCTIONS as FUNCTIONS
from .order import in_order as in_order
