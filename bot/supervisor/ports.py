"""Are the ports free that the assistant wants to listen on?"""

import errno
import socket
from typing import Mapping, Tuple

from bot.errors import ProcessError

Address = Tuple[str, int]


def check_ports(addresses: Mapping[str, Address]) -> None:
    """Raise ProcessError naming the first taken port; `addresses` are by the variable that chooses the port."""
    variables: dict = {}
    for variable, (host, port) in addresses.items():
        if port in variables:
            raise ProcessError(f"{variables[port]} and {variable} are both {port}: give each its own port.")
        variables[port] = variable
        _check_port(variable, host, port)


def _check_port(variable: str, host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As the servers do: connections of a former run that linger do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise ProcessError(
                    f"Port {port} is taken by another program: stop that program, or choose another port, "
                    f"for example {variable}={port + 1 if port < 65535 else port - 1} make run."
                ) from error
            raise ProcessError(
                f"Port {port} of {host} cannot be opened ({error.strerror}): change {variable} or HOST."
            ) from error
