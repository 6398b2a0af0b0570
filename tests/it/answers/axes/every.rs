//! Can everything that is read be asked as of a day, as it was known at an instant, on either basis, at a position?
//!
//! A new read fails here until it has both axes, or an exception with its reason.

use std::collections::BTreeSet;

use apollo_compiler::Schema;
use apollo_compiler::schema::ExtendedType;
use clap::CommandFactory;
use depositary::cli::Cli;
use depositary::faces::rest::OPENAPI;
use serde_json::Value;

/// A read without one of the axes or without all, and why.
struct Exceptions(&'static [(&'static str, &'static str)]);

impl Exceptions {
    /// The names that lack something and should not; every exception must still be one.
    fn check(&self, lacking: &BTreeSet<String>) {
        let allowed: BTreeSet<String> = self.0.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert!(self.0.iter().all(|(_, reason)| !reason.is_empty()));
        assert_eq!(lacking, &allowed, "these lack an axis (left), and these may (right)");
    }
}

/// Which names lack one of these.
fn lacking<'a, T: IntoIterator<Item = String>>(
    all: impl IntoIterator<Item = (String, T)>,
    axes: &'a [&'a str],
) -> BTreeSet<String> {
    let lacks = |has: T| {
        let has: BTreeSet<String> = has.into_iter().collect();
        axes.iter().any(|axis| !has.contains(*axis))
    };
    all.into_iter().filter_map(|(name, has)| lacks(has).then_some(name)).collect()
}

/// The fields that read the log, with their arguments: those of the objects that carry no date and knowledge themselves, and
/// elsewhere those that take arguments of any kind.
fn fields() -> Vec<(String, Vec<String>)> {
    let schema =
        Schema::parse(depositary::faces::graphql::sdl(), "schema.graphql").unwrap_or_else(|error| panic!("{error}"));
    let writes = ["Mutation", "Subscription"];
    let mut found = Vec::new();
    for (of, definition) in &schema.types {
        let ExtendedType::Object(object) = definition else { continue };
        if definition.is_built_in() || writes.contains(&of.as_str()) {
            continue;
        }
        for (name, field) in &object.fields {
            let arguments: Vec<String> = field.arguments.iter().map(|argument| argument.name.to_string()).collect();
            if ["Query", "Country", "Agreement"].contains(&of.as_str()) || !arguments.is_empty() {
                found.push((format!("{of}.{name}"), arguments));
            }
        }
    }
    assert!(found.len() > 15, "{found:?}");
    found
}

/// Nothing of the log is in these.
const TIMELESS: &[(&str, &str)] = &[
    ("Agreement.plainId", "the same at all times"),
    ("Agreement.country", "by the id alone"),
    ("Agreement.id", "which carries them"),
    ("Agreement.instrument", "by the id alone"),
    ("Country.code", "the same at all times"),
    ("Country.id", "the same at all times"),
    ("Country.name", "the same at all times"),
    ("LatenessGroup.tellings", "of a group that was asked for with them"),
    ("Query.countries", "no fact of the log; what is asked of a country has the axes"),
    ("Query.country", "no fact of the log; what is asked of a country has the axes"),
    ("Query.diff", "each of its sides has the axes"),
    ("Query.inbox", "documents, which are not in the log"),
    ("Query.inboxItem", "a document, which is not in the log"),
    ("Query.instruments", "rules, which are not in the log"),
    ("Query.log", "the log itself, which is addressed by position"),
    ("Query.sources", "how far sources were seen, which is not in the log"),
    ("Query.webhooks", "who is told, which is not in the log"),
    ("Webhook.attempts", "what was tried, which is not in the log"),
];

/// These are about all days.
const OF_ALL_DAYS: &[(&str, &str)] = &[
    ("Agreement.durations", "between two days, whichever they are"),
    ("Agreement.milestones", "whenever they happened"),
    ("Agreement.periods", "from ever to ever"),
    ("Agreement.version", "of the record, and not of what it tells"),
    ("Query.alertBacktest", "from one day to another"),
    ("Query.contradictions", "whatever days they tell"),
    ("Query.coverage", "of the days of every milestone"),
    ("Query.figures", "whatever span they are told of; `on` in the filter is a day"),
    ("Query.lateness", "between the days that sources tell"),
    ("Query.durations", "between two days, whichever they are"),
    ("Query.milestones", "whenever they happened"),
];

#[test]
fn every_field_that_reads_the_log_can_be_asked_by_any_knowledge() {
    let of_the_log = |(name, _): &(String, Vec<String>)| !name.starts_with("Log.");
    let fields: Vec<(String, Vec<String>)> = fields().into_iter().filter(of_the_log).collect();
    Exceptions(TIMELESS).check(&lacking(fields.clone(), &["knownAt", "basis", "atPosition"]));
    Exceptions(&[TIMELESS, OF_ALL_DAYS].concat().leak()[..]).check(&lacking(fields, &["asOf"]));
}

