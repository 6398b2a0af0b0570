// What was asked before in this browser?
//
// Invariant: query and variables alone are kept, never a token, and of each only so much; whatever the browser's storage
// holds or refuses, the page goes on.

/** @typedef {{ query: string, variables: string, at: number }} Entry `at` is when it was run, in milliseconds. */

const KEY = "depositary.explorer.history";
/** The most questions that are kept. */
export const MOST = 50;
/** The most bytes that they have together, as they are stored. */
export const MOST_BYTES = 200_000;
/** A shorter value of a header is no secret that could be looked for. */
const SECRET = 8;
/** The text of an access token. */
const TOKEN = /depositary_[^\s"]{1,100}_[0-9a-f]{64}/i;

/** The browser's storage; null where it denies it. */
function storageOfBrowser() {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

export class History {
  /** @param {Storage | null} storage */
  constructor(storage = storageOfBrowser()) {
    this.storage = storage;
    /** @type {Entry[]} */
    this.entries = [];
    /** Whether what is in memory is also stored. */
    this.stored = storage !== null;
  }

  /**
   * The questions, newest first, with those of other tabs.
   * @returns {Entry[]}
   */
  all() {
    if (!this.storage || !this.stored) return this.entries;
    try {
      this.entries = bounded(read(this.storage.getItem(KEY)));
    } catch {
      this.stored = false;
    }
    return this.entries;
  }

  /**
   * Keeps a question as the newest; asked anew it moves up. One that has a secret in it is not kept.
   * @param {Entry} entry
   * @param {string[]} secrets
   */
  add(entry, secrets) {
    const text = `${entry.query}\n${entry.variables}`;
    const secret = TOKEN.test(text) || secrets.some((word) => word.length >= SECRET && text.includes(word));
    if (secret || bytes(entry) > MOST_BYTES) return;
    this.write(bounded([entry, ...this.all().filter((other) => !same(entry, other))]));
  }

  /** @param {Entry} entry */
  remove(entry) {
    this.write(this.all().filter((other) => !same(entry, other)));
  }

  clear() {
    this.write([]);
  }

  /** @param {Entry[]} entries */
  write(entries) {
    this.entries = entries;
    try {
      if (entries.length) this.storage?.setItem(KEY, JSON.stringify(entries));
      else this.storage?.removeItem(KEY);
      this.stored = this.storage !== null;
    } catch {
      // Denied or full: what was asked is known until the page is closed.
      this.stored = false;
    }
  }
}

/**
 * @param {Entry} one
 * @param {Entry} other
 */
const same = (one, other) => one.query === other.query && one.variables === other.variables;

/** @param {Entry} entry */
const bytes = (entry) => new TextEncoder().encode(JSON.stringify(entry)).length + 1;

/**
 * As many of the newest as may be kept.
 * @param {Entry[]} entries
 */
function bounded(entries) {
  let sum = 1;
  const over = entries.findIndex((entry, at) => at >= MOST || (sum += bytes(entry)) > MOST_BYTES);
  return over < 0 ? entries : entries.slice(0, over);
}

/**
 * What is stored. Another page of this origin may have written it, so that only what has the form of an entry is taken.
 * @param {string | null} text
 * @returns {Entry[]}
 */
function read(text) {
  /** @type {unknown} */
  let told;
  try {
    told = JSON.parse(text ?? "[]");
  } catch {
    return [];
  }
  return (Array.isArray(told) ? told : []).filter(isEntry).map(({ query, variables, at }) => ({ query, variables, at }));
}

/**
 * @param {unknown} value
 * @returns {value is Entry}
 */
function isEntry(value) {
  if (typeof value !== "object" || value === null) return false;
  const { query, variables, at } = /** @type {Partial<Record<keyof Entry, unknown>>} */ (value);
  const dated = typeof at === "number" && !Number.isNaN(new Date(at).getTime());
  return typeof query === "string" && typeof variables === "string" && dated;
}
