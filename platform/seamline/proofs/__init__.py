"""Pictures as proof: read safely, told apart by what they show, marked with when and where."""
