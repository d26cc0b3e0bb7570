"""Alembic revisions of the platform's own tables."""
