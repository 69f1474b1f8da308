"""The published statements, each written once, in any number system."""
