"""Conditions as SQL."""

from .leaves import Keyed as Keyed, bound as bound, stored_word as stored_word
from .where import Child as Child, where as where
