"""From the files of data/mobility/ to the rows of the mobility database; docs/data.md describes the files."""
