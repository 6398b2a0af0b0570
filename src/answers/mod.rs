//! What does the program answer, to every face alike: GraphQL, plain URLs, the command line, a page?
//!
//! Invariant: every answer is pinned to one position of the log, and says which.

mod alerting;
mod backtest;
mod copies;
mod course;
mod coverage;
mod deadlines;
mod diff;
mod dossier;
mod error;
mod everyone;
mod figures;
mod following;
mod foreseen;
mod inbox;
mod late;
mod limits;
mod lists;
mod log;
mod looking;
mod milestones;
mod orders;
mod page;
mod searched;
mod sources;
pub mod view;
mod walk;
mod watching;
mod would_differ;

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use tokio::sync::{Mutex, Semaphore};

pub use self::alerting::{AlertChange, AlertFilter, AlertRow, Alerts};
pub use self::backtest::{Backtest, WouldFire};
pub use self::copies::ListCopy;
pub use self::course::{Course, Holds, Over};
pub use self::coverage::CoverageRow;
pub use self::deadlines::{DeadlineFilter, DeadlineRow};
pub use self::diff::{DiffFilter, DiffRow};
pub use self::dossier::{Contradiction, Dossier, OneTelling, Shown};
pub use self::error::AskError;
pub use self::figures::{FigureFilter, FigureRow};
pub use self::following::{Following, PAGE, PATIENCE, days_late, is_late};
pub use self::foreseen::{AgreementForeseen, Foreseen, ForeseenAlert};
pub use self::inbox::{
    DismissalReason, InboxFilter, InboxState, InboxVerdict, Item, ItemState, Met, Passage, Received, SOURCES,
    captured_at, item_key,
};
pub use self::late::{Contradicted, GroupBy, LagRow, LatenessGroup};
pub use self::limits::WaitingRow;
pub use self::lists::{AgreementFilter, DurationRow, DurationsFound, RoundsAsked, kind_bits, possibly};
pub use self::log::{Commitment, Consistency, Inclusion, LogEntry};
pub use self::looking::{Found, OfOtherRules};
pub use self::milestones::{FoundMilestone, MilestoneFilter};
pub use self::orders::{AgreementOrder, MilestoneListOrder, StalledOrder};
pub use self::page::{MOST, Page, Slice, USUAL_PAGE};
use self::searched::Searched;
pub use self::sources::SourceState;
pub use self::watching::{LOOK, Watching};
pub use self::would_differ::WouldDifferRow;
use crate::clock::Clock;
use crate::config::instruments::Instruments;
use crate::config::rules::Rules;
use crate::domain::country::Country;
use crate::domain::ids::{AgreementId, Position};
use crate::domain::instrument::Instrument;
use crate::ledger::Signer;
use crate::projections::history::History;
use crate::projections::knowledge::{Basis, Knowledge};
use crate::projections::sentence::Viewpoint;
use crate::projections::status::{Status, status_at};
use crate::projections::timeline::{Period, periods};
use crate::read::reader::Reader;

/// Asks the log; cheap to clone.
#[derive(Clone)]
pub struct Answers {
    reader: Reader,
    instruments: Instruments,
    clock: Clock,
    nothing: Arc<History>,
    /// Whether the tables follow the rules of these instruments; otherwise every list is folded from the log.
    tables: bool,
    /// The key that signs the checkpoints of the log.
    signer: Option<Arc<Signer>>,
    /// How far sources have been searched for news.
    searched: Arc<Searched>,
    /// The limits that were computed before.
    kept: Arc<limits::Kept>,
    /// The alert rules, and the figures on which limits rest.
    rules: Rules,
    /// The alerts that were read from the log.
    book: Arc<alerting::Book>,
    /// The figures that were read so far.
    shelf: Arc<figures::Shelf>,
    /// The inbox, as whoever listens to it last looked at it.
    glance: Arc<Mutex<watching::Glance>>,
    /// Lets one back-test run at a time.
    trying: Arc<Semaphore>,
    /// Where the pages for people are, where some are served.
    pages: Option<Arc<str>>,
    /// The path below which everything is served, as a proxy gives it to the outside: empty, or such as `/depositary`.
    below: Arc<str>,
}

/// The day and the knowledge that a question names.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ask {
    /// The day; today, UTC, when left out.
    pub as_of: Option<NaiveDate>,
    /// The instant by which it was known, inclusive.
    pub known_at: Option<DateTime<Utc>>,
    /// Whether the record's knowledge counts, or that of published sources.
    pub basis: Basis,
    /// The position that pins the answer exactly.
    pub at_position: Option<Position>,
}

/// The day and the cut through the log that a question means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pin {
    /// The day that is asked about.
    pub day: NaiveDate,
    /// The day on which the question was asked, in UTC.
    pub today: NaiveDate,
    /// The knowledge that the answer rests on.
    pub knowledge: Knowledge,
    /// What was asked: the same again is answered by the log as it stands then.
    pub ask: Ask,
    /// Whether an answer to this can never change, however the log grows and the clock moves: the question names a past day,
    /// and the log is cut where it no longer grows.
    pub lasting: bool,
}

