// How do questions reach the server and answers come back?
//
// Invariant: the token goes into a header or the connection's first message, and nowhere else: no address, no storage.

/** Beside this page, wherever that is mounted. */
const ENDPOINT = new URL("../graphql", location.href);

/** @typedef {{ query: string, variables?: object, operationName?: string }} Request */
/**
 * @typedef {object} Fault
 * @property {string} message
 * @property {(string | number)[]} [path]
 * @property {{ line: number, column: number }[]} [locations]
 * @property {{ code?: string, requestId?: string }} [extensions]
 */
/**
 * What GraphQL answers; what is in `data` depends on the question.
 * @typedef {{ data?: unknown, errors?: Fault[], extensions?: { requestId?: string } }} Payload
 */
/**
 * An answer over HTTP, with the payload where it has one.
 * @typedef {object} Came
 * @property {boolean} ok
 * @property {string} status
 * @property {number} milliseconds
 * @property {number} bytes
 * @property {string | null} requestId
 * @property {string} text
 * @property {Payload | null} json
 */
/**
 * Who hears of a subscription; `ended` is called once.
 * @typedef {object} Listener
 * @property {() => void} begun
 * @property {(payload: Payload) => void} item
 * @property {(errors: Fault[]) => void} failed
 * @property {(why: string) => void} ended
 */

/**
 * Asks over HTTP. Fails only when no answer came.
 * @param {Request} request
 * @param {Record<string, string>} headers
 * @param {AbortSignal} [signal]
 * @returns {Promise<Came>}
 */
export async function ask(request, headers, signal) {
  const began = performance.now();
  const response = await fetch(ENDPOINT, {
    method: "POST",
    headers: {
      accept: "application/graphql-response+json, application/json;q=0.9",
      "content-type": "application/json",
      ...headers,
    },
    body: JSON.stringify(request),
    signal,
  });
  const text = await response.text();
  const milliseconds = performance.now() - began;
  const told = parsed(text);
  const json = isPayload(told) ? told : null;
  return {
    ok: response.ok,
    status: `${response.status} ${response.statusText}`.trim(),
    milliseconds,
    bytes: new TextEncoder().encode(text).length,
    requestId: response.headers.get("x-request-id") ?? requestId(json),
    text,
    json,
  };
}

/**
 * @param {string} text
 * @returns {unknown}
 */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * Whether what came is a payload, and not something that a proxy answered.
 * @param {unknown} json
 * @returns {json is Payload}
 */
const isPayload = (json) => typeof json === "object" && json !== null;

/**
 * The request's id, wherever the answer carries it.
 * @param {Payload | null} answer
 */
export function requestId(answer) {
  const inErrors = answer?.errors?.map((error) => error.extensions?.requestId).find(Boolean);
  return answer?.extensions?.requestId ?? inErrors ?? null;
}

/**
 * @typedef {{ type: "connection_ack" | "ping" | "complete" }
 *   | { type: "next", payload: Payload } | { type: "error", payload: Fault[] }} Message
 */

/**
 * Subscribes over WebSocket by the protocol graphql-transport-ws. Gives a function that stops.
 * @param {Request} request
 * @param {string} token
 * @param {Listener} on
 */
export function subscribe(request, token, on) {
  const address = new URL(`${ENDPOINT.pathname}/ws`, ENDPOINT);
  address.protocol = ENDPOINT.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(address, "graphql-transport-ws");
  /** @param {object} message */
  const send = (message) => socket.send(JSON.stringify(message));
  let over = false;
  /** @param {string} why */
  const end = (why) => {
    if (over) return;
    over = true;
    on.ended(why);
    socket.close(1000);
  };
  /** @param {Message} message */
  const receive = (message) => {
    if (message.type === "connection_ack") {
      send({ id: "1", type: "subscribe", payload: request });
      on.begun();
    } else if (message.type === "ping") {
      send({ type: "pong" });
    } else if (message.type === "next") {
      on.item(message.payload);
    } else if (message.type === "error") {
      on.failed(message.payload);
      end("The server refused the subscription.");
    } else if (message.type === "complete") {
      end("The server ended the subscription.");
    }
  };
  socket.addEventListener("open", () => {
    send({ type: "connection_init", payload: token ? { authorization: `Bearer ${token}` } : {} });
  });
  socket.addEventListener("message", ({ data }) => {
    const message = /** @type {Message | null} */ (parsed(data));
    if (!over && message) receive(message);
  });
  socket.addEventListener("close", ({ code, reason }) => {
    const lost = code === 1006 ? "there is no connection" : `closed with code ${code}${reason ? `, ${reason}` : ""}`;
    end(`The subscription ended: ${lost}.`);
  });
  return () => {
    if (!over && socket.readyState === WebSocket.OPEN) send({ id: "1", type: "complete" });
    end("Stopped.");
  };
}
