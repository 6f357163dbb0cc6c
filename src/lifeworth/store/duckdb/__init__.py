"""The default engine: DuckDB in this process, no server."""
