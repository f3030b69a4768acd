"""A worker of this machine: reads models, then chunks, from its input; writes answers.

It ends with its input, so that none is left when the program that started it is killed.
"""

from __future__ import annotations

import os
import pickle
import struct
from typing import IO, Any

_LENGTH = struct.Struct("<Q")


def send(pipe: IO[bytes], value: Any) -> None:
    """Write a value."""
    content = pickle.dumps(value, protocol=5)
    pipe.write(_LENGTH.pack(len(content)))
    pipe.write(content)
    pipe.flush()


def receive(pipe: IO[bytes]) -> Any:
    """Read a value.

    Raises
    ------
    EOFError
        The other end is gone.
    """
    head = pipe.read(_LENGTH.size)
    length = _LENGTH.unpack(head)[0] if len(head) == _LENGTH.size else -1
    content = pipe.read(length) if length >= 0 else b""
    if len(content) != length:
        raise EOFError
    return pickle.loads(content)


def main() -> None:
    """Answer until the input ends."""
    # what libraries print must not get between the answers
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    questions = os.fdopen(os.dup(0), "rb")
    try:
        from detente.sweeps.chunks import solve_chunk, unpacked

        models = unpacked(receive(questions))
        while True:
            chunk = receive(questions)
            try:
                answer = solve_chunk(models, chunk)
            except Exception as error:
                answer = f"{type(error).__name__}: {error}"
            send(answers, answer)
    except (EOFError, BrokenPipeError):
        os._exit(0)


if __name__ == "__main__":
    main()
