"""Pages, JSON API and command line: the only part that knows HTTP."""
