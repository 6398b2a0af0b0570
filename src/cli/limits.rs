//! `depositary limits`, and what `depositary stalled` says of a limit.
//!
//! Invariant: a figure that uncertain dates leave open is a range, and one that cannot be estimated says so.

use chrono::NaiveDate;
use clap::Args;

use super::error::CliError;
use super::output::{Verdict, print, print_json, table};
use super::status::KnowledgeOptions;
use crate::answers::Answers;
use crate::domain::instrument::Instrument;
use crate::domain::words::{Stage, Word};
use crate::projections::limits::{Limits, Outcome, Range};
use crate::projections::reasons::limit_reason;
use crate::projections::spells::Group;
use crate::projections::stalled::Waiting;
use crate::projections::survival::NotEstimable;

/// Options of `limits`.
#[derive(Debug, Args)]
pub struct LimitsOptions {
    /// The code of the instrument.
    #[arg(long, default_value = "rdp")]
    instrument: String,
    /// Only the limits of this stage, with the curves and the rounds on which they rest.
    ///
    /// Example: `--stage review`
    #[arg(long, value_parser = Stage::parse)]
    stage: Option<Stage>,
    /// The day that is asked about; today in UTC when left out.
    ///
    /// Example: `--on 2025-10-28`
    #[arg(long, value_name = "DAY", value_parser = crate::cli::given::day)]
    on: Option<NaiveDate>,
    #[command(flatten)]
    knowledge: KnowledgeOptions,
}

/// Tells after how many days a round counts as stalled, and why.
pub async fn limits(answers: &Answers, options: &LimitsOptions) -> Result<Verdict, CliError> {
    let pin = options.knowledge.pin(answers, options.on).await?;
    if options.knowledge.json {
        return print_json(&answers.view_limits(&options.instrument, options.stage, &pin).await?);
    }
    let (limits, groups) = answers.groups(&options.instrument, options.stage, &pin).await?;
    let instrument = answers.instruments().load(&options.instrument).map_err(crate::answers::AskError::Instrument)?;
    let mut shown = table(["stage", "rounds", "limit", "from", "estimate", "moved on", "other", "left out"]);
    let mut details = String::new();
    for group in groups {
        let limit = limits.limit(group, instrument);
        shown.add_row([
            group.stage.to_string(),
            kind(group).to_owned(),
            limit.days.map_or("none".to_owned(), |days| days.to_string()),
            limit.from.as_str().to_owned(),
            limit.estimate.map_or("not reached".to_owned(), |days| span(days, |days| days.to_string())),
            limits.count(group, Outcome::MovedOn).to_string(),
            (limits.compared(group).count() - limits.count(group, Outcome::MovedOn)).to_string(),
            limits.left_out(group).count().to_string(),
        ]);
        if options.stage.is_some() {
            details.push_str(&detail(&limits, group, instrument));
        }
    }
    let (day, position) = (pin.day, pin.knowledge.position);
    let page = options.knowledge.page("/waiting", Some(&options.instrument), &pin);
    print(&format!("{shown}\nLimits on {day}, as of position {position} of the log.\n{page}{details}"))
}

const fn kind(group: Group) -> &'static str {
    match (group.renewal, group.feasibility) {
        (false, false) => "first",
        (true, false) => "renewal",
        (false, true) => "first, feasibility",
        (true, true) => "renewal, feasibility",
    }
}

fn detail(limits: &Limits, group: Group, instrument: &Instrument) -> String {
    let reason = limit_reason(&limits.limit(group, instrument), limits.policy(), group.stage, instrument);
    let mut text = format!("\n{}, {} rounds. {reason}\n", group.stage, kind(group));
    let mut rounds = table(["agreement", "round", "outcome", "days"]);
    for (round, lengths) in limits.compared(group) {
        let days = Range { least: lengths.shortest.days, most: lengths.longest.days };
        let outcome = limits.outcome(round, lengths).as_str().replace('_', " ");
        rounds.add_row([
            round.agreement.to_string(),
            round.spell.round.to_string(),
            outcome,
            span(days, |days| days.to_string()),
        ]);
    }
    for (round, why) in limits.left_out(group) {
        let why = format!("left out: {}", why.as_str().replace('_', " "));
        rounds.add_row([round.agreement.to_string(), round.spell.round.to_string(), why, String::new()]);
    }
    text.push_str(&format!("{rounds}\n"));
    let (shortest, longest) = limits.curves(group);
    for (name, curve) in [("shortest", shortest), ("longest", longest)] {
        let mut points = table(["days", "at risk", "moved on", "censored", "still there", "95 % band"]);
        for point in curve.points() {
            let band = curve.band(point.days).map(|(low, high)| format!("{low:.3} to {high:.3}"));
            points.add_row([
                point.days.to_string(),
                point.at_risk.to_string(),
                point.came.to_string(),
                point.censored.to_string(),
                format!("{:.3}", point.share),
                band.unwrap_or_default(),
            ]);
        }
        text.push_str(&format!("With every length the {name}:\n{points}\n"));
    }
    text
}

/// The percentile of a waiting and its chances to move on, as cells.
pub fn comparison_cells(limits: &Limits, waiting: &Waiting) -> [String; 3] {
    let found = waiting.range().and_then(|days| limits.comparison(waiting.group, days));
    let Some(found) = found else { return ["since when is open".to_owned(), String::new(), String::new()] };
    let percent = |chance: f64| format!("{:.0} %", 100.0 * chance);
    let chance = |chance: Result<Range<f64>, NotEstimable>, band: Option<Range<f64>>| match chance {
        Ok(chance) => {
            let whole = |chance: f64| format!("{:.0}", 100.0 * chance);
            let band = band.map(|band| format!(" ({}-{})", whole(band.least), whole(band.most)));
            span(chance, percent) + &band.unwrap_or_default()
        }
        Err(_) => "not estimable".to_owned(),
    };
    [
        span(found.percentile, |figure| format!("{figure:.1}")),
        chance(found.within_90, found.band_90),
        chance(found.within_365, found.band_365),
    ]
}

/// A range in words; one figure where both ends are the same.
fn span<T: Copy>(range: Range<T>, text: impl Fn(T) -> String) -> String {
    let (least, most) = (text(range.least), text(range.most));
    if least == most { least } else { format!("{least} to {most}") }
}
