"""The commands, each imported when it is asked for: whoever wants to know one's options doesn't wait for the others' libraries."""

from __future__ import annotations

from importlib import import_module
from typing import Final

import click

__all__ = ["commands"]

#: Where each is.
_PLACES: Final = {
    "check": "picklereg.cli.check:check",
    "demo": "picklereg.cli.demo.command:demo_command",
    "doctor": "picklereg.cli.doctor:doctor_command",
    "sets": "picklereg.cli.sets:sets_command",
    "show": "picklereg.cli.show:show_command",
}
#: For --help alone: whoever runs it has left before.
_RUN: Final = click.Command("run", help="Run a command with picklereg installed in it: run -- COMMAND...")


class _Commands(click.Group):
    """A group whose commands are found by name."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's
        """Name them."""
        return sorted([*_PLACES, "run"])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # click's
        """Give one."""
        if cmd_name == "run":
            return _RUN
        module, _, name = _PLACES.get(cmd_name, "").partition(":")
        command: click.Command | None = getattr(import_module(module), name) if module else None
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="picklereg", prog_name="picklereg", message="%(prog)s %(version)s")
def commands() -> None:
    """Exceptions cross process boundaries whole.

    Have your shell complete names of commands, options, modules, sets and files, for bash by

        eval "$(_PICKLEREG_COMPLETE=bash_source picklereg)"

    in ~/.bashrc; zsh_source and fish_source are there, too.
    """
