// Which questions are worth asking first?
//
// Invariant: the last alone changes something, and only by a recorder's token.

import { LOG } from "./examples-log.js";
import { STATUS } from "./examples-status.js";
import { TIME } from "./examples-time.js";

/** @typedef {{ title: string, about: string, query: string, variables?: object }} Example */

export const EXAMPLES = [...STATUS, ...TIME, ...LOG];
