"""Reusable 3-5-1 rule sets by business step."""
