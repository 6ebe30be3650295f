"""From files of others (standards' feeds, the Commission's list, the office's spreadsheets) to the mobility database.

docs/imports.md describes the formats and what happens to a file.
"""
