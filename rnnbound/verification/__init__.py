"""Empirical checks of every statement, with honest statistics."""
