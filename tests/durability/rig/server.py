"""Starts the server under test, and sends requests to it."""
import base64
import http.client
import json
import os
import pathlib
import re
import select
import signal
import subprocess
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
START_LIMIT = 60
STOP_LIMIT = 60
ANSWER_LIMIT = 120
USER, PASSWORD = 'rig', 'model disk'


class Unanswered(Exception):
    """The connection broke: whether the server has done it, nobody knows."""


class DoesNotStart(Exception):
    """The message has what the server said."""


class Answer:
    def __init__(self, status, body, seconds):
        self.status, self.body, self.seconds = status, body, seconds

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def code(self):
        """The problem's code, of an answer that is one."""
        try:
            return self.json.get('code', '')
        except (ValueError, AttributeError):
            return ''


class Server:
    def __init__(self, binary, disk, kinds=HERE / 'kinds', args=()):
        self.binary, self.disk = binary, disk
        self.store = disk.store / 'rig.db'
        clean = {name: value for name, value in os.environ.items() if not name.startswith('DROPZONE_')}
        self.env = {**clean, **disk.env(), 'DROPZONE_USER': USER, 'DROPZONE_PASSWORD': PASSWORD}
        self.log = disk.root / 'server.log'
        with open(self.log, 'ab') as log:
            self.process = subprocess.Popen(
                [binary, '--listen', '127.0.0.1:0', '--store', f'sqlite:{self.store}', '--kinds', kinds,
                 '--default-kind', 'storm', '--access-log', '0', '--log-format', 'json', *args],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, env=self.env)
        self.port = self._wait_for_port()
        self._connections = threading.local()

    def _wait_for_port(self):
        output, late = '', time.monotonic() + START_LIMIT
        while time.monotonic() < late:
            if not self.disk.is_on:
                break
            if not select.select([self.process.stdout], [], [], 0.1)[0]:
                continue
            piece = os.read(self.process.stdout.fileno(), 4096).decode()
            if not piece:
                break
            output += piece
            if line := re.search(r'^listening on http://[^:]+:(\d+)$', output, re.M):
                return int(line[1])
        self.kill()
        raise DoesNotStart(f'{output}\n' + ''.join(open(self.log).readlines()[-5:]))

    def request(self, method, target, body=None, content_type='application/json'):
        """Throws Unanswered."""
        connection = getattr(self._connections, 'open', None)
        if connection is None:
            connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=ANSWER_LIMIT)
            self._connections.open = connection
        begin = time.monotonic()
        try:
            connection.request(method, target, body, {**self.headers(), 'Content-Type': content_type})
            answer = connection.getresponse()
            return Answer(answer.status, answer.read(), time.monotonic() - begin)
        except (OSError, http.client.HTTPException) as fault:
            connection.close()
            self._connections.open = None
            raise Unanswered(str(fault)) from fault

    @staticmethod
    def headers():
        credentials = base64.b64encode(f'{USER}:{PASSWORD}'.encode()).decode()
        return {'Authorization': f'Basic {credentials}'}

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def stop(self):
        """As an operator would; its exit status, or None if it had to be killed."""
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(STOP_LIMIT)
        except subprocess.TimeoutExpired:
            self.kill()
            return None
        self.process.stdout.close()
        return status
