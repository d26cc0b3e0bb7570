"""Mirrors at work: values taken over, moves settled, when each is read next."""
