"""Many users at once on one server: how long an answer takes, what goes wrong, how much memory.

Run: python benchmarks/many_users.py --users 20 --seconds 60
It starts a server of its own on loopback, moves sliders of may-2018 as a page does (one question at
a time for each user, a pause between two), and prints the median and the slowest of twenty.
"""

from __future__ import annotations

import argparse
import collections
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import httpx

MEASURES = ("us-301-list-1", "us-301-list-2", "china-50bn")
SERVER = """
import sys
from pathlib import Path
from detente.serve.run import serve
serve(port=int(sys.argv[1]), data=Path(sys.argv[2]))
"""


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def memory(process: int) -> float:
    """Return the memory of a process, MB."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return float("nan")


def user(number: int, address: str, end: float, pause: float, found: list, lock: object) -> None:
    """Move sliders until the end."""
    chance = random.Random(number)
    own = {"x-forwarded-for": f"10.1.0.{number + 1}", "accept": "text/html"}
    with httpx.Client(base_url=address, headers=own, timeout=60) as client:
        while time.monotonic() < end:
            rate = f"rate.{chance.choice(MEASURES)}={chance.randrange(100) / 100}"
            begun = time.monotonic()
            try:
                path = f"/scenario/may-2018/answer?variant=china-retaliates&{rate}"
                status = client.get(path).status_code
            except httpx.HTTPError as error:
                status = type(error).__name__
            with lock:  # pyright: ignore[reportGeneralTypeIssues]
                found.append((time.monotonic() - begun, status))
            time.sleep(chance.uniform(0.5, 1.5) * pause)


def main() -> None:
    """Measure."""
    said = argparse.ArgumentParser()
    said.add_argument("--users", type=int, default=20)
    said.add_argument("--seconds", type=float, default=60)
    said.add_argument("--pause", type=float, default=1.0, help="seconds between two moves")
    asked = said.parse_args()
    port, lock, found = free_port(), threading.Lock(), []
    address = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder:
        server = subprocess.Popen([sys.executable, "-c", SERVER, str(port), folder])
        try:
            _wait(address)
            end = time.monotonic() + asked.seconds
            users = [
                threading.Thread(target=user, args=(n, address, end, asked.pause, found, lock))
                for n in range(asked.users)
            ]
            for one in users:
                one.start()
            most = 0.0
            while any(one.is_alive() for one in users):
                most = max(most, memory(server.pid))
                time.sleep(0.5)
        finally:
            server.terminate()
            server.wait()
    times = sorted(seconds for seconds, _ in found)
    print(f"{len(times)} answers to {asked.users} users in {asked.seconds:g} s")
    print("by status:", dict(collections.Counter(status for _, status in found)))
    most_within = times[int(0.95 * len(times))]
    print(f"median {statistics.median(times):.2f} s, 95% within {most_within:.2f} s")
    print(f"slowest {times[-1]:.2f} s")
    print(f"memory of the server: {most:.0f} MB; load of the machine {os.getloadavg()[0]:.1f}")


def _wait(address: str) -> None:
    """Wait until the first answer is there."""
    for _ in range(600):
        try:
            if httpx.get(f"{address}/scenario/may-2018", timeout=60).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
    raise SystemExit("the server does not answer")


if __name__ == "__main__":
    main()
