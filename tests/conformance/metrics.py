"""Does Prometheus' own tool find the metrics well formed and well named, and do the example rules hold and fire when they should?"""

import collections
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).parent / "../.."
RULES = ROOT / "data/prometheus"
ORIGIN = os.environ.get("SERVER_ORIGIN", "http://127.0.0.1:8080")
PROMTOOL = os.environ.get("PROMTOOL", "promtool")
# What a server with `--alerts` tells once it has looked which alerts fire.
LOOKED = "depositary_alerts_last_success_timestamp_seconds"
# What the rules ask for and a server tells only where it has a webhook, or has seen a source to its end.
UNTOLD = {
    "depositary_webhook_disabled",
    "depositary_webhook_lag_events",
    "depositary_source_last_success_timestamp_seconds",
}
results = []


def check(name, got, wanted):
    results.append(got == wanted)
    if got != wanted:
        print(f"  failed: {name}: {got!r}, not {wanted!r}")


def promtool(*arguments, place=None, given=None):
    """What it printed when it refused; nothing when it was content and said no word of warning."""
    done = subprocess.run([PROMTOOL, *arguments], cwd=place, input=given, capture_output=True, text=True)
    return done.stdout + done.stderr if done.returncode or given is not None else ""


def get(path):
    return urllib.request.urlopen(f"{ORIGIN}{path}").read().decode()


def metrics():
    """The metrics once the server has looked which alerts fire; within 30 s, since the lease of another may have to lapse."""
    ends = time.monotonic() + 30
    while LOOKED not in (told := get("/metrics")) and time.monotonic() < ends:
        time.sleep(0.2)
    return told


def ask(query):
    body = json.dumps({"query": query}).encode()
    request = urllib.request.Request(f"{ORIGIN}/graphql", body, {"content-type": "application/json"})
    return json.load(urllib.request.urlopen(request))["data"]


def main(place):
    get("/v1/status/LV")
    told = metrics()
    check("promtool check metrics", promtool("check", "metrics", given=told), "")

    samples = re.findall(r"^(\w+)(?:\{(.*)\})? (\S+)$", told, re.M)
    comments = [line for line in told.splitlines() if line.startswith("#")]
    check("lines that are no sample", len(samples) + len(comments), len(told.splitlines()))
    shown = {}
    for name, labels, value in samples:
        if name == "depositary_stalled_agreements":
            labels = dict(re.findall(r'(\w+)="([^"]*)"', labels))
            shown[labels["instrument"], labels["stage"].upper()] = int(value)
    nodes = ask("{ stalled(first: 100) { nodes { agreement { instrument { code } } stalled { stage } } } }")["stalled"]["nodes"]
    counted = collections.Counter((node["agreement"]["instrument"]["code"], node["stalled"]["stage"]) for node in nodes)
    check("what has stalled", {place: number for place, number in shown.items() if number}, dict(counted))
    check("that anything has stalled", bool(counted), True)

    for file in RULES.glob("*.yml"):
        shutil.copy(file, place)
    check("promtool check rules", promtool("check", "rules", "depositary.rules.yml", place=place), "")
    check("promtool test rules", promtool("test", "rules", "depositary.rules.test.yml", place=place), "")
    rules = (RULES / "depositary.rules.yml").read_text()
    asked = {name for expression in re.findall(r"expr: (\|\n(?: {10}.*\n)+|.*\n)", rules) for name in re.findall(r"depositary_\w+", expression)}
    check("metrics that the rules ask for and nobody tells", asked - {name for name, _, _ in samples}, UNTOLD)
    tested = set(re.findall(r"alertname: (\w+)", (RULES / "depositary.rules.test.yml").read_text()))
    check("alerts that are not tested", set(re.findall(r"alert: (\w+)", rules)) - tested, set())

    [configuration] = re.findall(r"^```yaml\n(.*?)^```$", (ROOT / "docs/operation.md").read_text(), re.M | re.S)
    (place / "token").write_text("depositary_prometheus_0")
    for asked in (configuration, configuration.replace("# authorization", "authorization")):
        (place / "prometheus.yml").write_text(asked)
        check("promtool check config", promtool("check", "config", "prometheus.yml", place=place), "")
    check("that the guide shows how to send a token", "authorization" in configuration, True)


with tempfile.TemporaryDirectory() as place:
    main(pathlib.Path(place))
print(f"metrics: {sum(results)} passed, {len(results) - sum(results)} failed")
sys.exit(not all(results))
