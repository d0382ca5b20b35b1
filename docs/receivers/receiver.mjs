// Receives events: npm install standardwebhooks, then SECRET=whsec_… PORT=8000 node receiver.mjs
import { createServer } from "node:http";
import { Webhook } from "standardwebhooks";

const webhook = new Webhook(process.env.SECRET);
const seen = new Map(); // the last version of each subject; keep it where your data is

createServer(async (request, response) => {
  try {
    const body = Buffer.concat(await request.toArray()); // the bytes as they came, not parsed
    const event = webhook.verify(body, request.headers);
    if (event.version > (seen.get(event.subject) ?? 0)) { // otherwise a newer one is here already
      seen.set(event.subject, event.version);
      console.log(JSON.stringify(event)); // keep it; work on it after the answer
    }
    response.writeHead(204).end();
  } catch {
    response.writeHead(400).end(); // not from Clientele, changed on the way, or too old
  }
}).listen(process.env.PORT, "127.0.0.1");
