"""A Redis server for the tests that need one: started from Debian's package, gone with the test."""

import subprocess
import time
from typing import Callable, Iterator, NamedTuple

import pytest
import redis


class RedisServer(NamedTuple):
    """A running server."""

    process: subprocess.Popen
    url: str
    client: redis.Redis


@pytest.fixture
def redis_server(program: Callable[[str], str], unused_tcp_port_factory) -> Iterator[RedisServer]:
    port = unused_tcp_port_factory()
    command = [program("redis-server"), "--port", str(port), "--save", "", "--bind", "127.0.0.1"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    client = redis.Redis(port=port)
    end = time.monotonic() + 10
    while True:
        try:
            client.ping()
            break
        except redis.ConnectionError:
            assert time.monotonic() < end, "redis-server does not answer"
            time.sleep(0.05)
    yield RedisServer(process, f"redis://127.0.0.1:{port}/0", client)
    process.kill()
    process.wait()
