"""Tests of rnnbound.planning."""
