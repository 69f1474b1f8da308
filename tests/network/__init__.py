"""Tests of rnnbound.network."""
