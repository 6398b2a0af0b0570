// A raw WebSocket that remembers what arrived, for probes.
import { inspect } from 'node:util';
import WebSocket from 'ws';
import { holds, same, wsUrl } from './lib.mjs';

const PROTOCOL = 'graphql-transport-ws';

export class Socket {
  inbox = [];
  #wake = () => {};

  constructor(protocols = PROTOCOL, options = {}) {
    this.raw = new WebSocket(wsUrl, protocols, { handshakeTimeout: 3000, ...options });
    this.raw.on('message', (data) => { this.inbox.push(JSON.parse(data)); this.#wake(); });
    this.raw.on('close', (code) => { this.closed = code; this.#wake(); });
    this.raw.on('unexpected-response', (_, response) => { this.refused = response.statusCode; this.raw.terminate(); this.#wake(); });
    this.raw.on('error', (error) => { this.problem = error.message; this.#wake(); });
    this.raw.on('open', () => { this.open = true; this.#wake(); });
  }

  /** Waits until `ready` gives something. */
  async until(ready, what, seconds = 3) {
    for (const end = Date.now() + seconds * 1000; ;) {
      const found = ready();
      if (found !== undefined && found !== false) return found;
      const left = end - Date.now();
      const { open = false, refused, closed } = this;
      const state = inspect({ open, refused, closed, received: this.inbox.slice(0, 2) }, { depth: 4, breakLength: Infinity });
      holds(left > 0, `${what} did not come in ${seconds} s: ${state}`);
      await new Promise((resolve) => { this.#wake = resolve; setTimeout(resolve, left); });
    }
  }

  /** A socket that is open. */
  static async opened(...how) {
    const socket = new Socket(...how);
    await socket.until(() => socket.open || socket.refused || socket.closed || socket.problem, 'the handshake');
    holds(socket.open, `the handshake failed: ${socket.refused ?? socket.problem}`);
    return socket;
  }

  /** A socket that is open and acknowledged. */
  static async ready(...how) {
    const socket = await Socket.opened(...how);
    socket.send({ type: 'connection_init' });
    same((await socket.next()).type, 'connection_ack', 'first message');
    return socket;
  }

  send(message) {
    this.raw.send(typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message));
  }

  subscribe(id, query, more = {}) {
    this.send({ id, type: 'subscribe', payload: { query, ...more } });
  }

  /** The next message; the server's own pings are answered and passed over. */
  async next(seconds) {
    for (;;) {
      const message = await this.until(() => this.inbox.shift() ?? (this.closed && 'closed'), 'a message', seconds);
      holds(message !== 'closed', `the socket closed with ${this.closed}`);
      if (message.type !== 'ping') return message;
      this.send({ type: 'pong' });
    }
  }

  /** The socket closes with one of the codes. */
  async closes(...codes) {
    await this.until(() => this.closed, `close ${codes.join(' or ')}`);
    holds(codes.includes(this.closed), `the socket closed with ${this.closed}, wanted ${codes.join(' or ')}`);
  }

  /** The socket is still in order: it answers a ping, and nothing else came. */
  async alive() {
    this.send({ type: 'ping' });
    same((await this.next()).type, 'pong', 'message after ping');
  }

  end() {
    this.raw.terminate();
  }
}

/** The handshake is refused, but not because nothing is there (404), or the socket closes with one of the codes. */
export async function refused(codes, ...how) {
  const socket = new Socket(...how);
  await socket.until(() => socket.refused || socket.closed || socket.problem, 'a refusal');
  holds(codes.includes(socket.closed) || (socket.refused >= 400 && socket.refused < 500 && socket.refused !== 404),
    `HTTP status ${socket.refused}, close code ${socket.closed}`);
}
