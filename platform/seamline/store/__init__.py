"""Tables, records, journal, outbox and sequences behind one transaction."""
