// Documents for validation.mjs, by the rule of the specification (section 5 and 6.1.2) that they are about. Each is
// [document, variables, operationName]; the heading says what graphql-js must think of it, so that none goes stale.

export const invalid = {
  syntax: [
    '', '{', '{ }', '{ log { position } ', '{ log() { position } }', 'query ($a: ) { __typename }', '{ country(code: "LV" { code } }',
    '{ a: }', '{ __typename } }', '{ country(code: "L\nV") { code } }', '{ country(code: "\\q") { code } }',
    'fragment on on Query { __typename } { __typename }', '{ countries(first: 01) { totalCount } }',
    '{ countries(first: 1x) { totalCount } }', 'query ($v: Int = $w) { countries(first: $v) { totalCount } }',
  ],
  ExecutableDefinitions: [
    '{ __typename } type A { a: Int }', '{ __typename } extend type Query { a: Int }', 'schema { query: Query }',
  ],
  UniqueOperationNames: [
    'query A { __typename } query A { __typename }', ['query A { __typename } query A { log { position } }', {}, 'A'],
  ],
  LoneAnonymousOperation: [
    '{ __typename } { __typename }', ['{ __typename } query A { __typename }', {}, 'A'],
  ],
  operationName: [
    'query A { __typename } query B { __typename }', ['query A { __typename }', {}, 'B'], 'fragment F on Query { __typename }',
  ],
  SingleFieldSubscriptions: [
    'subscription { a: milestoneRecorded(after: 0) { position } b: milestoneRecorded(after: 0) { position } }',
    'subscription { __typename }',
    'subscription { milestoneRecorded(after: 0) { position } ...F } fragment F on Subscription { b: milestoneRecorded(after: 0) { id } }',
  ],
  KnownTypeNames: [
    '{ ... on Nothing { __typename } }', 'query ($v: Nothing) { country(code: $v) { code } }', '{ ...F } fragment F on Nothing { a }',
  ],
  FragmentsOnCompositeTypes: [
    '{ ... on Headline { __typename } }', '{ log { ... on Position { __typename } } }',
    '{ ...F } fragment F on AgreementFilter { instrument }',
  ],
  VariablesAreInputTypes: [
    'query ($v: Country) { __typename @include(if: $v) }', 'query ($v: MilestoneDetail) { country(code: $v) { code } }',
    'query ($v: [Country!]!) { country(code: $v) { code } }',
  ],
  ScalarLeafs: [
    '{ log }', '{ log { position { value } } }', '{ __typename { a } }', '{ instruments }', '{ country(code: "LV") { code { a } } }',
    '{ milestones { nodes { detail } } }', '{ log { } }',
  ],
  FieldsOnCorrectType: [
    '{ nothing }', '{ log { nothing } }', '{ milestones { nodes { detail { plain } } } }', '{ log { __schema { queryType { name } } } }',
    '{ log { ... on Log { nothing } } }', '{ __nothing }',
  ],
  UniqueFragmentNames: [
    '{ ...F } fragment F on Query { __typename } fragment F on Query { log { position } }',
  ],
  KnownFragmentNames: [
    '{ ...F }', '{ log { ...F } } fragment G on Log { position }',
  ],
  NoUnusedFragments: [
    '{ __typename } fragment F on Query { __typename }', '{ __typename } fragment F on Query { ...G } fragment G on Query { __typename }',
  ],
  PossibleFragmentSpreads: [
    '{ log { ... on Country { code } } }', '{ milestones { nodes { detail { ... on Country { code } } } } }',
    '{ log { ...F } } fragment F on Query { __typename }',
  ],
  NoFragmentCycles: [
    '{ ...F } fragment F on Query { ...F }', '{ ...F } fragment F on Query { ...G } fragment G on Query { ...F }',
    '{ log { ...F } } fragment F on Log { ... { ...G } } fragment G on Log { ...H } fragment H on Log { position ...F }',
  ],
  UniqueVariableNames: [
    ['query ($v: Int, $v: Int) { countries(first: $v) { totalCount } }', { v: 1 }],
  ],
  NoUndefinedVariables: [
    ['{ countries(first: $v) { totalCount } }', { v: 1 }], 'query A { ...F } fragment F on Query { countries(first: $v) { totalCount } }',
    '{ __typename @include(if: $v) }', '{ agreements(filter: { countries: [$v] }) { totalCount } }',
  ],
  NoUnusedVariables: [
    ['query ($v: Int) { __typename }', { v: 1 }], 'query ($v: Int = 1) { countries(first: 1) { totalCount } }',
  ],
  KnownDirectives: [
    '{ __typename @nothing }', '{ log { position @nothing } }', '{ log { __typename @nothing } }',
    'query @include(if: true) { __typename }', '{ __typename @deprecated }', '{ __typename @specifiedBy(url: "https://a.example") }',
    '{ ...F @nothing } fragment F on Query { __typename }', 'query ($v: Int @skip(if: true)) { countries(first: $v) { totalCount } }',
    '{ ...F } fragment F on Query @include(if: true) { __typename }', '{ ... @nothing { __typename } }',
  ],
  UniqueDirectivesPerLocation: [
    '{ __typename @include(if: true) @include(if: true) }', '{ log @skip(if: false) @skip(if: false) { position } }',
    '{ ... @skip(if: false) @skip(if: true) { __typename } }',
  ],
  KnownArgumentNames: [
    '{ log(nothing: 1) { position } }', '{ __typename @include(if: true, unless: false) }',
    '{ country(code: "LV", nothing: null) { code } }', '{ __type(name: "Log", nothing: 1) { name } }', '{ __typename(nothing: 1) }',
  ],
  UniqueArgumentNames: [
    '{ country(code: "LV", code: "LV") { code } }', '{ __typename @include(if: true, if: true) }',
    '{ countries(first: 1, first: 1) { totalCount } }',
  ],
  UniqueInputFieldNames: [
    '{ agreements(filter: { instrument: "rdp", instrument: "rdp" }) { totalCount } }',
    '{ agreements(filter: { countries: ["LV"], certainty: CERTAIN, countries: ["LV"] }) { totalCount } }',
  ],
  ProvidedRequiredArguments: [
    '{ country { code } }', '{ __typename @include }', '{ country(code: null) { code } }',
    '{ durations(from: SIGNED, instrument: "rdp") { exactCount } }', '{ __type { name } }',
  ],
  ValuesOfCorrectType: [
    '{ countries(first: "1") { totalCount } }', '{ countries(first: 1.0) { totalCount } }',
    '{ countries(first: 2147483648) { totalCount } }', '{ countries(first: true) { totalCount } }',
    '{ countries(first: [1]) { totalCount } }', '{ countries(after: 1) { totalCount } }', '{ countries(after: ABC) { totalCount } }',
    '{ agreements(basis: "RECORDED") { totalCount } }', '{ agreements(basis: NOTHING) { totalCount } }',
    '{ agreements(basis: true) { totalCount } }', '{ agreements(filter: "rdp") { totalCount } }',
    '{ agreements(filter: { nothing: 1 }) { totalCount } }', '{ agreements(filter: { certainty: null }) { totalCount } }',
    '{ agreements(filter: { countries: [null] }) { totalCount } }', '{ agreements(filter: { headlines: ["IN_FORCE"] }) { totalCount } }',
    '{ agreements(filter: { headlines: [IN_FORCE, NOTHING] }) { totalCount } }',
    '{ agreements(filter: { headlines: { a: 1 } }) { totalCount } }', '{ agreements(filter: []) { totalCount } }',
    '{ __typename @include(if: 1) }', '{ __typename @include(if: "true") }', '{ __typename @skip(if: null) }',
    '{ country(code: "LV") { agreement(instrument: "rdp") { milestones(includeRetracted: null) { totalCount } } } }',
    '{ country(code: "LV") { status(instrument: 1) { round } } }', 'query ($v: Int = "1") { countries(first: $v) { totalCount } }',
    'query ($v: Int! = null) { countries(first: $v) { totalCount } }',
    'query ($v: Date = "yesterday") { agreements(asOf: $v) { totalCount } }',
    'query ($v: [MilestoneKind!] = [NOTHING]) { agreements(filter: { having: $v }) { totalCount } }',
    'query ($v: AgreementFilter = { nothing: 1 }) { agreements(filter: $v) { totalCount } }',
  ],
  VariablesInAllowedPosition: [
    ['query ($v: CountryCode) { country(code: $v) { code } }', { v: 'LV' }],
    ['query ($v: String!) { country(code: $v) { code } }', { v: 'LV' }], 'query ($v: String) { countries(first: $v) { totalCount } }',
    ['query ($v: Float) { countries(first: $v) { totalCount } }', { v: 1 }],
    ['query ($v: Int) { countries(after: $v) { totalCount } }', { v: null }],
    ['query ($v: Boolean) { __typename @include(if: $v) }', { v: true }],
    ['query ($v: String) { agreements(asOf: $v) { totalCount } }', { v: '2017-06-30' }],
    'query ($v: DateTime) { agreements(asOf: $v) { totalCount } }',
    ['query ($v: [CountryCode]) { agreements(filter: { countries: $v }) { totalCount } }', { v: ['LV'] }],
    ['query ($v: CountryCode) { agreements(filter: { countries: [$v] }) { totalCount } }', { v: 'LV' }],
    ['query ($v: CountryCode!) { agreements(filter: { countries: $v }) { totalCount } }', { v: 'LV' }],
    'query ($v: Listing) { agreements(basis: $v) { totalCount } }',
    'query ($v: Int) { agreements(filter: { instrument: $v }) { totalCount } }',
    'query ($v: Int) { ...F } fragment F on Query { countries(after: $v) { totalCount } }',
  ],
  OverlappingFieldsCanBeMerged: [
    '{ a: __typename a: log { position } }', '{ country(code: "LV") { code } country(code: "KR") { code } }',
    '{ country(code: "LV") { a: code a: name } }', '{ a: countries(first: 1) { totalCount } a: countries(first: 2) { totalCount } }',
    '{ log { ...F ...G } } fragment F on Log { a: position } fragment G on Log { a: __typename }',
    '{ milestones { nodes { detail { ... on Signed { a: signings { place } } ... on Noted { a: plain } } } } }',
    '{ milestones { nodes { detail { ... on Listed { a: listing } ... on Noted { a: plain } } } } }',
    'query ($a: Int, $b: Int) { countries(first: $a) { totalCount } countries(first: $b) { totalCount } }',
    '{ countries { totalCount } countries(first: 1) { totalCount } }',
  ],
  'variables: required and coerced': [
    'query ($v: CountryCode!) { country(code: $v) { code } }', ['query ($v: CountryCode!) { country(code: $v) { code } }', { v: null }],
    ['query ($v: CountryCode!) { country(code: $v) { code } }', { v: 7 }],
    ['query ($v: Int) { countries(first: $v) { totalCount } }', { v: '1' }],
    ['query ($v: Int) { countries(first: $v) { totalCount } }', { v: 1.5 }],
    ['query ($v: Int) { countries(first: $v) { totalCount } }', { v: 2147483648 }],
    ['query ($v: Int) { countries(first: $v) { totalCount } }', { v: true }],
    ['query ($v: Int) { countries(first: $v) { totalCount } }', { v: [1] }],
    ['query ($v: String) { countries(after: $v) { totalCount } }', { v: 1 }],
    ['query ($v: Boolean!) { __typename @include(if: $v) }', { v: 'true' }],
    ['query ($v: Boolean!) { __typename @include(if: $v) }', { v: 1 }],
    ['query ($v: KnowledgeBasis) { agreements(basis: $v) { totalCount } }', { v: 'NOTHING' }],
    ['query ($v: KnowledgeBasis) { agreements(basis: $v) { totalCount } }', { v: 'recorded' }],
    ['query ($v: KnowledgeBasis) { agreements(basis: $v) { totalCount } }', { v: 1 }],
    ['query ($v: AgreementFilter) { agreements(filter: $v) { totalCount } }', { v: { nothing: 1 } }],
    ['query ($v: AgreementFilter) { agreements(filter: $v) { totalCount } }', { v: { certainty: null } }],
    ['query ($v: AgreementFilter) { agreements(filter: $v) { totalCount } }', { v: { countries: ['LV', null] } }],
    ['query ($v: AgreementFilter) { agreements(filter: $v) { totalCount } }', { v: 'rdp' }],
    ['query ($v: AgreementFilter) { agreements(filter: $v) { totalCount } }', { v: [] }],
    ['query ($v: [CountryCode!]) { agreements(filter: { countries: $v }) { totalCount } }', { v: ['LV', 'ZZ'] }],
    ['query ($v: ID!) { agreement(id: $v) { version } }', { v: 1.5 }], ['query ($v: ID!) { agreement(id: $v) { version } }', { v: true }],
    ['query ($v: [MilestoneKind!]) { agreements(filter: { having: $v }) { totalCount } }', { v: [null] }],
    ['query ($v: Int!) { a: __typename @skip(if: true) countries(first: $v) @skip(if: true) { totalCount } }', {}],
  ],
};

