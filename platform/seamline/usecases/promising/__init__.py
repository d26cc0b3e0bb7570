"""What promises are told by: what they assume, and the names of what arrives."""
