"""The stations a submission passes between the door and the journal."""
