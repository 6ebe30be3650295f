"""Column types of the review database: the same values on SQLite and PostgreSQL."""

from sqlalchemy import BigInteger, Integer

LargeNumber = BigInteger().with_variant(Integer(), "sqlite")
"""SQLite counts up by itself only in a column that is called INTEGER; its integers are large anyway."""
