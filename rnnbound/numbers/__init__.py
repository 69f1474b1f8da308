"""Number systems: what the formulas are evaluated in, and how counts and values are written."""
