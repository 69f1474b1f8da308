"""Tests of rnnbound.scenario."""
