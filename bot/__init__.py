"""The assistant for the incoming international students of a school.

Importing this package imports nothing heavy and opens nothing; docs/architecture.md is the map.
"""
