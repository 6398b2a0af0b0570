"""Checks that each crate of `cargo metadata` (standard input) may be built in: its licence is one that deny.toml allows, and it
comes from the registry."""

import json
import re
import sys
import tomllib


def allowed(expression, licences):
    """Whether an SPDX expression can be met by the licences: `AND` asks for both, `OR` for one."""
    tokens = re.findall(r"[()]|[^\s()]+", expression.replace("/", " OR "))

    def either():
        value = both()
        while tokens and tokens[0].upper() == "OR":
            tokens.pop(0)
            value = both() or value
        return value

    def both():
        value = one()
        while tokens and tokens[0].upper() == "AND":
            tokens.pop(0)
            value = one() and value
        return value

    def one():
        token = tokens.pop(0)
        if token == "(":
            value = either()
            tokens.pop(0)
            return value
        if tokens and tokens[0].upper() == "WITH":
            tokens.pop(0)
            token = f"{token} WITH {tokens.pop(0)}"
        return token in licences

    return either()


def main():
    rules = tomllib.load(open(sys.argv[1], "rb"))["licenses"]
    licences = set(rules["allow"])
    clarified = {entry["crate"]: entry["expression"] for entry in rules.get("clarify", [])}
    metadata = json.load(sys.stdin)
    built = {node["id"] for node in metadata["resolve"]["nodes"]}
    wrong = []
    for package in (package for package in metadata["packages"] if package["id"] in built):
        if package["source"] not in (None, "registry+https://github.com/rust-lang/crates.io-index"):
            wrong.append(f"{package['name']} {package['version']} comes from {package['source']}")
        expression = package["license"] or clarified.get(package["name"])
        if not expression:
            wrong.append(f"{package['name']} {package['version']} names no licence")
        elif not allowed(expression, licences):
            wrong.append(f"{package['name']} {package['version']}: {expression}")
    if wrong:
        sys.exit("not allowed by deny.toml:\n" + "\n".join(sorted(wrong)))
    print(f"{len(built)} crates may be built in, by their licences and where they come from")


main()
