"""`leadsite privacy …`: what is owed to people, and what time asks for."""

from __future__ import annotations

import click

from forms_api.rights_commands import done_command, due_command, enter_command
from forms_api.schedule_commands import run_command


@click.group("privacy")
def privacy_group() -> None:
    """What the law owes to people, and what time asks for."""


for _command in (due_command, enter_command, done_command, run_command):
    privacy_group.add_command(_command)
