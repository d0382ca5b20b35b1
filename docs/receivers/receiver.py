# Receives events: pip install standardwebhooks, then SECRET=whsec_… PORT=8000 python receiver.py
import json, os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from standardwebhooks import Webhook, WebhookVerificationError

webhook = Webhook(os.environ["SECRET"])
seen = {}  # the last version of each subject; keep it where your data is

class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))  # the bytes as they came, not parsed
        try:
            event = webhook.verify(body, dict(self.headers))
        except (WebhookVerificationError, ValueError):
            return self.send_error(400)  # not from Clientele, changed on the way, or too old
        if event["version"] > seen.get(event["subject"], 0):  # otherwise a newer one is here already
            seen[event["subject"]] = event["version"]
            print(json.dumps(event), flush=True)  # keep it; work on it after the answer
        self.send_response(204)
        self.end_headers()

ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Receiver).serve_forever()
