"""Tables in files: CSV, JSON and Parquet, written whole or not at all."""
