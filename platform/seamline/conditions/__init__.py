"""The JsonLogic profile: parse, evaluate with a trace, compile to SQL."""
