"""The assistant for the incoming international students of INSA Rouen Normandie.

Importing this package imports nothing heavy and opens nothing; docs/architecture.md is the map.
"""
