"""The doors: ways to reach the same answers.

Comes in: a person's or a program's request. Goes out: files, pages, text.
Start with ``cli/app.py``. Nothing is computed here.
"""
