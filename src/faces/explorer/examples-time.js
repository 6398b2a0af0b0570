// Which questions are worth asking first about how long things take, and what is late?
//
// Invariant: each runs as it stands against the bundled facts and is a real question of someone's.

/** @import { Example } from "./examples.js" */

/** @type {Example[]} */
export const TIME = [
  {
    title: "Who had stalled on 28 October 2025, and since when?",
    about: "Open rounds that waited longer than is usual, with the limit and where that comes from.",
    query: `query Stalled($day: Date!) {
  stalled(asOf: $day, first: 20) {
    totalCount
    nodes {
      agreement {
        id
        country { name }
      }
      stalled {
        stage
        since
        days
        limitDays
        limitFrom
      }
      status {
        sentence
        lastEvidenceOn
        nextSteps { label authority }
      }
    }
  }
}
`,
    variables: { day: "2025-10-28" },
  },
  {
    title: "How long does it take from signature to listing?",
    about: "First rounds over all countries, with the median of those whose dates are exact.",
    query: `query SignatureToListing {
  durations(instrument: "rdp", from: SIGNED, to: LISTED, rounds: FIRST) {
    medianDays
    exactCount
    items {
      country { name }
      round
      minDays
      maxDays
      exact
      noticePurpose
    }
  }
}
`,
  },
  {
    title: "By which rules does an agreement move, and when has it stalled?",
    about: "What the instrument itself says: its stages, limits and what each listing means.",
    query: `query Rules {
  instruments {
    code
    name
    authority
    stages { stage label reachedBy limitDays limitReason }
    effects { kind listings firstDay lastDay percent text citation }
  }
}
`,
  },
  {
    title: "Which alerts would the rules have raised in 2024 and 2025?",
    about: "Each day by what had been published by then. The field alerts lists those that have fired, where somebody looks.",
    query: `query WouldHaveFired($from: Date!, $to: Date!) {
  alertBacktest(from: $from, to: $to) {
    on
    overOn
    rule
    agreement {
      id
      country { name }
    }
    about {
      kind
      stage
      since
      waitedDays
      limitDays
      limitFrom
      deadline
    }
    sentence
  }
}
`,
    variables: { from: "2024-01-01", to: "2025-12-31" },
  },
  {
    title: "What was about to end on 11 March 2024?",
    about: "Days on which comments close and terms end; /v1/deadlines.ics is the same as a calendar.",
    query: `query Deadlines($day: Date!) {
  deadlines(asOf: $day, first: 20) {
    nodes {
      kind
      on { edtf }
      daysLeft
      sentence
      milestone {
        summary
        sources { title url }
      }
    }
  }
}
`,
    variables: { day: "2024-03-11" },
  },
  {
    title: "Why is the limit at a stage what it is?",
    about: "How long comparable rounds took to leave it (Kaplan-Meier), who they are, and what the instrument says otherwise.",
    query: `query Limits($day: Date!) {
  limits(instrument: "rdp", stage: REVIEW, asOf: $day) {
    stage
    renewal
    feasibility
    limit {
      days
      from
      reason
      fallbackDays
      estimate {
        days { least most }
        noLimitBecause
        movedOnCount
        compared {
          agreement { id }
          round
          outcome
          shortestDays
          longestDays
        }
      }
    }
  }
}
`,
    variables: { day: "2025-10-28" },
  },
];
