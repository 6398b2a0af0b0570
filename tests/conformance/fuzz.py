"""Does any generated request make the server fail? Asked by schemathesis: of GraphQL, and of the OpenAPI document where
there is one. Each generated case counts; a fixed seed keeps a failure findable, and FUZZ_SEED tries another."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

HERE = pathlib.Path(__file__).parent
ORIGIN = os.environ.get("SERVER_ORIGIN", "http://127.0.0.1:8080")
CASES = 2_000  # over GraphQL, at least


def run(location):
    """Runs schemathesis on a location; gives its report."""
    with tempfile.TemporaryDirectory() as place:
        report, seed = pathlib.Path(place, "report.json"), os.environ.get("FUZZ_SEED", "1")
        command = [
            *(HERE / ".venv/bin/schemathesis", "--no-color", "run", location, "--mode", "all"),
            *("--exclude-checks", "positive_data_acceptance", "--max-examples", "250", "--seed", seed),
            *("--generation-database", "none", "--request-timeout", "10", "--continue-on-failure"),
            # Without a token every mutation would be refused before it is looked at.
            *(("--header", f"Authorization: Bearer {os.environ['SERVER_TOKEN']}") if "SERVER_TOKEN" in os.environ else ()),
            *("--report", "json", "--report-json-path", report),
        ]
        environment = dict(os.environ, SCHEMATHESIS_HOOKS=str(HERE / "scalars.py"))
        done = subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True)
        found = json.loads(report.read_text()) if report.exists() else {}
        if not found.get("operations"):
            sys.exit(f"schemathesis did not run: {done.stdout}\n{done.stderr}")
        if done.returncode != 0:
            print(done.stdout)
        return found, done.returncode


def count(location, least):
    """The cases that passed and failed; a run that could not ask everything has failed too."""
    report, code = run(location)
    cases, operations = report["test_cases"], report["operations"]
    failed = cases["with_failures"] + cases["errored"]
    print(f"  {location.removeprefix(ORIGIN)}: {cases['generated']} cases over {operations['tested']} operations")
    enough = cases["generated"] >= least and operations["tested"] == operations["total"]
    if not enough:
        print(f"  failed: wanted {least} cases over {operations['total']} operations")
    return cases["generated"] - failed, max(failed, int(code != 0)) + int(not enough)


def main():
    passed, failed = count(f"{ORIGIN}/graphql", CASES)
    try:
        urllib.request.urlopen(f"{ORIGIN}/v1/openapi.json").close()
    except urllib.error.HTTPError as error:
        if error.code != 404:
            raise
        print("  skipped: no OpenAPI document is served at /v1/openapi.json")
    else:
        more_passed, more_failed = count(f"{ORIGIN}/v1/openapi.json", 1)
        passed, failed = passed + more_passed, failed + more_failed
    print(f"fuzz: {passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


main()
