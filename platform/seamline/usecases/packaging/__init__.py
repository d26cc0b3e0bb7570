"""Packages as they come and go: what a file brings, what it may do, what is packed into one."""
