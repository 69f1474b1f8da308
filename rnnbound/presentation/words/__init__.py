"""How results read: numbers, guarantees, tasks in words, for terminals and pages alike."""
