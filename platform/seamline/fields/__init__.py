"""The field kinds: one file each, gathered in one table."""
