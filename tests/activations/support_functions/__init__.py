"""Tests of the suprema along the curves of the activations."""
