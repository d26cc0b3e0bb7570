"""Addresses that come back with a request: followed only where they are of this workspace."""

from __future__ import annotations


def ours(address: str, otherwise: str) -> str:
    """Return an address of ours, `otherwise` for any other: nobody is sent elsewhere."""
    inside = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if inside and address.isprintable() else otherwise
