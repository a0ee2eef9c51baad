"""When a service was and how long, from what a person types."""

from timebank.domain.when import Told, read_when

__all__ = ["Told", "read_when"]
