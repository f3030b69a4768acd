"""What a sweep shows."""

from detente.report.sweep.data import frames as frames
from detente.report.sweep.document import document as document
