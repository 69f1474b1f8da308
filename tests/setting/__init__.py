"""Tests of rnnbound.setting."""
