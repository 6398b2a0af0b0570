// What every suite shares: where the server is, and how a check is counted and told.
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual, inspect } from 'node:util';

/** The server that `run` started. */
export const origin = process.env.SERVER_ORIGIN ?? 'http://127.0.0.1:8080';
export const url = `${origin}/graphql`;
export const wsUrl = `${url.replace('http', 'ws')}/ws`;
export const pid = process.env.SERVER_PID;

/** The schema that the server promises. */
export const sdl = readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8');

let [passed, failed] = [0, 0];

/** Counts one question; it fails when `ask` throws or takes longer than `seconds`. */
export async function check(title, ask, seconds = 15) {
  const late = sleep(seconds * 1000, null, { ref: false }).then(() => {
    throw new Error(`no answer within ${seconds} s`);
  });
  try {
    await Promise.race([ask(), late]);
    passed += 1;
  } catch (error) {
    failed += 1;
    const reason = error?.error?.message ?? error?.message ?? inspect(error);
    console.log(`  failed: ${title}: ${String(reason).slice(0, 600)}`);
  }
}

/** Ends a suite with the line that `run` reads. */
export function done(name) {
  console.log(`${name}: ${passed} passed, ${failed} failed`);
  process.exit(failed ? 1 : 0);
}

export function holds(fact, otherwise) {
  if (!fact) throw new Error(otherwise);
}

export function same(found, wanted, what = 'answer') {
  const shown = (value) => inspect(value, { depth: 6, breakLength: Infinity, maxArrayLength: 12 });
  holds(isDeepStrictEqual(found, wanted), `${what} is ${shown(found)}, wanted ${shown(wanted)}`);
}

/** Posts a GraphQL request as JSON. */
export async function post(body, headers = {}) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    signal: AbortSignal.timeout(5_000),
  });
  return { status: response.status, headers: response.headers, body: await response.text() };
}

/** The last position of the log, after which a subscription waits. */
export async function lastPosition() {
  return JSON.parse((await post({ query: '{ log { position } }' })).body).data.log.position;
}

/** A request error: errors, and no `data` key, not even null (GraphQL, section 7.1). */
export function isRequestError(result) {
  return Array.isArray(result?.errors) && result.errors.length > 0 && !('data' in result);
}
