"""Seamline: metadata-driven low-code platform for order-to-delivery work in manufacturing."""

__version__ = "0.1.0"
