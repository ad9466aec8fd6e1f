"""Replaces systemd in a test: receives datagrams at a NOTIFY_SOCKET and prints their lines."""

import os
import socket
import sys
import time


def main(path: str) -> None:
    """Binds the socket, prints "bound", and prints datagrams until it is killed."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as server:
        server.bind(path)
        print("bound", flush=True)
        while True:
            # A barrier message carries a file descriptor, which the receiver has to close.
            message, ancillary, _, _ = server.recvmsg(4096, socket.CMSG_SPACE(64))
            for level, kind, data in ancillary:
                if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                    os.close(int.from_bytes(data[:4], sys.byteorder))
            for word in message.decode().splitlines():
                print(f"{time.time():.3f} {word}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
