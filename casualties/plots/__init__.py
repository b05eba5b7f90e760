"""The charts: they draw what other methods return, and compute nothing else."""
