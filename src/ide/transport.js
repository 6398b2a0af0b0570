// How do questions reach the server and answers come back?
//
// Invariant: the token goes into a header or the connection's first message, and nowhere else: no address, no storage.

/** Beside this page, wherever that is mounted. */
const ENDPOINT = new URL("../graphql", location.href);

/** Asks over HTTP. Fails only when no answer came. */
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
  const json = parsed(text);
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

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The request's id, wherever the answer carries it. */
export function requestId(answer) {
  const inErrors = answer?.errors?.map((error) => error.extensions?.requestId).find(Boolean);
  return answer?.extensions?.requestId ?? inErrors ?? null;
}

/**
 * Subscribes over WebSocket by the protocol graphql-transport-ws. `on` has `begun()`, `item(payload)`,
 * `failed(errors)` and `ended(why)`, of which the last is called once. Gives a function that stops.
 */
export function subscribe(request, token, on) {
  const address = new URL(`${ENDPOINT.pathname}/ws`, ENDPOINT);
  address.protocol = ENDPOINT.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(address, "graphql-transport-ws");
  const send = (message) => socket.send(JSON.stringify(message));
  let over = false;
  const end = (why) => {
    if (over) return;
    over = true;
    on.ended(why);
    socket.close(1000);
  };
  const receive = {
    connection_ack() {
      send({ id: "1", type: "subscribe", payload: request });
      on.begun();
    },
    ping: () => send({ type: "pong" }),
    next: ({ payload }) => on.item(payload),
    error({ payload }) {
      on.failed(payload);
      end("The server refused the subscription.");
    },
    complete: () => end("The server ended the subscription."),
  };
  socket.addEventListener("open", () => {
    send({ type: "connection_init", payload: token ? { authorization: `Bearer ${token}` } : {} });
  });
  socket.addEventListener("message", ({ data }) => {
    const message = parsed(data);
    if (!over) receive[message?.type]?.(message);
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
