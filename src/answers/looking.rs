//! Which conditions hold, and what has to be recorded about alerts?
//!
//! Invariant: a look records nothing itself: it finds commands. Why an alert ended is in the command that ends it.

use chrono::NaiveDate;

use super::{Answers, Ask, AskError, Pin};
use crate::domain::alert::decide::AlertCommand;
use crate::domain::alert::rule::{AlertRule, Check};
use crate::domain::alert::state::Alert;
use crate::domain::alert::subject::Subject;
use crate::domain::alert::{About, AlertResolved};
use crate::domain::event::{Event, Recorded};
use crate::domain::ids::{AgreementId, Position};
use crate::domain::instrument::Instrument;
use crate::domain::words::{MilestoneKind, ResolvedBy};
use crate::projections::alerting::compare;
use crate::projections::conditions::{Condition, Watch, conditions, webhook_conditions};
use crate::projections::history::History;
use crate::projections::knowledge::Knowledge;
use crate::projections::limits::Limits;
use crate::projections::worlds::Worlds;
use crate::store::StoreError;

/// The alerts that are over whose agreements are read at once.
const AT_ONCE: usize = 256;

/// What a look found, as commands that record it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// The end of the log by which it looked.
    pub position: Position,
    /// The number of conditions that hold.
    pub holding: usize,
    /// The alerts that fire, and those that have ended.
    pub commands: Vec<AlertCommand>,
}

impl Answers {
    /// The conditions that hold as of a pin, in the order of the agreements.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn conditions(&self, pin: &Pin) -> Result<Vec<Condition>, AskError> {
        let watch = |worlds: &Worlds, _: &Instrument| Watch::of(worlds, pin.day);
        let tabled = Box::pin(self.reader().store().watches(pin.day, pin.knowledge.position));
        let all = self.tabled_or_folded(None, &pin.knowledge, tabled, watch).await?;
        let mut found = Vec::new();
        for (agreement, watch) in &all {
            let instrument = self.instrument(agreement)?;
            let limits = self.limits(instrument, &pin.knowledge, pin.day).await?;
            found.extend(conditions(&self.rules.alerts, agreement, watch, &limits, instrument));
        }
        Ok(found)
    }

    /// Looks at everything as of now, and returns what has to be recorded about alerts.
    ///
    /// A clock that does not fit the end of the log is not believed, and nothing is judged by it. One that an operator accepts
    /// all the same is: no alert is judged by a day that has not come.
    ///
    /// # Errors
    /// When the log cannot be read, or the clock does not fit it.
    pub async fn look(&self, others: OfOtherRules) -> Result<Found, AskError> {
        let position = self.position();
        self.clock.fits(self.reader().store().head().await?.ended_at()).map_err(StoreError::from)?;
        let day = self.today();
        let pin = Pin { day, today: day, knowledge: Knowledge::at(position), ask: Ask::default(), lasting: false };
        let mut conditions = self.conditions(&pin).await?;
        conditions.extend(self.webhook_conditions().await?);
        let alerts = self.alerts_by(position).await?;
        let difference = compare(&conditions, &alerts);
        let mut commands = Vec::with_capacity(difference.new.len() + difference.over.len());
        // What is over comes first, so that who reads on knows of the old before the new.
        for some in difference.over.chunks(AT_ONCE) {
            let ids = some.iter().filter_map(|alert| alert.fired.what.subject.agreement());
            let ids: Vec<AgreementId> = ids.cloned().collect();
            self.warm(&ids).await?;
            let streams = self.streams(&ids).await?;
            for alert in some {
                let resolved = match &alert.fired.what.subject {
                    Subject::Agreement(id) => {
                        let stream = streams.get(id).map_or(&[][..], |stream| &stream[..]);
                        self.resolution(alert, id, stream, &pin).await?
                    }
                    Subject::Webhook(_) => Some(self.webhook_resolution(alert, position)),
                };
                let mine = |resolved: &AlertResolved| {
                    resolved.by != ResolvedBy::RuleRemoved || others == OfOtherRules::Resolve
                };
                commands.extend(resolved.filter(mine).map(|resolved| alert.end(resolved)));
            }
        }
        for condition in difference.new {
            let instrument = condition.subject.agreement().map(|id| self.instrument(id)).transpose()?;
            let told = condition.sentence(instrument);
            commands.push(condition.fire(alerts.get(&condition.fingerprint()), told, day, position));
        }
        Ok(Found { position, holding: conditions.len(), commands })
    }

    /// The conditions that hold for endpoints. They are those of now, whatever the log's position, since no log has them.
    async fn webhook_conditions(&self) -> Result<Vec<Condition>, AskError> {
        if !self.rules.alerts.iter().any(|rule| rule.check == Check::WebhookDisabled) {
            return Ok(Vec::new());
        }
        let disabled = self.reader().store().failed_webhooks().await?;
        Ok(webhook_conditions(&self.rules.alerts, &disabled).collect())
    }

    /// Why the condition of an endpoint's alert holds no longer.
    fn webhook_resolution(&self, alert: &Alert, position: Position) -> AlertResolved {
        let fired = &alert.fired.what;
        let watched = |rule: &AlertRule| rule.name == fired.rule && rule.check == Check::WebhookDisabled;
        let there = self.rules.alerts.iter().any(watched);
        let by = if there { ResolvedBy::WebhookManaged } else { ResolvedBy::RuleRemoved };
        AlertResolved { by, milestone: None, unfounded: false, why: None, position }
    }

    /// Why the condition of an agreement's alert holds no longer; `None` for one of an instrument that this process does not
    /// know, which is not its to judge.
    async fn resolution(
        &self,
        alert: &Alert,
        id: &AgreementId,
        stream: &[Recorded],
        pin: &Pin,
    ) -> Result<Option<AlertResolved>, AskError> {
        let fired = &alert.fired.what;
        let Some(instrument) = self.instruments().find(&id.instrument) else { return Ok(None) };
        let position = pin.knowledge.position;
        let over = |by, milestone, unfounded| AlertResolved { by, milestone, unfounded, why: None, position };
        let rule = self.rules.alerts.iter().find(|rule| rule.name == fired.rule && rule.watches(&instrument.code));
        let Some(rule) = rule.map(std::slice::from_ref) else {
            return Ok(Some(over(ResolvedBy::RuleRemoved, None, false)));
        };
        let history = self.history(id).await?;
        let held = async |by: Position| {
            let limits = self.limits(instrument, &pin.knowledge, pin.day).await?;
            let worlds = history.worlds(&Knowledge::at(by), instrument);
            Ok::<_, AskError>(holds(rule, &fired.about, id, &worlds, instrument, &limits))
        };
        // From the newest event back to the last knowledge by which it holds: the event behind that one ended it.
        let since = stream.iter().rev().filter(|event| event.position <= position);
        for event in since.take_while(|event| event.position > fired.position) {
            if held(Position(event.position.0.saturating_sub(1))).await? {
                let unfounded = match fired.about {
                    About::Contradiction { .. } | About::WebhookDisabled { .. } => false,
                    About::Stalled { .. } | About::Deadline { .. } => {
                        let limits = self.limits(instrument, &pin.knowledge, fired.day).await?;
                        let worlds = by_day(&history, &pin.knowledge, instrument, fired.day);
                        !holds(rule, &fired.about, id, &worlds, instrument, &limits)
                    }
                };
                return Ok(Some(over(ended_by(event), event.milestone(), unfounded)));
            }
        }
        // Nothing was recorded that ended it.
        let worlds = history.worlds(&pin.knowledge, instrument);
        let passed = match fired.about {
            About::Deadline { on, .. } => on.latest() < pin.day,
            About::Stalled { stage, .. } => {
                let waits = Watch::of(&worlds, pin.day).waits;
                waits.is_empty() || waits.iter().any(|wait| wait.group.stage != stage)
            }
            About::Contradiction { .. } | About::WebhookDisabled { .. } => false,
        };
        let by = if passed { ResolvedBy::DatePassed } else { ResolvedBy::LimitChanged };
        Ok(Some(over(by, None, false)))
    }
}

