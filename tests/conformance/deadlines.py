"""Does the library icalendar read the deadlines' calendar without a complaint, and find in it what the list of deadlines says?"""

import datetime
import json
import os
import sys
import urllib.request
import uuid

from icalendar import Calendar

ORIGIN = os.environ.get("SERVER_ORIGIN", "http://127.0.0.1:8080")
# Where pages are by the server's settings, whatever it listens on.
PUBLIC = "http://127.0.0.1:8080"
ALL = "from=1900-01-01"
ODD = "Odd, text; with: \\n \\ \"quotes\"\nand a second line, 日本語 \U0001f600 " + "long " * 40
results = []


def check(name, got, wanted):
    results.append(got == wanted)
    if got != wanted:
        print(f"  failed: {name}: {got!r}, not {wanted!r}")


def get(path):
    return urllib.request.urlopen(f"{ORIGIN}{path}").read()


def say(mutation, given):
    """Records something by GraphQL."""
    kind = mutation[0].upper() + mutation[1:]
    query = f"mutation($input: {kind}Input!) {{ {mutation}(input: $input) {{ refusal {{ message }} }} }}"
    body = json.dumps({"query": query, "variables": {"input": {"commandId": str(uuid.uuid4()), **given}}}).encode()
    headers = {"content-type": "application/json", "authorization": f"Bearer {os.environ['SERVER_TOKEN']}"}
    answer = json.load(urllib.request.urlopen(urllib.request.Request(f"{ORIGIN}/graphql", body, headers)))
    check(f"{mutation} is recorded", answer.get("data", answer)[mutation]["refusal"], None)


def compared(asked):
    """Compares a calendar with the list, event by event; gives the events."""
    body = get(f"/v1/deadlines.ics?{asked}")
    lines = body.split(b"\r\n")
    check(f"{asked}: lines that are too long", [line for line in lines if len(line) > 75], [])
    check(f"{asked}: breaks that are none", [line for line in lines if b"\n" in line or b"\r" in line], [])
    calendar = Calendar.from_ical(body)
    for component in calendar.walk():
        check(f"{asked}: errors of {component.name}", list(component.errors), [])
        check(f"{asked}: what {component.name} lacks", [name for name in component.required if name not in component], [])
    check(f"{asked}: written anew and read again", Calendar.from_ical(calendar.to_ical()), calendar)
    events = list(calendar.walk("VEVENT"))
    nodes = json.loads(get(f"/v1/deadlines?{asked}&first=100"))["nodes"]
    check(f"{asked}: the ids", [str(event["UID"]) for event in events], [node["uid"] for node in nodes])
    for event, node in zip(events, nodes):
        name, on = f"{asked}: {node['uid']}", node["on"]
        earliest = datetime.date.fromisoformat(on["earliest"] or on["latest"])
        latest = datetime.date.fromisoformat(on["latest"])
        check(f"{name}: the first day", event.start, earliest)
        check(f"{name}: the day after the last", event.end, latest + datetime.timedelta(days=1))
        check(f"{name}: whole days", type(event["DTSTART"].dt), datetime.date)
        check(f"{name}: the status", str(event["STATUS"]), "CONFIRMED" if on["earliest"] == on["latest"] else "TENTATIVE")
        told = datetime.datetime.fromisoformat(node["toldAt"].replace("Z", "+00:00")).replace(microsecond=0)
        check(f"{name}: when it was told", event["DTSTAMP"].dt, told)
        sources = node["milestone"]["sources"]
        told = [node["sentence"], node["milestone"]["summary"]]
        told += [f"Source: {source['title']} <{source['url']}>" for source in sources]
        check(f"{name}: the text", str(event["DESCRIPTION"]), "\n".join(told))
        check(f"{name}: the link", str(event["URL"]), f"{PUBLIC}/{node['agreement']['id']}")
        check(f"{name}: the category", event.categories, [node["agreement"]["id"].split("/")[0]])
        check(f"{name}: nobody is busy", str(event["TRANSP"]), "TRANSPARENT")
    return events


check("that there was something to compare", len(compared(ALL)) > 10, True)
check("tentative ones", [str(event["SUMMARY"]) for event in compared("country=FI") if event["STATUS"] == "TENTATIVE"], ["Finland (rdp): term ends"])
check("a calendar without any", compared("country=BR"), [])
pinned = f"/v1/deadlines.ics?{ALL}&asOf=2025-10-28&atPosition=500"
before = get(pinned)
say("openAgreement", {"agreementId": "rdp/NA"})
notice = {"occurred": "2024-01-01", "evidence": "STATED", "summary": ODD, "purpose": "NEGOTIATION", "commentsCloseOn": "2024-02-01"}
source = {"title": "A, title; with \\ odd text", "url": "https://example.org/a,b;c", "reliability": "PRIMARY"}
say("recordMilestone", {"agreementId": "rdp/NA", "milestone": {"noticePublished": notice}, "sources": [source]})
check("an odd text", len(compared(f"{ALL}&country=NA")), 1)
check("the bytes of a position when more was recorded", get(pinned), before)
print(f"deadlines: {sum(results)} passed, {len(results) - sum(results)} failed")
sys.exit(not all(results))
