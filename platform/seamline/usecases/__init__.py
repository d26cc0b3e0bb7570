"""One file per verb: what a person or a program can do."""
