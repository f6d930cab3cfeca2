"""Clients that send a byte now and then, or do not read what they asked for."""
import contextlib
import socket
import threading

SENDERS = 500
READERS = 25
INTERVAL = 1  # seconds between two bytes


class Siege:
    """Lays siege to a service for the time of its scope; who is thrown out comes again."""

    def __init__(self, service):
        self.address = ("127.0.0.1", service.port)
        self.lifted = threading.Event()
        self.thread = threading.Thread(target=self.run)
        self.senders = []
        self.readers = []

    def __enter__(self):
        self.besiege()
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.lifted.set()
        self.thread.join()
        for client in self.senders + self.readers:
            client.close()

    def run(self):
        while not self.lifted.wait(INTERVAL):
            self.besiege()

    def besiege(self):
        self.senders = [client for client in self.senders if self.sends(client)]
        while len(self.senders) < SENDERS:
            self.senders.append(self.connect(b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: "))
        while len(self.readers) < READERS:
            pipelined = b"GET /swagger/swagger-ui-bundle.js HTTP/1.1\r\nHost: a\r\n\r\n" * 20
            self.readers.append(self.connect(pipelined))

    def connect(self, request):
        client = socket.socket()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(self.address)
        client.setblocking(False)
        client.send(request)
        return client

    @staticmethod
    def sends(client):
        with contextlib.suppress(OSError):
            return client.send(b"x") == 1
        client.close()
        return False
