"""A table of anything in, complete arrays of reports out."""
