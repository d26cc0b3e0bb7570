"""How pipelines run: what a run is given, what it may do, how it goes on."""