#[test]
fn each_side_of_a_comparison_has_a_day_and_a_knowledge() {
    let schema =
        Schema::parse(depositary::faces::graphql::sdl(), "schema.graphql").unwrap_or_else(|error| panic!("{error}"));
    let side = schema.get_input_object("DiffSideInput").unwrap();
    let fields: Vec<&str> = side.fields.keys().map(apollo_compiler::Name::as_str).collect();
    assert_eq!(fields.into_iter().collect::<BTreeSet<_>>(), BTreeSet::from(["asOf", "atPosition", "basis", "knownAt"]));
}

#[test]
fn every_plain_url_can_be_asked_by_any_knowledge() {
    let document: Value = serde_json::from_str(OPENAPI).unwrap();
    let name = |parameter: &Value| {
        let followed = parameter["$ref"].as_str().map(|reference| document.pointer(&reference[1..]).unwrap());
        let name = followed.unwrap_or(parameter)["name"].as_str().unwrap().to_owned();
        // Both sides of a comparison have each axis.
        name.strip_prefix("from")
            .filter(|rest| !rest.is_empty())
            .map_or(name.clone(), |rest| rest[..1].to_lowercase() + &rest[1..])
    };
    let paths = document["paths"].as_object().unwrap().iter().map(|(path, methods)| {
        let parameters = methods["get"]["parameters"].as_array().into_iter().flatten().map(name).collect::<Vec<_>>();
        (path.clone(), parameters)
    });
    let paths: Vec<(String, Vec<String>)> = paths.collect();
    let never = [
        ("/v1/feed.atom", "cut by position, and each entry as of its own"),
        ("/v1/feed/alerts.atom", "cut by position, and each entry as of its own"),
        ("/v1/feed/{country}.atom", "cut by position, and each entry as of its own"),
        ("/v1/captures/{sha256}", "bytes, which are what their name says"),
        ("/v1/inbox", "documents, which are not in the log"),
        ("/v1/inbox/{number}", "a document, which is not in the log"),
        ("/v1/log", "the log itself, which is addressed by position"),
        ("/v1/openapi.json", "no fact of the log"),
        ("/v1/proof/{position}", "the log itself, which is addressed by position"),
        ("/v1/sources", "how far sources were seen, which is not in the log"),
    ];
    let of_all_days = [
        ("/v1/contradictions", "whatever days they tell"),
        ("/v1/coverage", "of the days of every milestone"),
        ("/v1/figures", "whatever span they are told of; `on` is a day"),
        ("/v1/milestones", "whatever days they tell"),
        ("/v1/durations", "between two days"),
        ("/v1/lateness", "between the days that sources tell"),
        ("/v1/timeline/{country}", "from ever to ever"),
    ];
    Exceptions(never.to_vec().leak()).check(&lacking(paths.clone(), &["knownAt", "basis", "atPosition"]));
    Exceptions([&never[..], &of_all_days[..]].concat().leak()).check(&lacking(paths, &["asOf"]));
}

#[test]
fn every_command_that_reads_the_log_can_be_asked_by_any_knowledge() {
    let command = Cli::command();
    let commands = command.get_subcommands().map(|command| {
        let options = command.get_arguments().map(|argument| argument.get_id().to_string()).collect::<Vec<_>>();
        (command.get_name().to_owned(), options)
    });
    let commands: Vec<(String, Vec<String>)> = commands.collect();
    let (_, diff) = commands.iter().find(|(name, _)| name == "diff").unwrap();
    for option in ["from", "to", "basis", "from_basis", "to_basis"] {
        assert!(diff.iter().any(|has| has == option), "a side of diff needs {option}");
    }
    let never = [
        ("alerts", "several commands; `alerts list` has every axis, as the next test says"),
        ("backup", "copies, and answers nothing"),
        ("checkpoint", "of the log itself, which is addressed by position"),
        ("completions", "asks nothing"),
        ("diff", "each of its sides has a day, an instant, a position and a basis"),
        ("import", "records"),
        ("log", "of the log itself, which is addressed by position"),
        ("migrate", "asks nothing"),
        ("rebuild", "asks nothing"),
        ("openapi", "asks nothing"),
        ("restore", "records"),
        ("schema", "asks nothing"),
        ("serve", "asks nothing"),
        ("inbox", "of documents, not of the log"),
        ("sources", "asks other sources, not the log"),
        ("verify", "of the log itself, up to each checkpoint"),
        ("token", "asks nothing of the log"),
        ("webhooks", "asks nothing of the log"),
    ];
    let of_all_days = [
        ("contradictions", "whatever days they tell"),
        ("durations", "between two days"),
        ("coverage", "of the days of every milestone"),
        ("export", "tables of all days"),
        ("lateness", "between the days that sources tell"),
        ("timeline", "from ever to ever"),
    ];
    Exceptions(never.to_vec().leak()).check(&lacking(commands.clone(), &["known_at", "basis", "at_position"]));
    Exceptions([&never[..], &of_all_days[..]].concat().leak()).check(&lacking(commands, &["on"]));
}

#[test]
fn the_list_of_alerts_can_be_asked_by_any_knowledge() {
    let command = Cli::command();
    let alerts = command.find_subcommand("alerts").unwrap();
    let list: Vec<_> = alerts.find_subcommand("list").unwrap().get_arguments().map(clap::Arg::get_id).collect();
    for axis in ["on", "known_at", "basis", "at_position"] {
        assert!(list.iter().any(|option| *option == axis), "{axis}");
    }
}
