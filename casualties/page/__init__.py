"""A ledger as a page to publish: what is known, how it got there, every number with its reports.

``facts`` asks the ledger once and chooses the clocks; ``standing`` and ``changing`` make the rows
that stand at each, ``picture`` the charts. ``markup`` writes cells and ``sections`` lays them out
in the parts of ``parts.html``; ``publish`` fills the template. The page computes nothing that an
answer does not return.
"""
