"""Runs the `console` blocks of Markdown files and compares what they print; `...` stands for any lines, or the rest of its line."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request


def blocks(path):
    """The console blocks as lists of (command, expected output)."""
    text = open(path, encoding="utf-8").read()
    for body in re.findall(r"^```console\n(.*?)^```$", text, re.M | re.S):
        command, expected = None, []
        for line in body.splitlines():
            if line.startswith("$ "):
                if command:
                    yield command, expected
                command, expected = line[2:], []
            elif line.startswith("> ") and not expected:
                command += "\n" + line[2:]
            else:
                expected.append(line.rstrip())
        if command:
            yield command, expected


def fits(printed, expected):
    """Whether the printed lines fit; a line `...` stands for any number of them, also none."""

    def one(line, pattern):
        return line.startswith(pattern[:-3]) if pattern.endswith("...") else line == pattern

    lines = printed.split("\n") if printed else []
    patterns = expected if expected != [""] else []
    # Which numbers of printed lines the patterns so far can take.
    taken = {0}
    for pattern in patterns:
        if pattern == "...":
            taken = set(range(min(taken), len(lines) + 1)) if taken else set()
        else:
            taken = {at + 1 for at in taken if at < len(lines) and one(lines[at], pattern)}
    return len(lines) in taken


def main():
    place, documents = sys.argv[1], [os.path.abspath(document) for document in sys.argv[2:]]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    database = "sqlite://" + os.path.join(place, "depositary.db")
    environment = dict(os.environ, DATABASE_URL=database, DEPOSITARY_LISTEN=address, DEPOSITARY_LOG="warn", COLUMNS="110")
    server = subprocess.Popen(["depositary", "serve"], cwd=place, env=environment)
    try:
        for _ in range(100):
            try:
                urllib.request.urlopen(f"http://{address}/readyz")
                break
            except OSError:
                time.sleep(0.1)
        ran = 0
        for document, command, expected in ((of, *block) for of in documents for block in blocks(of)):
            command = command.replace("127.0.0.1:8080", address)
            done = subprocess.run(command, shell=True, cwd=place, env=environment, capture_output=True, text=True)
            printed = "\n".join(line.rstrip() for line in done.stdout.rstrip().splitlines())
            if not fits(printed, expected):
                sys.exit(f"$ {command}\nprinted\n{printed}\n{done.stderr}\nand {document} says\n" + "\n".join(expected))
            ran += 1
        if ran < 40:
            sys.exit(f"only {ran} commands were found")
        print(f"{ran} commands of the documents print what they say")
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()


main()
