"""The command line: ``lifeworth run``, ``demo``, ``check``, ``backtest``, ``explain``, ``monitor``, ``rollback``."""
