"""Rigorous suprema over the whole line, of a function given as a SymPy expression."""