/// What becomes of open alerts of rules that this process does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfOtherRules {
    /// They are resolved, since the rule was removed.
    Resolve,
    /// They belong to another rules file, and stay as they are.
    Leave,
}

/// The worlds by everything that is known now of what had happened by a day: what came later says nothing of that day.
fn by_day(history: &History, knowledge: &Knowledge, instrument: &Instrument, day: NaiveDate) -> Worlds {
    let mut known = history.known(knowledge);
    known.facts.retain(|fact| fact.counts.earliest().is_none_or(|earliest| earliest <= day));
    Worlds::of(known, instrument)
}

/// Whether a rule's condition about the same thing holds, on the day of the limits.
fn holds(
    rule: &[AlertRule],
    about: &About,
    agreement: &AgreementId,
    worlds: &Worlds,
    instrument: &Instrument,
    limits: &Limits,
) -> bool {
    let watch = Watch::of(worlds, limits.day());
    conditions(rule, agreement, &watch, limits, instrument).iter().any(|condition| about.continues(&condition.about))
}

/// The reason for which an event ended an alert.
fn ended_by(event: &Recorded) -> ResolvedBy {
    match &event.event {
        Event::MilestoneRecorded(recorded) if recorded.milestone.kind() == MilestoneKind::Withdrawn => {
            ResolvedBy::Withdrawn
        }
        Event::AgreementOpened(_) | Event::MilestoneRecorded(_) => ResolvedBy::MilestoneRecorded,
        Event::MilestoneDateRefined(_)
        | Event::MilestoneCorrected(_)
        | Event::MilestoneRetracted(_)
        | Event::SourceAdded(_) => ResolvedBy::Corrected,
    }
}
