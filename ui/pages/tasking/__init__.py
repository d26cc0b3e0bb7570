"""What the boards of tasks are made of."""
