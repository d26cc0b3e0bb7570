"""What designing a package is made of: edits, drafts, what is wrong with them, publishing."""
