"""Reports: one page that says what a task needs, why, and how it was checked."""
