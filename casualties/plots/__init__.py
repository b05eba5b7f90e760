"""The charts (design, section 11): they draw what the answers return, and compute nothing else."""
