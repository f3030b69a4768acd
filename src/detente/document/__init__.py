"""What a result shows, described once: terminal, page and data are made from it."""

from detente.document import renderers as renderers  # blocks can be shown from here on
