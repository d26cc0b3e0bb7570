"""Conditions as SQL."""

from .leaves import Keyed as Keyed
from .where import Child as Child, where as where
