"""Every rule on every way in: cases made from the rules, submitted for real, verdicts compared."""
