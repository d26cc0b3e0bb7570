"""The surfaces of the product, one module each: `visit(guest)` asks it all that a reader can ask.

A new surface is a module that lies here; what only answers GET at an address of its own is found
by `addresses` already.
"""
