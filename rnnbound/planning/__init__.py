"""Inverting a guarantee: bounds, plans and constants with certified values."""
