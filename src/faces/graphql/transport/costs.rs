//! What do fields cost that do more than a field does?
//!
//! Invariant: every list of the schema that is not cut into pages has a guess of its length here, and whatever reads or
//! writes much for any answer its price; a test finds a list without one. A unit is about 40 microseconds of a core.

use depositary_graphql_transport::{Costs, CountedArgument, FieldNumber};

use crate::answers::USUAL_PAGE;

/// What the fields of the schema cost.
pub const COSTS: Costs = Costs { prices: PRICES, several: SEVERAL, lengths: LENGTHS, usual_page: USUAL_PAGE };

/// The cost of a fact that is recorded.
const FACT: usize = 50;

/// What fields cost beside themselves and what is in them: those that read every agreement for any page, those that read tiles of
/// the tree, and those that write.
const PRICES: &[FieldNumber] = &[
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
const SEVERAL: &[CountedArgument] = &[
    CountedArgument { of: "Query", field: "nodes", argument: "ids", within: &[], each: 0 },
    CountedArgument {
        of: "Mutation",
        field: "recordMilestones",
        argument: "input",
        within: &["milestones"],
        each: FACT,
    },
];

/// About how many entries a list has that is given whole.
const LENGTHS: &[FieldNumber] = &[
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

#[cfg(test)]
mod tests {
    use apollo_compiler::schema::{ExtendedType, Type};
    use apollo_compiler::validation::Valid;
    use apollo_compiler::{Name, Schema};
    use serde_json::json;

    use super::COSTS;
    use crate::faces::graphql::sdl;

    /// The schema, as any reader of its text has it; of one that is not valid what could be read.
    fn schema() -> Valid<Schema> {
        let read = Schema::parse_and_validate(sdl(), "schema.graphql");
        assert!(read.is_ok(), "our own schema is not valid: {:?}", read.err());
        read.unwrap_or_else(|wrong| Valid::assume_valid(wrong.partial))
    }

    /// Every field of every type that gives a list.
    fn lists(schema: &Schema) -> Vec<(String, String)> {
        let objects = schema.types.iter().filter_map(|(name, ty)| match ty {
            ExtendedType::Object(object) if !name.starts_with("__") => Some((name, object)),
            _ => None,
        });
        let is_list = |ty: &Type| matches!(ty, Type::List(_) | Type::NonNullList(_));
        let fields = objects.flat_map(|(name, object)| {
            let fields = object.fields.values().filter(move |field| is_list(&field.ty));
            fields.map(move |field| (name.to_string(), field.name.to_string()))
        });
        fields.collect()
    }

    fn cost(query: &str, variables: serde_json::Value) -> usize {
        COSTS.of(&sdl(), query, variables).unwrap_or(usize::MAX)
    }

    #[test]
    fn every_list_of_the_schema_has_a_cost_and_no_cost_is_of_nothing() {
        let schema = schema();
        for (of, field) in lists(&schema) {
            // A page is counted where it is asked for.
            let in_a_page = of.ends_with("Connection") && matches!(field.as_str(), "nodes" | "edges");
            let known = in_a_page || COSTS.several(&of, &field).is_some() || COSTS.length(&of, &field).is_some();
            assert!(known, "{of}.{field} gives a list whose length nobody guesses: name it in transport/costs.rs");
        }
        let is_there = |of: &str, field: &str| field.starts_with("__") || schema.type_field(of, field).is_ok();
        for (of, field, number) in COSTS.lengths.iter().chain(COSTS.prices) {
            assert!(*number > 0 && is_there(of, field), "{of}.{field}");
        }
        for several in COSTS.several {
            let field = schema.type_field(several.of, several.field);
            assert!(field.is_ok_and(|field| field.argument_by_name(several.argument).is_some()), "{several:?}");
        }
    }

    #[test]
    fn every_argument_that_names_many_things_is_counted() {
        let schema = schema();
        for (of, ty) in &schema.types {
            let ExtendedType::Object(object) = ty else { continue };
            for field in object.fields.values() {
                let is_ids = |ty: &Type| ty.inner_named_type() == "ID" && ty.is_list();
                let ids = field.arguments.iter().any(|argument| is_ids(&argument.ty));
                let counted = COSTS.several(of, &field.name).is_some();
                assert!(!ids || counted, "{of}.{} takes a list of ids that nobody counts", field.name);
            }
        }
    }

    #[test]
    fn the_schema_says_of_each_field_what_is_counted_for_it_and_nothing_of_one_that_costs_1() {
        let schema = schema();
        let mut shown = 0;
        for (of, ty) in schema.types.iter().filter(|(name, _)| !name.starts_with("__")) {
            let ExtendedType::Object(object) = ty else { continue };
            for field in object.fields.values() {
                let number = |directive: &str, argument: &str| {
                    let value = field.directives.get(directive)?.specified_argument_by_name(argument)?;
                    value.to_i32().and_then(|value| usize::try_from(value).ok())
                };
                let name: &Name = &field.name;
                let several = COSTS.several(of, name);
                let price = COSTS.price(of, name).or(several.map(|several| several.each));
                assert_eq!(number("cost", "weight"), price.filter(|price| *price > 0), "{of}.{name}");
                let paged = field.argument_by_name("first").map(|_| COSTS.usual_page);
                let size = several.map(|_| 1).or(paged).or(COSTS.length(of, name));
                assert_eq!(number("listSize", "assumedSize"), size, "{of}.{name}");
                shown += usize::from(size.is_some());
            }
        }
        assert!(shown > 60, "{shown} lists of the schema say how long they are");
    }

    #[test]
    fn what_is_asked_costs_what_the_tables_say() {
        let status = "{ agreement(id: \"rdp/KR\") { periods { status { because { rule } } } } }";
        assert_eq!(cost(status, json!({})), 1 + 10 * (1 + 4));
        assert_eq!(cost("{ agreements { nodes { id } } }", json!({})), COSTS.usual_page * 2);
        assert_eq!(cost("{ nodes(ids: [\"a\", \"b\", \"c\"]) { id } }", json!({})), 3);
    }

    #[test]
    fn whoever_records_many_facts_at_once_pays_for_each() {
        let query = "mutation($input: RecordMilestonesInput!) { recordMilestones(input: $input) { repeated } }";
        let units =
            |many: usize| cost(query, json!({ "input": { "commandId": "x", "milestones": vec![json!({}); many] } }));
        assert_eq!(units(10) - units(9), units(2) - units(1));
        assert!(units(10) >= 500 && units(10) < usize::MAX);
    }
}
