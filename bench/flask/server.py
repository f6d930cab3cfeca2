"""The service as a Flask application would be written on SQLite at full durability.

Started by: gunicorn --workers 2 --bind 127.0.0.1:PORT --chdir bench/flask server:app
with DROPZONE_BENCH_FILE naming the database.
"""
import json
import os
import sqlite3
import statistics
import uuid
from datetime import datetime, timezone

from flask import Flask, Response, request

app = Flask(__name__)


def open_database():
    db = sqlite3.connect(os.environ["DROPZONE_BENCH_FILE"], timeout=10, isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.execute(
        "CREATE TABLE IF NOT EXISTS records (id TEXT PRIMARY KEY, data TEXT, original TEXT,"
        " timeUTC TEXT, mean REAL, stdev REAL) WITHOUT ROWID"
    )
    for field in ("timeUTC", "mean", "stdev"):
        db.execute(f"CREATE INDEX IF NOT EXISTS by_{field} ON records ({field}, id)")
    return db


DB = open_database()


def answer(text, status=200):
    return Response(text, status=status, mimetype="application/json")


@app.post("/store")
def store():
    body = json.loads(request.data)
    rows = []
    for record in body if isinstance(body, list) else [body]:
        key = record.get("_id") or uuid.uuid4().hex
        time = datetime.fromisoformat(record["time_stamp"]).astimezone(timezone.utc).isoformat()
        data = record["data"]
        mean = statistics.fmean(data)
        stdev = statistics.stdev(data, mean)
        shown = json.dumps({"_id": key, "timeUTC": time, "mean": mean, "stdev": stdev})
        rows.append((key, shown, json.dumps(record), time, mean, stdev))
    DB.execute("BEGIN IMMEDIATE")
    DB.executemany("INSERT INTO records VALUES (?, ?, ?, ?, ?, ?)", rows)
    DB.execute("COMMIT")
    results = ",".join(row[1] for row in rows)
    return answer(f'{{"stored":{len(rows)},"results":[{results}]}}', 201)


def records(rows):
    return answer('{"records":[' + ",".join(row[0] for row in rows) + "]}")


@app.get("/fetchMany")
def fetch_many():
    ids = request.args["_id"].split(",")
    marks = ",".join("?" * len(ids))
    return records(DB.execute(f"SELECT data FROM records WHERE id IN ({marks})", ids))


@app.get("/fetchAll")
def fetch_all():
    arguments = (request.args.get("after", ""), int(request.args.get("limit", 100)))
    return records(DB.execute("SELECT data FROM records WHERE id > ? ORDER BY id LIMIT ?", arguments))


@app.get("/fetchKeys")
def fetch_keys():
    limit = int(request.args.get("limit", 100))
    rows = DB.execute("SELECT id FROM records ORDER BY id LIMIT ?", (limit,))
    return answer(json.dumps({"keys": [row[0] for row in rows]}))


@app.post("/filter")
def select():
    body = json.loads(request.data)
    return records(
        DB.execute(
            "SELECT data FROM records INDEXED BY by_mean WHERE mean > ? ORDER BY id LIMIT ?",
            (body["value"], body.get("limit", 100)),
        )
    )
