"""One file per section of the page: each turns one answer into a finding, a caption, figures to draw and a table.

Comes in: an answer and a :class:`~lifeworth.report.voice.Voice`. Goes out: :class:`~lifeworth.report.card.Card`.
Nothing is computed here beyond rounding and placing. Start with ``spenders.py``; the others have the same shape.
"""
