"""Results as JSON, CSV, Parquet and other formats."""
