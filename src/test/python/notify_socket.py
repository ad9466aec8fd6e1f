"""A stand-in for systemd: takes the datagrams of a NOTIFY_SOCKET and prints each word in a line."""

import os
import socket
import sys
import time


def main(path: str) -> None:
    """Binds the socket, says so, and prints until it is ended."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as server:
        server.bind(path)
        print("bound", flush=True)
        while True:
            # A barrier hands over a file descriptor; taking the message closes it.
            message, ancillary, _, _ = server.recvmsg(4096, socket.CMSG_SPACE(64))
            for level, kind, data in ancillary:
                if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                    os.close(int.from_bytes(data[:4], sys.byteorder))
            for word in message.decode().splitlines():
                print(f"{time.time():.3f} {word}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
