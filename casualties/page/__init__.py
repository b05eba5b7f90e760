"""A ledger as a page to publish: what is known, how it got there, every number with its reports.

``times`` chooses the clocks and ``rows`` says which row stands at which of them. ``known`` asks the
ledger once, ``saying`` puts it in words. ``states``, ``tolls``, ``answered`` and ``listed`` make
the rows, ``pictures`` and ``svg`` the charts, ``story`` all of it. ``markup`` and ``layout`` lay it
out, ``embedded`` packs it for the script, and ``writing`` fills the template. The page computes
nothing that an answer does not return.
"""
