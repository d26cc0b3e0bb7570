"""What pipelines do: one kind of step per file."""
