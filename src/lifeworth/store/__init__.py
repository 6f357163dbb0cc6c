"""Where tables live while the river runs, and where results stand once it has.

Comes in: SQL text from the room that owns it, and arrays. Goes out: rows, arrays, files.
Start with ``engine.py`` (what an engine can do), then ``duckdb/engine.py`` (how the default one does it).
``publishing.py`` moves a finished result in front of readers in one step; ``lock.py`` keeps writers apart.
Nothing outside this room imports an engine.
"""
