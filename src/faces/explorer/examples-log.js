// Which questions are worth asking first about what was recorded, and what will be?
//
// Invariant: each runs as it stands against the bundled facts and is a real question of someone's; the last alone changes
// something, and only by a recorder's token.

/** @import { Example } from "./examples.js" */

/** @type {Example[]} */
export const LOG = [
  {
    title: "What has the log learnt since I last looked?",
    about: "Milestones recorded after a position, ten at a time: give endCursor as after for the next ten.",
    query: `query RecordedAfter($position: Position!, $after: String) {
  milestones(first: 10, after: $after, filter: { recordedAfter: $position }) {
    totalCount
    pageInfo { hasNextPage endCursor }
    nodes {
      position
      recordedAt
      agreementId
      kind
      occurred { edtf }
      summary
    }
  }
  log { position }
}
`,
    variables: { position: 500, after: null },
  },
  {
    title: "What changed since a report of June 2017, and why?",
    about: "By what was published then and by what is published now; each cause happened, was learnt, refined or corrected.",
    query: `query SinceTheReport($report: DiffSideInput!, $now: DiffSideInput!) {
  diff(from: $report, to: $now, filter: { instrument: "rdp" }, first: 50) {
    totalCount
    nodes {
      country { name }
      from { headline listing stage round }
      to { headline listing stage round }
      causes {
        change
        happened
        kind
        rule
        came { edtf }
        milestone {
          summary
          sources { title url publishedOn }
        }
      }
    }
  }
}
`,
    variables: {
      report: { asOf: "2017-06-30", basis: "PUBLISHED", knownAt: "2017-06-30T23:59:59Z" },
      now: { basis: "PUBLISHED" },
    },
  },
  {
    title: "Was anything altered since I last kept a checkpoint?",
    about: "The checkpoint commits to every event; the proofs lead from one event, and from an earlier log, to it.",
    query: `query Proof($event: Position!, $kept: Position!, $now: Position!) {
  log {
    position
    checkpoint(atPosition: $now) {
      size
      root
      note
      signed
      verifierKey
    }
    inclusionProof(position: $event, atPosition: $now) {
      leafHash
      hashes
    }
    consistencyProof(from: $kept, to: $now) {
      fromRoot
      toRoot
      hashes
    }
  }
}
`,
    variables: { event: 300, kept: 500, now: 586 },
  },
  {
    title: "Tell me of each new milestone as it is recorded",
    about: "A subscription: first what was recorded after a position, then what comes. It stays open until you stop it.",
    query: `subscription NewMilestones($after: Position) {
  milestoneRecorded(after: $after) {
    position
    kind
    late
    daysLate
    agreement {
      id
      country { name }
    }
    milestone {
      kind
      summary
      occurred { edtf }
    }
  }
}
`,
    variables: { after: 580 },
  },
  {
    title: "Tell me when an agreement comes into force",
    about: "A subscription to changes of status on any day, with the status before and after the event.",
    query: `subscription IntoForce($after: Position) {
  statusChanged(after: $after, filter: { headlines: [IN_FORCE] }) {
    position
    agreement {
      id
      country { name }
    }
    from
    to
    before { headline }
    after { headline }
  }
}
`,
    variables: { after: 500 },
  },
  {
    title: "Open the record of a new agreement",
    about: "A mutation: it needs a recorder's token, whose name is public for ever. Make a commandId of your own.",
    query: `mutation Open($input: OpenAgreementInput!) {
  openAgreement(input: $input) {
    agreement { id version }
    position
    repeated
    warnings { code message }
    refusal { code field message }
  }
}
`,
    variables: { input: { agreementId: "rdp/RO", commandId: "5b0c7a52-3f0e-4a3e-8f6e-0f6f2b7d9a10" } },
  },
];
