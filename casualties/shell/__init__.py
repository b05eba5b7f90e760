"""The command line: what is asked, how answers are printed, and remedies in the shell's words."""
