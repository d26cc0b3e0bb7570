"""Forms as they stand on a page: what was typed, what is wrong with it, and how it is shown."""
