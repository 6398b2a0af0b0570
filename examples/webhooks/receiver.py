"""A receiver of Depositary's webhooks in Python: prints a line for each message, once.

pip install standardwebhooks cloudevents
WEBHOOK_SECRET=whsec_... PORT=8000 python receiver.py
"""

import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cloudevents.core.bindings.http import HTTPMessage, from_http_event
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

webhook = Webhook(os.environ["WEBHOOK_SECRET"])
# Messages come at least once, and a repeat has the same id: what was handled is remembered. A receiver that may be started
# anew remembers it in its database, in the transaction that handles the message.
handled = set()


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        length = int(self.headers.get("content-length", 0))
        if length > 20_000:
            return self.answer(413)
        body = self.rfile.read(length)
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            # The raw bytes are what is signed: verify before anything is parsed. This refuses what is older than five minutes.
            webhook.verify(body, headers)
        except (WebhookVerificationError, ValueError):
            # A body or a signature that is not even text raises the latter.
            return self.answer(401)
        message = headers["webhook-id"]
        if message not in handled:
            event = from_http_event(HTTPMessage(headers=headers, body=body))
            told = {"id": message, "type": event.get_type(), "subject": event.get_subject(), "position": event.get_extension("logposition")}
            print(json.dumps(told), flush=True)
            handled.add(message)
        # Anything but 2xx is tried again; 410 ends it. Answer within seconds, and do what takes long afterwards.
        self.answer(204)

    def answer(self, status):
        self.send_response(status)
        if status != 204:
            self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", 8000))), Receiver).serve_forever()
