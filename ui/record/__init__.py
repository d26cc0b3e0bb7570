"""The page of one record: what it is, where it stands, what can be done, what happened."""
