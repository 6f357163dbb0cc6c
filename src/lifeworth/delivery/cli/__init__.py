"""The command line: ``lifeworth run``, ``demo``, ``check``, ``explain``."""
