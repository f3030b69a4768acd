"""The talks of May 2018, worked out once for all tests that read them."""

from functools import cache

from detente.talks.choices import Choices
from detente.talks.study import TalksStudy, run_talks


@cache
def run_may() -> TalksStudy:
    """Return them without draws."""
    return run_talks("may-2018", Choices(draws=0))
