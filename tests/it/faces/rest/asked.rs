//! What does a plain answer hold, in the words of GraphQL, and by which days and knowledge are both asked?

use serde_json::{Value, json};

pub const BOUNDS: &str = "{ edtf earliest latest }";

/// What a plain answer holds of a milestone.
pub fn milestone() -> String {
    format!(
        "{{ id: plainId agreementId kind state occurred {BOUNDS} effective {BOUNDS} evidence summary recordedAt position changedAt changedPosition round
        sources {{ title titleLanguage url publisher citation documentNumber publishedOn accessedOn archivedUrl reliability tells {{ edtf earliest latest evidence }}
            capture {{ sha256 fetchedAt path }} }}
        contradiction {{ by why tellings {{ position preferred source {{
            title titleLanguage url publisher citation documentNumber publishedOn accessedOn archivedUrl reliability tells {{ edtf earliest latest evidence }}
            capture {{ sha256 fetchedAt path }} }} }} }}
        detail {{ __typename
            ... on NoticePublished {{ purpose documentNumber citation commentsCloseOn }}
            ... on DomesticApproval {{ body }}
            ... on DeterminationMade {{ scope }}
            ... on Signed {{ signings {{ on {BOUNDS} place signatories }} }}
            ... on EnteredIntoForce {{ until {BOUNDS} }}
            ... on Renewed {{ until {BOUNDS} }}
            ... on Listed {{ listing }}
            ... on ListingChanged {{ listing }}
            ... on Observed {{ listings standings talks }}
        }} }}"
    )
}

pub const STALL: &str = "{ stage since days limitDays limitFrom lastNewsOn dormant }";

/// A stall in the list of all, with its limit and how it compares.
pub const COMPARED_STALL: &str = "{ stage since days limitDays limitFrom lastNewsOn dormant
    limit { days from reason usual fallbackDays estimate {
        days { least most } quantile leastTransitions noLimitBecause movedOnCount mayHaveMovedOnCount givenUpCount waitingCount
        compared { agreement { id: plainId } round outcome entered left shortestDays shortestMovedOn longestDays longestMovedOn }
        leftOut { agreement { id: plainId } round reason } } }
    comparison { percentile { least most } confidence { least most } atRisk { least most }
        within90Days { range { least most } confidence { least most } notEstimable }
        within365Days { range { least most } confidence { least most } notEstimable } } }";

/// What a plain answer holds of a status, with each milestone that decided it as it is cited there.
pub fn status(cited: &str) -> String {
    format!(
        "{{ headline possibleHeadlines sentence stage possibleStages standing possibleStandings listing possibleListings
        certain round since lastEvidenceOn because {{ facet milestone {cited} kind evidence rule unrecorded explanation certain }}
        nextSteps {{ kind label authority }} evaluationFactorPercent stalled {STALL} outcomeUnknown undatedSources beyondCap
        asOf knownAt position }}"
    )
}

/// An answer of GraphQL without the names of its types, which a plain answer leaves to `kind`.
pub fn without_types(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields = fields.into_iter().filter(|(name, _)| name != "__typename");
            Value::Object(fields.map(|(name, field)| (name, without_types(field))).collect())
        }
        Value::Array(values) => values.into_iter().map(without_types).collect(),
        other => other,
    }
}

/// Dates and knowledge to ask by, as GraphQL's variables; the names are those of the plain parameters.
pub fn pins() -> Vec<Value> {
    vec![
        json!({ "asOf": "2005-01-01" }),
        json!({ "asOf": "2016-05-01" }),
        json!({ "asOf": "2017-06-30", "basis": "PUBLISHED", "knownAt": "2017-06-30T23:59:59Z" }),
        json!({ "asOf": "2025-10-28", "atPosition": 400 }),
        json!({ "asOf": "2026-11-24", "knownAt": "2026-11-24T12:00:00Z" }),
        json!({}),
    ]
}

pub fn parameters(pin: &Value) -> String {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
    pin.as_object().unwrap().iter().map(|(name, value)| format!("&{name}={}", text(value))).collect::<Vec<_>>().concat()
}

pub const PIN: &str = "$asOf: Date, $knownAt: DateTime, $basis: KnowledgeBasis = RECORDED, $atPosition: Position";

pub const PINNED: &str = "asOf: $asOf, knownAt: $knownAt, basis: $basis, atPosition: $atPosition";

/// Without a day, for what is about all days.
pub const KNOWN: &str = "$knownAt: DateTime, $basis: KnowledgeBasis = RECORDED, $atPosition: Position";

pub const AS_KNOWN: &str = "knownAt: $knownAt, basis: $basis, atPosition: $atPosition";
