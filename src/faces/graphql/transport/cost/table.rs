//! What do fields cost that do more than a field does?
//!
//! Invariant: every list of the schema that is not cut into pages has a guess of its length here, and whatever reads or
//! writes much for any answer its price; a test finds a list without one. A unit is about 40 microseconds of a core.

/// A field of a type with a number: its price, or a guess of how many entries it has.
pub type Of = (&'static str, &'static str, usize);

/// The cost of a fact that is recorded.
const FACT: usize = 50;

/// What fields cost beside themselves and what is in them: those that read every agreement for any page, those that read tiles of
/// the tree, and those that write.
pub const PRICES: &[Of] = &[
    ("Query", "__schema", 300),
    ("Query", "__type", 20),
    ("Query", "alertBacktest", 2_500),
    ("Query", "contradictions", 50),
    ("Query", "counts", 100),
    ("Query", "coverage", 50),
    ("Query", "deadlines", 50),
    ("Query", "diff", 50),
    ("Log", "entries", 9),
    ("Query", "figures", 50),
    ("Query", "inbox", 100),
    ("Query", "inboxItem", 100),
    ("Query", "lateness", 200),
    ("Query", "limits", 50),
    ("Query", "sources", 100),
    ("Query", "waiting", 50),
    ("Status", "held", 20),
    ("Log", "checkpoint", 9),
    ("Log", "inclusionProof", 9),
    ("Log", "consistencyProof", 9),
    ("Mutation", "acceptInboxItem", 5 * FACT),
    ("Mutation", "acknowledgeAlert", FACT),
    ("Mutation", "addSource", FACT),
    ("Mutation", "addWebhook", FACT),
    ("Mutation", "correctFigure", FACT),
    ("Mutation", "correctMilestone", FACT),
    ("Mutation", "dismissInboxItem", 3 * FACT),
    ("Mutation", "openAgreement", FACT),
    ("Mutation", "recordFigure", FACT),
    ("Mutation", "recordMilestone", FACT),
    ("Mutation", "refineDate", FACT),
    ("Mutation", "reopenInboxItem", 3 * FACT),
    ("Mutation", "resolveAlert", FACT),
    ("Mutation", "retractFigure", FACT),
    ("Mutation", "retractMilestone", FACT),
    ("Mutation", "silenceAlert", FACT),
    ("Mutation", "snoozeInboxItem", 3 * FACT),
    ("Mutation", "testWebhook", FACT),
];

/// The arguments that name several things: a field costs once for each thing, and this much more for each.
pub const MANY: &[(&str, &str, &str, &[&str], usize)] =
    &[("Query", "nodes", "ids", &[], 0), ("Mutation", "recordMilestones", "input", &["milestones"], FACT)];

/// About how many entries a list has that is given whole.
pub const LENGTHS: &[Of] = &[
    ("AcceptInboxItemPayload", "agreements", 2),
    ("AcceptInboxItemPayload", "events", 3),
    ("AcceptInboxItemPayload", "preview", 2),
    ("AcceptInboxItemPayload", "warnings", 3),
    ("AddSourcePayload", "events", 1),
    ("AddSourcePayload", "preview", 1),
    ("AddSourcePayload", "warnings", 2),
    ("Agreement", "durations", 2),
    ("AgreementPreview", "alertsEnded", 1),
    ("AgreementPreview", "alertsRaised", 1),
    ("AgreementPreview", "days", 2),
    ("Agreement", "periods", 10),
    ("ConsistencyProof", "hashes", 20),
    ("Contradiction", "tellings", 3),
    ("CorrectMilestonePayload", "events", 1),
    ("CorrectMilestonePayload", "preview", 1),
    ("CorrectMilestonePayload", "warnings", 2),
    ("Country", "agreements", 2),
    ("Difference", "causes", 4),
    ("Durations", "items", 30),
    ("Effect", "listings", 2),
    ("Effect", "sources", 2),
    ("Estimate", "compared", 40),
    ("Estimate", "leftOut", 20),
    ("Estimate", "longest", 30),
    ("Estimate", "shortest", 30),
    ("Figure", "sources", 2),
    ("InclusionProof", "hashes", 20),
    ("InboxItem", "captures", 2),
    ("InboxItem", "mentions", 1),
    ("InboxItem", "proposals", 2),
    ("InboxProposal", "doubts", 1),
    ("InboxProposal", "readFrom", 3),
    ("Instrument", "effects", 10),
    ("Instrument", "stages", 8),
    ("Milestone", "sources", 2),
    ("Observed", "listings", 2),
    ("Observed", "standings", 2),
    ("OpenAgreementPayload", "events", 1),
    ("OpenAgreementPayload", "preview", 1),
    ("OpenAgreementPayload", "warnings", 2),
    ("Query", "alertBacktest", 50),
    ("Query", "instruments", 2),
    ("Query", "limits", 10),
    ("PreviewedStatus", "possibleHeadlines", 1),
    ("PreviewedStatus", "possibleListings", 1),
    ("PreviewedStatus", "possibleStages", 1),
    ("PreviewedStatus", "possibleStandings", 1),
    ("Query", "sources", 2),
    ("RecordMilestonePayload", "events", 2),
    ("RecordMilestonePayload", "preview", 1),
    ("RecordMilestonePayload", "warnings", 2),
    ("RecordMilestonesPayload", "agreements", 2),
    ("RecordMilestonesPayload", "events", 10),
    ("RecordMilestonesPayload", "preview", 2),
    ("RecordMilestonesPayload", "warnings", 10),
    ("RefineDatePayload", "events", 1),
    ("RefineDatePayload", "preview", 1),
    ("RefineDatePayload", "warnings", 2),
    ("RetractMilestonePayload", "events", 1),
    ("RetractMilestonePayload", "preview", 1),
    ("RetractMilestonePayload", "warnings", 2),
    ("Signed", "signings", 2),
    ("Signing", "signatories", 2),
    ("StageRules", "reachedBy", 2),
    ("Status", "because", 4),
    ("StatusCounts", "values", 17),
    ("Status", "effects", 6),
    ("Status", "nextSteps", 2),
    ("Status", "possibleHeadlines", 1),
    ("Status", "possibleListings", 1),
    ("Status", "possibleStages", 1),
    ("Status", "possibleStandings", 1),
    ("Webhook", "countries", 5),
    ("Webhook", "instruments", 2),
    ("Webhook", "kinds", 5),
    ("Webhook", "rules", 2),
    ("Webhook", "topics", 2),
];

/// The number of a field, where a table has one.
pub fn find(table: &[Of], of: &str, field: &str) -> Option<usize> {
    table.iter().find(|(known, name, _)| *known == of && *name == field).map(|(.., number)| *number)
}
