"""The tests mirror rnnbound, one file per module."""
