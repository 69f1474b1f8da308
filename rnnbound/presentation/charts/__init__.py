"""Charts: described once, drawn by matplotlib, as a web page, or in a terminal."""
