"""What customers write: themes, who speaks of them, what goes with them in worth, and texts that may be quoted.

Comes in: ``sources_surveys``. Goes out: themes, voices of groups, and what goes with scores and themes in worth. Start with
``texts.py`` (one text a customer), then ``themes.py``.
"""
