"""Results as people and programs read them: words, pages, charts, reports, files."""
