"""How closed records come out of another system: sources, handovers, runs, what has to agree."""
