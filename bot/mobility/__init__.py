"""The mobility database: its tables, the queries that the actions ask, and what fills it."""
