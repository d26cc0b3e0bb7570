"""What connectors to databases share: dialects, a guarded session, texts of SQL, reading by key."""
