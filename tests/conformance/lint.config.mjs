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

/**
 * Edges whose node is no `Node`, by name and with the reason; each must still be one, or the list is out of date. The
 * specification of connections lets a node be any object; every other edge is held to the linter's stricter rule.
 */
export const computed = {
  CoveredAgreementEdge: 'how well the days of an agreement are known; the agreement in it has the id to ask by',
  DeadlineEdge: 'a day that its milestone tells, by whose id it can be asked for again',
  FigureEdge: 'a number of a list; its `plainId` is what a correction takes, and `figures` finds it again',
  DifferenceEdge: 'follows from the two sides that were asked about; nothing keeps it, so no id could ask for it again',
  InboxItemEdge: 'a document, which is in no log; `inboxItem` finds it again by its number',
  LogEntryEdge: 'an entry of the log; `log` finds it again by its position',
  WaitingAgreementEdge: 'a round that waits on the day asked about; the agreement in it has the id to ask by',
  LatenessGroupEdge: 'a summary of what was asked about; nothing keeps it, so no id could ask for it again',
  LatenessTellingEdge: 'a part of such a summary',
  WebhookAttemptEdge: 'one of the last attempts, kept for a while; nothing else refers to one',
};
