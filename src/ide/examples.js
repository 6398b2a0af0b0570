// Which questions are worth asking first?
//
// Invariant: each runs as it stands against the bundled facts and is a real question of someone's; the last alone changes
// something, and only by a recorder's token.

export const EXAMPLES = [
  {
    title: "What was Latvia's status on 30 June 2017, and why?",
    about: "In force since 10 April, and not yet listed; with the milestones, rules and sources that decided it.",
    query: `query WhyLatvia($code: CountryCode!, $day: Date!) {
  country(code: $code) {
    name
    status(instrument: "rdp", asOf: $day) {
      sentence
      headline
      listing
      evaluationFactorPercent
      since
      because {
        facet
        rule
        milestone {
          kind
          occurred { edtf }
          summary
          sources { title url reliability publishedOn }
        }
      }
    }
  }
}
`,
    variables: { code: "LV", day: "2017-06-30" },
  },
  {
    title: "What was known of Latvia's 30 June 2017: that day, by 2018, and now?",
    about: "By what was published then, by what was published on 1 January 2018, and by all that is recorded.",
    query: `query KnownOfLatvia($day: Date!) {
  country(code: "LV") {
    onTheDay: status(
      instrument: "rdp"
      asOf: $day
      basis: PUBLISHED
      knownAt: "2017-06-30T23:59:59Z"
    ) {
      ...Known
    }
    byNewYear: status(
      instrument: "rdp"
      asOf: $day
      basis: PUBLISHED
      knownAt: "2018-01-01T23:59:59Z"
    ) {
      ...Known
    }
    asRecorded: status(instrument: "rdp", asOf: $day) {
      ...Known
    }
  }
}

fragment Known on Status {
  headline
  standing
  since
  because { facet rule kind }
  undatedSources
  sentence
}
`,
    variables: { day: "2017-06-30" },
  },
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
    title: "What happened with Korea, and who tells it?",
    about: "The periods of one status each, and every milestone with its sources.",
    query: `query Timeline($id: ID!) {
  agreement(id: $id) {
    country { name }
    periods {
      from
      to
      status { headline possibleHeadlines stage listing }
    }
    milestones(first: 50) {
      totalCount
      nodes {
        kind
        evidence
        occurred { edtf }
        summary
        sources {
          title
          url
          publisher
          publishedOn
          reliability
          tells { edtf evidence }
        }
      }
    }
  }
}
`,
    variables: { id: "rdp/KR" },
  },
  {
    title: "Which countries were qualifying on a date, with which evaluation factor?",
    about: "Everyone whom the regulation certainly listed, blanket or case by case.",
    query: `query Qualifying($day: Date!) {
  agreements(
    asOf: $day
    first: 100
    filter: { instrument: "rdp", listings: [BLANKET, CASE_BY_CASE] }
  ) {
    totalCount
    nodes {
      country { code name }
      status { listing evaluationFactorPercent since }
    }
  }
}
`,
    variables: { day: "2016-05-01" },
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
    title: "Whose agreement has expired, and is listed all the same?",
    about: "Listing changes by listing milestones only, so the regulation can lag behind an agreement.",
    query: `query ExpiredYetListed($day: Date!) {
  agreements(
    asOf: $day
    first: 100
    filter: { instrument: "rdp", standings: [EXPIRED], listings: [BLANKET, CASE_BY_CASE] }
  ) {
    nodes {
      country { name }
      status {
        sentence
        because {
          facet
          milestone {
            summary
            occurred { edtf }
          }
        }
      }
    }
  }
}
`,
    variables: { day: "2024-06-01" },
  },
  {
    title: "What if nobody told? Australia on 1 January 2005",
    about: "Where the evidence leaves more than one value, the value is null and all possible ones are named.",
    query: `query Uncertain {
  country(code: "AU") {
    status(instrument: "rdp", asOf: "2005-01-01") {
      certain
      sentence
      listing
      possibleListings
      evaluationFactorPercent
      possibleHeadlines
      lastEvidenceOn
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
