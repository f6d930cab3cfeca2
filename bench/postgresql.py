"""PostgreSQL in a folder of its own, driven by psql over a Unix socket."""
import os
import pathlib
import pwd
import re
import shutil
import subprocess
import tempfile
import time

# PostgreSQL does not run as root.
USER = "postgres"
# Durable, as it is by default.
SETTINGS = {"synchronous_commit": "on", "listen_addresses": "", "log_min_messages": "error"}
# Memory and log for what is measured, and the faster of its compressions.
TUNING = {"shared_buffers": "1GB", "max_wal_size": "4GB", "checkpoint_timeout": "30min",
          "default_toast_compression": "lz4"}


def installed():
    """The folder of the newest one's programs, or None."""
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb"),
                   key=lambda path: int(path.parent.parent.name))
    program = found[-1] if found else shutil.which("initdb")
    return pathlib.Path(program).parent if program and shutil.which("psql") else None


class PostgreSql:
    def __init__(self, programs, tuning):
        self.programs = programs
        self.settings = [f"--{name}={value}" for name, value in (SETTINGS | tuning).items()]
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="dropzone-bench."))
        self.process = None
        self.account = {}
        if os.geteuid() == 0:
            user = pwd.getpwnam(USER)
            os.chown(self.folder, user.pw_uid, user.pw_gid)
            self.account = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}

    def __enter__(self):
        data = self.folder / "data"
        with (self.folder / "log").open("w") as log:
            subprocess.run([self.programs / "initdb", "--pgdata", data, "--username=bench",
                            "--auth=trust", "--encoding=UTF8", "--no-locale"],
                           cwd=self.folder, stdout=log, stderr=log, check=True, **self.account)
            self.process = subprocess.Popen(
                [self.programs / "postgres", "-D", data, "-k", self.folder, *self.settings],
                cwd=self.folder, stdout=log, stderr=log, start_new_session=True, **self.account)
        self._await_start()
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(60)
        shutil.rmtree(self.folder)

    def seconds(self, script):
        """How long each statement of a script took, as psql says."""
        file = self.folder / "script.sql"
        file.write_text(script)
        out = self._psql("--file", file).stdout
        return [float(took) / 1e3 for took in re.findall(r"^Time: ([\d.]+) ms", out, re.MULTILINE)]

    def value(self, query):
        return self._psql("--tuples-only", "--command", query).stdout.strip()

    def _await_start(self):
        ready = [self.programs / "pg_isready", "--quiet", "--host", self.folder]
        until = time.monotonic() + 60
        while subprocess.run(ready, check=False).returncode != 0:
            if self.process.poll() is not None or time.monotonic() > until:
                self.process.terminate()
                raise SystemExit("PostgreSQL did not start: " + (self.folder / "log").read_text())
            time.sleep(0.05)

    def _psql(self, *arguments):
        return subprocess.run(
            ["psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--host", self.folder,
             "--username=bench", "--dbname=postgres", *arguments],
            capture_output=True, text=True, check=True)
