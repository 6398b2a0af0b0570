// What is not asked of the schema, each with its reason. Every other rule must find nothing.

/** Rules that are switched off. */
export const off = {
  '@graphql-eslint/strict-id-in-types':
    'only what can be asked for again has an id (Relay: Node); a value such as Status, DateBounds or PageInfo has none',
};

/** Options of rules that stay on. */
export const options = {
  // Lists that page are connections; a short list of values (the reasons of a status, the signings of a signature) and
  // the shortcut `nodes` of a connection are plain lists.
  '@graphql-eslint/relay-edge-types': { listTypeCanWrapOnlyEdgeType: false },
};
