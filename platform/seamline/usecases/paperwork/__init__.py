"""Papers on their way to records: what is known, what was read, what is learned."""
