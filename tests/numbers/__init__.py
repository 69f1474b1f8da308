"""Tests of rnnbound.numbers."""
