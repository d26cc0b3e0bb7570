"""Work that happens by the clock rather than by a request."""
