"""Files that are made from the mobility database when they are asked for: calendar, table, page to print."""
