"""A configuration package: read whole, checked whole, or refused with every problem at once."""

from .reading import read_package as read_package, read_sources as read_sources
