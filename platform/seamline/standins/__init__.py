"""Stand-ins for other companies' services: real sockets, virtual time, faults on demand."""
