"""The number system of SymPy: the same lines give formulas."""
