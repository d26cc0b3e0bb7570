"""A database that answers like a U8 company: real tables, a year of orders, moving stock."""

from __future__ import annotations

from .standing import STANDIN

__all__ = ["STANDIN"]
