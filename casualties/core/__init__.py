"""Reports as arrays: who replaces whom, and the kernel of running totals."""
