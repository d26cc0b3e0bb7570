"""Contract tests that anyone may import."""
