"""Make a workspace with its first administrator.

The generated password is shown once; afterwards only its hash exists.
"""
