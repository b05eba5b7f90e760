"""A ledger as a page to publish: what is known, how it got there, every number with its reports.

``facts`` asks the ledger once and chooses the clocks; ``cells`` says what stands at which of them.
``standing`` and ``changing`` make the rows, ``picture`` the charts, ``listing`` the reports.
``markup`` and ``sections`` lay them out, and ``publish`` fills the template. The page computes
nothing that an answer does not return.
"""
