"""Tests of rnnbound.theory: the statements, run in mpmath reals against `tests.naive`."""
