"""What it costs to add a thing: a toy of every kind is added in a test and used everywhere."""
