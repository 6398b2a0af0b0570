// Which questions are worth asking first about the status of an agreement, and its reasons?
//
// Invariant: each runs as it stands against the bundled facts and is a real question of someone's.

/** @import { Example } from "./examples.js" */

/** @type {Example[]} */
export const STATUS = [
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
];
