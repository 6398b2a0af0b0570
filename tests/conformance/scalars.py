"""What schemathesis writes for each custom scalar: values that it takes, and some that it does not."""

import datetime

import schemathesis
from hypothesis import strategies as st
from schemathesis.graphql import nodes


def texts(good, *bad):
    """A literal of one of these texts."""
    return st.one_of(good, st.sampled_from(bad)).map(nodes.String)


day = st.dates().map(str)
uncertain = st.one_of(
    day,
    day.map(lambda text: text[:7]),
    day.map(lambda text: text[:4]),
    day.map(lambda text: f"[..{text}]"),
    st.tuples(day, day).map(sorted).map(lambda pair: f"[{pair[0]}..{pair[1]}]"),
)

schemathesis.graphql.scalar("Date", texts(day, "", "2023-02-29", "yesterday"))
schemathesis.graphql.scalar("UncertainDate", texts(uncertain, "", "2024-13", "[2024..1991]"))
# Under RECORDED an instant before the log begins is refused by a code of its own, which schemathesis takes for a fault of the
# server; the log of this run begins when its server starts.
instants = st.datetimes(min_value=datetime.datetime.now() + datetime.timedelta(days=1))
schemathesis.graphql.scalar("DateTime", texts(instants.map(lambda at: f"{at.isoformat()}Z"), "", "2018-03-13"))
schemathesis.graphql.scalar("CountryCode", texts(st.sampled_from(["LV", "KR", "UA", "IN", "SI", "AU", "FR"]), "", "ZZ", "lv"))
# A webhook's messages go to such an address: `.invalid` has none (RFC 6761), and 127.0.0.1 is refused.
urls = st.sampled_from(["https://example.invalid/", "https://127.0.0.1/"])
schemathesis.graphql.scalar("Url", texts(urls, "", "ftp://example.invalid/", "https://"))
schemathesis.graphql.scalar("UUID", texts(st.uuids().map(str), "", "x"))
# A `minPosition` that has not come is waited for, so few are ahead of the log, which stands at 586. Position 0 is before the log,
# which is refused by a code of its own too.
positions = st.one_of(st.just(-1), st.integers(1, 586), st.just(2**53 + 1))
schemathesis.graphql.scalar("Position", positions.map(nodes.Int))
# What reaches the answers, beside what nobody expects. Every argument is given, so most of those that page must be null.
nothing = st.just(nodes.Null)
words = st.one_of(st.sampled_from(["rdp", "sosa", "rdp/LV"]), st.text(max_size=20)).map(nodes.String)
numbers = st.one_of(st.integers(1, 100), st.integers(-(2**31), 2**31 - 1)).map(nodes.Int)
schemathesis.graphql.scalar("String", st.one_of(nothing, words))
schemathesis.graphql.scalar("Int", st.one_of(nothing, numbers))
schemathesis.graphql.scalar("ID", words)


@schemathesis.hook
def map_query(context, query):
    """A plain URL waits for a `minPosition` that has not come, up to 5 s, so none of the generated ones lies ahead."""
    try:
        ahead = int(query["minPosition"]) > 586
    except (KeyError, TypeError, ValueError):
        return query
    return {**query, "minPosition": int(query["minPosition"]) % 587} if ahead else query
