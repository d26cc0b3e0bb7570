"""Work that happens by the clock or after the fact rather than within a request."""
