"""The condition language: a strict, three-valued profile of JsonLogic (see docs/conditions.md)."""
