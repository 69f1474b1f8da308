"""The statements as formulas: SymPy as a number system, names, printers, growth."""
