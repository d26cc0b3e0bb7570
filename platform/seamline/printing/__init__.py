"""Papers: what is printed as plain data, made into PDF by one layout, sealed and verified."""
