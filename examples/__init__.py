"""Configuration packages that ship with the product."""
