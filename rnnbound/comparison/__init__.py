"""The same task under every guarantee: what each needs, what it promises, and what it costs."""
