"""What sets pipelines off: one kind per file."""
