"""What the caller hands in: files on disk, or frames in memory."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

Kind = Literal[
    "orders",
    "order_lines",
    "refunds",
    "products",
    "customers",
    "order_costs",
    "service",
    "touches",
    "spend",
    "surveys",
    "subscriptions",
    "experiments",
    "leads",
]
KINDS: tuple[str, ...] = get_args(Kind)


@dataclass(frozen=True)
class FileRequest:
    """One file to read; ``kind`` None means: recognise it by its columns."""

    path: Path
    kind: Kind | None = None

    @property
    def label(self) -> str:
        """What errors and accounts call it."""
        return str(self.path)


@dataclass(frozen=True)
class FrameRequest:
    """One frame in memory: pandas, polars, pyarrow or anything narwhals understands."""

    frame: Any
    name: str = "orders"
    kind: Kind | None = None

    @property
    def label(self) -> str:
        """What errors and accounts call it."""
        return f"<frame {self.name}>"


Request = FileRequest | FrameRequest
