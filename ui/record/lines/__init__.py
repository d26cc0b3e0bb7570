"""What neighbours put beside the rows of a record: one file each, found by lying in this folder.

Each has `beside(model, record, table, rows)`, which answers None where it has nothing to say.
"""