impl Pin {
    /// From where its answers are looked at, for sentences. A position is not named: whether anything lies behind it turns as
    /// the log grows, and a pinned answer never does.
    #[must_use]
    pub const fn viewpoint(&self) -> Viewpoint {
        let Knowledge { basis, known_at, .. } = self.knowledge;
        Viewpoint { today: self.today, basis, known_at }
    }
}

/// Whether an answer can never change; it goes with an answer, for caches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lasting(pub bool);

/// Beside what depends on nothing outside its URL, such as a tile of the log: it is the same under any rules and release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Immutable;

impl Answers {
    /// Answers from a reader of the log.
    #[must_use]
    pub fn new(reader: Reader, instruments: Instruments, clock: Clock) -> Self {
        let nothing = Arc::new(History::default());
        let (kept, book, rules) = (Arc::default(), Arc::default(), Rules::default());
        let trying = Arc::new(Semaphore::new(1));
        Self {
            reader,
            instruments,
            clock,
            nothing,
            tables: true,
            signer: None,
            searched: Arc::default(),
            kept,
            rules,
            book,
            shelf: Arc::default(),
            glance: Arc::default(),
            trying,
            pages: None,
            below: "".into(),
        }
    }

    /// The same answers, which people read on pages at a place.
    #[must_use]
    pub fn with_pages_at(self, site: Arc<str>) -> Self {
        Self { pages: Some(site), ..self }
    }

    /// The same answers, served at a place, whose path a proxy takes away.
    #[must_use]
    pub fn served_at(self, site: &str) -> Self {
        let path = url::Url::parse(site).map(|site| site.path().trim_end_matches('/').to_owned()).unwrap_or_default();
        Self { below: path.into(), ..self }
    }

    /// A path of this server as the outside asks for it, such as `/depositary/v1/feed.atom`.
    #[must_use]
    pub fn outside(&self, path: &str) -> String {
        format!("{}{path}", self.below)
    }

    /// The address of a page by its path, such as `/rdp/KR`, for what leads people there: feeds, calendars, messages. `None`
    /// where no pages are served.
    #[must_use]
    pub fn page_at(&self, path: &str) -> Option<String> {
        self.pages.as_ref().map(|site| format!("{site}{path}"))
    }

    /// The same answers from the log alone, where the tables follow other rules and another process may rebuild them.
    #[must_use]
    pub fn without_tables(self) -> Self {
        Self { tables: false, ..self }
    }

    /// The reader of the log, from which the answers come.
    #[must_use]
    pub const fn reader(&self) -> &Reader {
        &self.reader
    }

    /// The instruments that this process knows.
    #[must_use]
    pub const fn instruments(&self) -> &Instruments {
        &self.instruments
    }

    /// The last position that this process has seen; a request notes it once.
    #[must_use]
    pub fn position(&self) -> Position {
        self.reader.seen()
    }

