"""Do pandas and DuckDB read the exported tables as the guide does, and get the numbers that GraphQL gives?"""

import contextlib
import datetime
import io
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import urllib.request

import pandas

HERE = pathlib.Path(__file__).parent
ORIGIN = os.environ.get("SERVER_ORIGIN", "http://127.0.0.1:8080")
TABLES = ["milestones", "periods", "durations"]
results = []


def check(name, got, wanted):
    results.append(got == wanted)
    if got != wanted:
        print(f"  failed: {name}: {got!r}, not {wanted!r}")


def ask(query):
    body = json.dumps({"query": query}).encode()
    request = urllib.request.Request(f"{ORIGIN}/graphql", body, {"content-type": "application/json"})
    return json.load(urllib.request.urlopen(request))["data"]


def export(table):
    binary = os.environ.get("DEPOSITARY_BIN", "depositary")
    subprocess.run([binary, "export", "--format", "csv", "--table", table, "--output", f"{table}.csv"], check=True)


def example():
    """Runs the guide's example; gives what it printed and the names that it made."""
    readme = (HERE / "../../docs/terminal.md").read_text()
    [code] = re.findall(r"^```python\n(.*?)^```$", readme, re.M | re.S)
    names, printed = {}, io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "docs/terminal.md", "exec"), names)
    return printed.getvalue(), names


def reviewed(periods, until):
    """The days that some periods say to be under review for sure, up to a day."""
    days = datetime.timedelta()
    for period in periods:
        if period["status"]["headline"] == "UNDER_REVIEW":
            begins = datetime.date.fromisoformat(period["from"])
            ends = datetime.date.fromisoformat(period["to"]) if period["to"] else until
            days += max(min(ends, until) - begins, datetime.timedelta())
    return days.days


def main():
    for table in TABLES:
        export(table)
    printed, names = example()

    asked = ask('{ durations(instrument: "rdp", from: SIGNED, to: LISTED, rounds: FIRST) { medianDays exactCount items { minDays maxDays } } }')
    durations, listed = asked["durations"], names["listed"]
    check("the median from signature to listing", listed["exact_days"].median(), durations["medianDays"])
    check("how many of them are exact", int(listed["exact_days"].count()), durations["exactCount"])
    bounds = [(item["minDays"], item["maxDays"]) for item in durations["items"]]
    check("the bounds of all", list(zip(listed["min_days"], listed["max_days"])), bounds)

    until = datetime.date(2025, 10, 28)
    agreements = ask('{ agreements(filter: { instrument: "rdp" }, first: 60) { nodes { country { name } periods { from to status { headline } } } } }')
    days = {node["country"]["name"]: reviewed(node["periods"], until) for node in agreements["agreements"]["nodes"]}
    check("the days under review", dict(names["review"].fetchall()), {name: count for name, count in days.items() if count})
    check("that any country was under review", any(days.values()), True)
    check("what it printed", printed.startswith("90.0 days") and "Korea" in printed, True)

    milestones = pandas.read_csv("milestones.csv", parse_dates=["recorded_at", "earliest", "latest", "first_published_on"])
    counted = ask("{ milestones(first: 1) { totalCount } }")["milestones"]["totalCount"]
    check("how many milestones there are", len(milestones), counted)
    check("that instants are instants", str(milestones["recorded_at"].dt.tz), "UTC")
    positions = ask("{ log { position } }")["log"]["position"]
    for table in TABLES:
        check(f"the position of {table}", set(pandas.read_csv(f"{table}.csv")["table_position"]), {positions})


with tempfile.TemporaryDirectory() as place:
    os.chdir(place)
    main()
print(f"tables: {sum(results)} passed, {len(results) - sum(results)} failed")
sys.exit(not all(results))
