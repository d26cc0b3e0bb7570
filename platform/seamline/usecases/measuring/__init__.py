"""What measures are reckoned from: the journal, and how a formula is said in words."""
