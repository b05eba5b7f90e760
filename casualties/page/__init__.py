"""A ledger as a page to publish: what is known, how it got there, every number with its reports.

``times`` chooses the clocks, ``rows`` says which row stands at which of them, ``saying`` puts it
in words; ``states``, ``answered``, ``tolls`` and ``record`` ask the ledger; ``pictures`` and
``svg`` draw it; ``layout``, ``embedded`` and ``writing`` make the file. The page computes nothing
that an answer does not return.
"""
