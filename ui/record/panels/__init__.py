"""Cards that neighbours add to a record's page: one file each, found by lying in this folder.

Each has `panel(model, record)`, which answers None where it has nothing to say.
"""