export const valid = {
  plain: [
    '{ __typename }', 'query { __typename }', '{ log { position } }', '{ a: __typename b: __typename }',
    '{ __schema { queryType { name } } }', '{ __type(name: "Nothing") { name } }', '# a comment\n{ __typename, }',
    ['query A { __typename } query B { log { position } }', {}, 'B'], ['query A { __typename }', {}, 'A'], '\uFEFF{ __typename }',
    'query query { query: __typename }',
  ],
  fragments: [
    '{ ...F ...F } fragment F on Query { log { ...G } } fragment G on Log { position }', '{ ... { __typename } }',
    '{ ... on Query @include(if: true) { __typename } }',
    '{ milestones(first: 1) { nodes { detail { __typename ... on Signed { signings { place } } ... on Noted { plain } } } } }',
    '{ milestones(first: 1) { nodes { detail { ... on MilestoneDetail { __typename } } } } }',
  ],
  directives: [
    '{ __typename @include(if: true) @skip(if: false) }', ['query ($v: Boolean!) { __typename @skip(if: $v) }', { v: false }],
    ['query ($v: Boolean! = true) { __typename @skip(if: $v) }', {}], '{ log @skip(if: true) { position } }',
  ],
  merging: [
    '{ log { position } log { position __typename } }', '{ country(code: "LV") { code } country(code: "LV") { name } }',
    '{ milestones(first: 1) { nodes { detail { ... on Delisted { a: plain } ... on Noted { a: plain } } } } }',
    '{ countries(first: 1, after: null) { totalCount } countries(after: null, first: 1) { edges { cursor } } }',
    '{ milestones(first: 1) { nodes { detail { ... on Listed { listing } ... on ListingChanged { listing } } } } }',
  ],
  literals: [
    '{ countries(first: 1) { totalCount } }', '{ countries(first: null) { totalCount } }', '{ agreement(id: 5) { version } }',
    '{ country(code: "\\u004CV") { code } }', '{ country(code: """LV""") { code } }', '{ agreements(basis: PUBLISHED) { totalCount } }',
    '{ agreements(basis: null) { totalCount } }', '{ agreements(filter: {}) { totalCount } }',
    '{ agreements(filter: null) { totalCount } }', '{ agreements(filter: { countries: "LV" }) { totalCount } }',
    '{ agreements(filter: { headlines: IN_FORCE }) { totalCount } }',
    '{ agreements(filter: { countries: [], having: null }) { totalCount } }', '{ countries(first: -1) { totalCount } }',
    '{ countries(first: 101) { totalCount } }',
  ],
  variables: [
    ['query ($v: CountryCode!) { country(code: $v) { code } }', { v: 'LV' }],
    ['query ($v: CountryCode = "LV") { country(code: $v) { code } }', {}], ['query ($v: Int) { countries(first: $v) { totalCount } }', {}],
    ['query ($v: Int) { countries(first: $v) { totalCount } }', { v: null }],
    ['query ($v: Int) { countries(first: $v) { totalCount } }', { v: 1 }],
    ['query ($v: Int!) { countries(first: $v) { totalCount } }', { v: 1, unused: 2 }],
    ['query ($v: ID!) { agreement(id: $v) { version } }', { v: 5 }],
    ['query ($v: KnowledgeBasis) { agreements(basis: $v) { totalCount } }', { v: 'RECORDED' }],
    ['query ($v: [CountryCode!]) { agreements(filter: { countries: $v }) { totalCount } }', { v: 'LV' }],
    ['query ($v: [CountryCode!]) { agreements(filter: { countries: $v }) { totalCount } }', { v: ['LV', 'KR'] }],
    ['query ($v: CountryCode!) { agreements(filter: { countries: [$v, "KR"] }) { totalCount } }', { v: 'LV' }],
    ['query ($v: AgreementFilter) { agreements(filter: $v) { totalCount } }', { v: { instrument: 'rdp', having: 'SIGNED' } }],
    ['query ($v: Boolean) { country(code: "LV") { agreement(instrument: "rdp") { milestones(includeRetracted: $v) { totalCount } } } }', { v: true }],
    ['query ($v: Boolean) { country(code: "LV") { agreement(instrument: "rdp") { milestones(includeRetracted: $v) { totalCount } } } }', {}],
    ['query ($v: Int = 1) { ...F } fragment F on Query { countries(first: $v) { totalCount } }', {}],
    ['query A($v: Int) { countries(first: $v) { totalCount } } query B { __typename }', { v: 1 }, 'A'],
  ],
};
