"""Activations: σ by name or by formula, with bounds on its derivatives."""