    /// The day of asking, UTC.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        self.clock.today()
    }

    /// The present instant, by the clock of this process.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// The instrument of an agreement.
    ///
    /// # Errors
    /// [`AskError::Instrument`] when it is not known.
    pub fn instrument(&self, agreement: &AgreementId) -> Result<&Instrument, AskError> {
        self.instruments.load(agreement.instrument.as_str()).map_err(AskError::Instrument)
    }

    /// The id of a country's agreement under an instrument, whether a record is open or not.
    ///
    /// # Errors
    /// [`AskError::Instrument`] when it is not known, and [`AskError::HomeCountry`] for the United States.
    pub fn agreement_id(&self, instrument: &str, country: Country) -> Result<AgreementId, AskError> {
        let instrument = self.instruments.load(instrument).map_err(AskError::Instrument)?;
        if country.is_home() {
            return Err(AskError::HomeCountry);
        }
        Ok(AgreementId { instrument: instrument.code.clone(), country })
    }

    /// What a question means in a request that noted a position.
    ///
    /// # Errors
    /// When `knownAt` and `atPosition` exclude each other, the position lies ahead of what was seen, nothing was recorded by
    /// `knownAt`, or the log cannot be read.
    pub async fn pin(&self, ask: &Ask, noted: Position) -> Result<Pin, AskError> {
        if ask.basis == Basis::Recorded && ask.known_at.is_some() && ask.at_position.is_some() {
            return Err(AskError::KnownAtWithPosition);
        }
        let position = ask.at_position.unwrap_or(noted);
        if position > noted {
            return Err(AskError::PositionAhead { asked: position, seen: noted });
        }
        if ask.at_position == Some(Position(0)) {
            return Err(AskError::NothingRecorded { seen: noted });
        }
        let today = self.clock.today();
        let known_at = match ask.known_at {
            Some(known_at) => Some(self.meant(known_at, noted).await?),
            None => None,
        };
        // A cut by time is one by position too, once something was recorded later: nothing more comes before it.
        let cut_by_time = match known_at {
            Some(known_at) if ask.basis == Basis::Recorded => self.reader.position_at(known_at, noted).await?,
            _ => None,
        };
        if let Some(asked) = known_at.filter(|_| ask.basis == Basis::Recorded) {
            self.refuse_before_log(asked, cut_by_time, noted).await?;
        }
        let cut = ask.at_position.or(cut_by_time).is_some();
        let position = cut_by_time.unwrap_or(position);
        let knowledge = Knowledge { position, basis: ask.basis, known_at };
        let lasting = cut && ask.as_of.is_some_and(|day| day < today);
        Ok(Pin { day: ask.as_of.unwrap_or(today), today, knowledge, ask: *ask, lasting })
    }

    /// Refuses knowledge of an instant by which the log had recorded nothing: an empty log would answer "no agreement", for
    /// certain, of a world that it had not looked at.
    async fn refuse_before_log(
        &self,
        asked: DateTime<Utc>,
        cut: Option<Position>,
        noted: Position,
    ) -> Result<(), AskError> {
        if noted == Position(0) {
            return Err(AskError::KnowledgeOfEmptyLog { asked });
        }
        if cut != Some(Position(0)) {
            return Ok(());
        }
        match self.reader.store().recorded_at(Position(1)).await? {
            Some(begins) => Err(AskError::KnowledgeBeforeLog { asked, begins }),
            None => Err(AskError::KnowledgeOfEmptyLog { asked }),
        }
    }

    /// The instant that a client means by one in whole milliseconds. Many clients know nothing finer and cut the instants of
    /// the log, so it reaches to the end of its millisecond, where something was recorded in the rest of it.
    async fn meant(&self, known_at: DateTime<Utc>, noted: Position) -> Result<DateTime<Utc>, AskError> {
        let rest = TimeDelta::microseconds(999);
        let end =
            known_at.checked_add_signed(rest).filter(|_| known_at.timestamp_subsec_micros().is_multiple_of(1_000));
        let Some(end) = end else { return Ok(known_at) };
        let Some(cut) = self.reader.position_at(known_at, noted).await? else { return Ok(known_at) };
        let same = self.reader.position_at(end, noted).await? == Some(cut);
        Ok(if same { known_at } else { end })
    }

    /// The folded history of an agreement; an empty one where no record was opened.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn history(&self, agreement: &AgreementId) -> Result<Arc<History>, AskError> {
        Ok(self.reader.history(agreement).await?.unwrap_or_else(|| self.nothing.clone()))
    }

    /// The status of an agreement; a country without one has a status too.
    ///
    /// # Errors
    /// When the instrument is not known, the log is empty, which says nothing about the world, or it cannot be read.
    pub async fn status(&self, agreement: &AgreementId, pin: &Pin) -> Result<Status, AskError> {
        let mut status = self.status_alone(agreement, pin).await?;
        self.judge(agreement, &pin.knowledge, &mut status).await?;
        Ok(status)
    }

    /// The same from the agreement's own history, with fallback limits; for callers that ask for [`Answers::judged`] when they
    /// show a stall.
    ///
    /// # Errors
    /// As [`Answers::status`].
    pub async fn status_alone(&self, agreement: &AgreementId, pin: &Pin) -> Result<Status, AskError> {
        if pin.knowledge.position == Position(0) {
            return Err(AskError::NothingRecorded { seen: self.position() });
        }
        self.status_of_any_log(agreement, pin).await
    }

    /// The same, also of an empty log: what a document or a command would change is measured against it.
    ///
    /// # Errors
    /// When the instrument is not known or the log cannot be read.
    pub(super) async fn status_of_any_log(&self, agreement: &AgreementId, pin: &Pin) -> Result<Status, AskError> {
        let instrument = self.instrument(agreement)?;
        let history = self.history(agreement).await?;
        let worlds = history.worlds(&pin.knowledge, instrument);
        let mut status = status_at(&worlds, instrument, pin.day);
        status.background.checked = self.checked(pin);
        Ok(status)
    }

    /// The periods of an agreement's history.
    ///
    /// # Errors
    /// As [`Answers::status`].
    pub async fn periods(&self, agreement: &AgreementId, knowledge: &Knowledge) -> Result<Vec<Period>, AskError> {
        let mut periods = self.periods_alone(agreement, knowledge).await?;
        for period in &mut periods {
            self.judge(agreement, knowledge, &mut period.status).await?;
        }
        Ok(periods)
    }

    /// The same from the agreement's own history, as [`Answers::status_alone`].
    ///
    /// # Errors
    /// As [`Answers::status`].
    pub async fn periods_alone(&self, agreement: &AgreementId, knowledge: &Knowledge) -> Result<Vec<Period>, AskError> {
        let instrument = self.instrument(agreement)?;
        let history = self.history(agreement).await?;
        Ok(periods(&history.worlds(knowledge, instrument), instrument))
    }
}
