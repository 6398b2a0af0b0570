"""Does lifelines, another's estimate, give the shares, bands, quantiles and chances that the server gives of the bundled facts?

The lengths are those that the answer itself lists of the rounds that it compares, so that the estimate alone is tried."""

import json
import math
import os
import sys
import urllib.request
import warnings

from lifelines import KaplanMeierFitter

# A percentile of a step function is taken from its steps, which is what is compared.
warnings.filterwarnings("ignore", module="lifelines")

ORIGIN = os.environ.get("SERVER_ORIGIN", "http://127.0.0.1:8080")
QUERY = """query($instrument: String!, $day: Date!) { limits(instrument: $instrument, asOf: $day) {
  stage renewal feasibility limit { days from fallbackDays estimate {
    days { least most } quantile
    compared { shortestDays shortestMovedOn longestDays longestMovedOn } } } } }"""
# Curves are long: each is asked for by itself, or the question would cost more than one may.
CURVE = """query($instrument: String!, $day: Date!) { limits(instrument: $instrument, asOf: $day) {
  limit { estimate { RUN { days atRisk movedOn censored share confidence { least most } } } } } }"""
STALLED = """query($day: Date!) { stalled(asOf: $day, first: 10) { nodes { stalled { days
  limit { estimate { compared { shortestDays shortestMovedOn longestDays longestMovedOn } } }
  comparison { percentile { least most } within90Days { range { least most } } within365Days { range { least most } } } }
  status { waiting { days daysAtMost } } } } }"""
results = []


def check(name, good, told=""):
    results.append(bool(good))
    if not good:
        print(f"  failed: {name}: {told}")


def close(one, other):
    return math.isclose(one, other, rel_tol=0, abs_tol=2e-6)


def ask(query, variables):
    body = json.dumps({"query": query, "variables": variables}).encode()
    request = urllib.request.Request(f"{ORIGIN}/graphql", body, {"content-type": "application/json"})
    return json.load(urllib.request.urlopen(request))["data"]


def fitted(compared, run):
    """lifelines' curve over the lengths that an answer lists."""
    days = [each[f"{run}Days"] for each in compared]
    moved_on = [each[f"{run}MovedOn"] for each in compared]
    return KaplanMeierFitter(alpha=0.05).fit(days, moved_on)


def curve(name, curve, fit):
    band = fit.confidence_interval_survival_function_
    table = fit.event_table
    for point in curve:
        days = point["days"]
        check(f"{name}: the share after {days}", close(point["share"], fit.predict(days)), (point, fit.predict(days)))
        row = table.loc[days]
        counted = (point["atRisk"], point["movedOn"], point["censored"])
        theirs = (row["at_risk"], row["observed"], row["censored"])
        check(f"{name}: the counts at {days}", counted == theirs, (counted, theirs))
        if point["confidence"]:
            low, high = band.loc[days]
            found = point["confidence"]
            good = close(found["least"], low) and close(found["most"], high)
            check(f"{name}: the band after {days}", good, (found, low, high))
        else:
            check(f"{name}: no band after {days}", point["share"] in (0, 1), point)


def limits(instrument, day):
    variables = {"instrument": instrument, "day": day}
    found = ask(QUERY, variables)["limits"]
    for run in ("shortest", "longest"):
        for each, asked in zip(found, ask(CURVE.replace("RUN", run), variables)["limits"], strict=True):
            each["limit"]["estimate"][run] = asked["limit"]["estimate"][run]
    for each in found:
        estimate = each["limit"]["estimate"]
        name = f"{instrument} {day} {each['stage']} {each['renewal']} {each['feasibility']}"
        if not estimate["compared"]:
            continue
        quantiles = []
        for run in ("shortest", "longest"):
            fit = fitted(estimate["compared"], run)
            curve(f"{name} {run}", estimate[run], fit)
            quantiles.append(fit.percentile(1 - estimate["quantile"]))
        if all(math.isfinite(quantile) for quantile in quantiles):
            days = estimate["days"]
            check(f"{name}: the quantile", days and [days["least"], days["most"]] == sorted(quantiles), (days, quantiles))
        else:
            check(f"{name}: no quantile", estimate["days"] is None, (estimate["days"], quantiles))
    return len(found)


def stalls(day):
    nodes = ask(STALLED, {"day": day})["stalled"]["nodes"]
    for node in nodes:
        waiting, comparison = node["status"]["waiting"], node["stalled"]["comparison"]
        compared = node["stalled"]["limit"]["estimate"]["compared"]
        runs = [(fitted(compared, "shortest"), waiting["days"]), (fitted(compared, "longest"), waiting["daysAtMost"])]
        shares = sorted(100 * (1 - fit.predict(days)) for fit, days in runs)
        told = comparison["percentile"]
        good = all(math.isclose(*pair, abs_tol=2e-4) for pair in zip((told["least"], told["most"]), shares))
        check("the percentile of a stall", good, (told, shares))
        for within, field in ((90, "within90Days"), (365, "within365Days")):
            chance = comparison[field]["range"]
            if chance:
                theirs = sorted(1 - fit.predict(days + within) / fit.predict(days) for fit, days in runs)
                good = close(chance["least"], theirs[0]) and close(chance["most"], theirs[1])
                check(f"the chance within {within} days", good, (chance, theirs))
    return len(nodes)


days = ["2012-06-01", "2016-10-01", "2021-12-01", "2025-10-28", "2026-11-24"]
groups = sum(limits(instrument, day) for instrument in ("rdp", "sosa") for day in days)
check("that there was something to compare", groups > 20 and sum(stalls(day) for day in days) > 5, groups)
print(f"survival: {sum(results)} passed, {len(results) - sum(results)} failed")
sys.exit(not all(results))
