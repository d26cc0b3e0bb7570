"""The parts of backup and restore."""
