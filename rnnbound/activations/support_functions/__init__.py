"""Suprema over z of x0|σ| + x1|σ'| and of x1|σ'| + x2|σ''| + x3|σ'''|: an activation as a curve.

Taken at one point z, not one by one: these are the support functions of the curve that an
activation and its derivatives draw, and what the directional constants of section 4.4 need.
"""
