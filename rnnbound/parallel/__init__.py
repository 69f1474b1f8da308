"""Work shared among processes or the workers of a cluster."""
