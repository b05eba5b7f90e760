"""The vocabulary: what a report says, in which words, numbers, days and instants."""
