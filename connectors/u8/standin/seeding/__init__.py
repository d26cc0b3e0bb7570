"""A company invented once and always alike: archives, stock, orders, and what is wrong."""

from __future__ import annotations

from .archives import archives
from .boms import boms
from .booking import booking
from .credit import credit
from .materials import materials
from .outsourcing import outsourcing
from .purchasing import purchasing
from .risks import risks
from .sales import sales
from .shipping import shipping
from .stock import stock
from .world import FULL, SMALL, Sizes, World

__all__ = ["FULL", "SMALL", "Sizes", "World", "seed"]


def seed(sizes: Sizes = FULL) -> World:
    """Return the whole company; the same rows on every machine and every day."""
    world = World(sizes)
    for tell in (
        archives, materials, sales, stock, boms, purchasing, risks, credit, booking, shipping,
        outsourcing,
    ):  # fmt: skip
        tell(world)
    return world
