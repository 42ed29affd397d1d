"""The console as a destination: one JSON line per event. For trying out a market and for log shippers.

Lines carry ids, never a lead's values.
"""

from __future__ import annotations

import json
import threading
from datetime import datetime
from typing import TextIO

from forms_api.destinations.base import EVENT_TYPES, Accepted, DestinationSpec, Result, RetryAt, only_options
from leadcore.model.leads import Delivery


def open_console(spec: DestinationSpec, stream: TextIO) -> ConsoleDestination:
    """The console. Raises DestinationError for any option: it has none."""
    only_options(spec, frozenset())
    return ConsoleDestination(stream)


class ConsoleDestination:
    """Writes each event on a stream as one line, whole even when threads write at once."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()

    def deliver(self, delivery: Delivery, now: datetime) -> Result:
        line = json.dumps(
            {
                "type": EVENT_TYPES[delivery.action],
                "at": now.isoformat(),
                "market": delivery.market,
                "list": delivery.name,
                "lead_id": delivery.lead_id,
                "delivery_id": delivery.id,
            }
        )
        try:
            with self._lock:
                self._stream.write(line + "\n")
                self._stream.flush()
        except (OSError, ValueError) as error:  # ValueError: the stream is closed.
            return RetryAt(reason=f"the stream cannot be written: {type(error).__name__}")
        return Accepted()

    def close(self) -> None:
        """Nothing to give back: the stream belongs to the worker."""
