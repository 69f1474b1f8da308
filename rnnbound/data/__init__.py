"""Data from files: time series read, cut into windows and scaled to what the theorems assume."""
