"""``lifeworth`` on the command line."""

import errno
import os
import sys
import traceback

# As lifeworth.maths.one_thread does for a run, here for every command and any library that listens.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import typer

from lifeworth.delivery.cli.backtest import backtest
from lifeworth.delivery.cli.check import check
from lifeworth.delivery.cli.demo import demo
from lifeworth.delivery.cli.experiment import experiment
from lifeworth.delivery.cli.explain import explain
from lifeworth.delivery.cli.monitor import monitor
from lifeworth.delivery.cli.personas import personas
from lifeworth.delivery.cli.rollback import rollback
from lifeworth.delivery.cli.run import run
from lifeworth.delivery.cli.score import score
from lifeworth.errors import LifeworthError

app = typer.Typer(
    name="lifeworth",
    help="What each customer is worth to you: in profit, over the whole relationship, with a range.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command()(run)
app.command()(check)
app.command()(backtest)
app.command()(explain)
app.add_typer(experiment, name="experiment")
app.command()(personas)
app.command()(score)
app.command()(monitor)
app.command()(rollback)
app.command()(demo)


@app.callback(invoke_without_command=True)
def _version(version: bool = typer.Option(False, "--version", help="Say the version and stop.")) -> None:
    if version:
        from importlib.metadata import version as installed

        typer.echo(f"lifeworth {installed('lifeworth')}")
        raise typer.Exit


def main() -> None:
    """Run the command line; every error is words and an exit code, never a stack trace."""
    os.umask(0o077)
    try:
        app()
    except LifeworthError as error:
        typer.echo(f"lifeworth: {error}", err=True)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        typer.echo("lifeworth: stopped. The last published result is untouched.", err=True)
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(0)
    except Exception as defect:
        _confess(defect)
        sys.exit(1)


def _confess(defect: Exception) -> None:
    text = (str(defect).splitlines() or [""])[0][:300]
    if getattr(defect, "errno", None) == errno.ENOSPC or "No space left" in str(defect):
        typer.echo(
            "lifeworth: the disk is full; nothing was published and the last result is untouched.\n"
            "  what to do: free some space (about three times the size of the input files), then run again.",
            err=True,
        )
        return
    typer.echo(
        f"lifeworth: a defect of ours, not of your data: {type(defect).__name__}: {text}\n"
        "  what to do: the last published result is untouched; run again with LIFEWORTH_DEBUG=1 for the details "
        "and report them.",
        err=True,
    )
    if os.environ.get("LIFEWORTH_DEBUG"):
        traceback.print_exc()
