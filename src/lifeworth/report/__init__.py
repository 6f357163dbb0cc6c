"""Answers become one page that works offline: charts, tables and sentences. Nothing is computed here.

Comes in: ``answers.gather.Answers``. Goes out: the text of one HTML file, no network, no other files.
``cards/`` holds one file per section of the page (finding, caption, chart figures, table); ``static/`` draws them.
``numbers.py`` and ``words.py`` say figures the way a person would; ``vendor/`` holds ECharts, with checksums.
Start with ``page.py``: ``render(answers) -> str``.
"""
