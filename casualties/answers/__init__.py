"""Each answer is a function of the reports known at a clock, which a ledger binds."""
