// A receiver of Depositary's webhooks in Node: prints a line for each message, once.
//
//   npm install standardwebhooks cloudevents
//   WEBHOOK_SECRET=whsec_... PORT=8000 node receiver.mjs
import { CloudEvent, HTTP } from 'cloudevents';
import { createServer } from 'node:http';
import { Webhook, WebhookVerificationError } from 'standardwebhooks';

const webhook = new Webhook(process.env.WEBHOOK_SECRET);
// Messages come at least once, and a repeat has the same id: what was handled is remembered. A receiver that may be started
// anew remembers it in its database, in the transaction that handles the message.
const handled = new Set();

const server = createServer(async (request, response) => {
  try {
    const parts = [];
    let size = 0;
    for await (const part of request) {
      size += part.length;
      if (size > 20_000) return response.writeHead(413).end();
      parts.push(part);
    }
    const body = Buffer.concat(parts);
    // The raw bytes are what is signed: verify before anything is parsed. This refuses what is older than five minutes.
    webhook.verify(body, request.headers);
    const id = request.headers['webhook-id'];
    if (!handled.has(id)) {
      const event = new CloudEvent(HTTP.toEvent({ headers: request.headers, body: body.toString() }));
      console.log(JSON.stringify({ id, type: event.type, subject: event.subject, position: event.logposition }));
      handled.add(id);
    }
    // Anything but 2xx is tried again; 410 ends it. Answer within seconds, and do what takes long afterwards.
    response.writeHead(204).end();
  } catch (error) {
    // Whoever has hung up in the middle hears of neither.
    response.writeHead(error instanceof WebhookVerificationError ? 401 : 400).end();
  }
});
server.listen(Number(process.env.PORT ?? 8000), '127.0.0.1');
