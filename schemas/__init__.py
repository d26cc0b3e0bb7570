"""JSON Schemas of the metadata language, usable by any editor."""
