"""Tests of rnnbound.theory."""
