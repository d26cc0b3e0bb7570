"""Connectors to ERPs and messaging services, one folder each."""
