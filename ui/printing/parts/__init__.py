"""What stands after the facts of a print: one file each, named as the print view names it.

Each has `blocks(what)`, which yields nothing where it has nothing to say.
"""
