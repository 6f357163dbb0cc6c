"""Sources.

In: files (csv, tsv, csv.gz, parquet, xlsx) or frames, as people export them. Out: the canonical ``sources_*``
tables with every row accounted for, and a report of what was understood. Start at ``load.py``.
"""

from lifeworth.sources.billing import Billing, known_until
from lifeworth.sources.check import check, find_gaps
from lifeworth.sources.load import load
from lifeworth.sources.report import FileAccount, FileReading, Gap, LoadReport, Readiness, Reason, SetAside
from lifeworth.sources.request import FileRequest, FrameRequest, Kind, Request

__all__ = [
    "Billing",
    "FileAccount",
    "FileReading",
    "FileRequest",
    "FrameRequest",
    "Gap",
    "Kind",
    "LoadReport",
    "Readiness",
    "Reason",
    "Request",
    "SetAside",
    "check",
    "find_gaps",
    "known_until",
    "load",
]
