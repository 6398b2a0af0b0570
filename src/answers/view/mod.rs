//! What does an answer look like?
//!
//! Invariant: each noun is shaped once, here. Plain URLs, `--json` of the command line and messages serialise these
//! structs, and GraphQL's objects are made from them, so that no copy can drift.

mod agreement;
mod alert;
mod counts;
mod coverage;
mod deadline;
mod detail;
mod difference;
mod duration;
mod effect;
mod estimate;
mod figure;
mod held;
mod inbox;
mod lateness;
mod limit;
mod list;
mod log_entry;
mod milestone;
mod pinned;
mod shapes;
mod source;
mod spelling;
mod status;
mod waiting;
mod would_differ;

pub use self::agreement::{
    Agreement, AgreementStatus, Country, Period, StalledAgreement, StatusWithEffects, Timeline, WithPossible,
};
pub use self::alert::{AboutKind, Acknowledgement, Alert, AlertAbout, Resolution, Silence, WouldFire};
pub use self::counts::{Count, Counts};
pub use self::coverage::{Coverage, CoveredAgreement, CoveredDay};
pub use self::deadline::Deadline;
pub use self::detail::{Detail, Signing};
pub use self::difference::{Cause, Difference, Sides};
pub use self::duration::{Duration, Durations};
pub use self::effect::{Effect, EffectSource};
pub use self::estimate::{ComparedRound, CurvePoint, Curves, Estimate, LeftOutRound};
pub use self::figure::{CountOfRecord, Figure, FigureSource, FigureSourceRow, FigureSpan};
pub use self::held::{Held, StatusHeld};
pub use self::inbox::{InboxCapture, InboxDecision, InboxItem, InboxList, InboxMark, InboxMention, InboxProposal};
pub use self::lateness::{ContradictingRow, DaysRange, DaysSpread, Groups, LatenessGroup};
pub use self::limit::{Chance, Comparison, Limit, Limits, Span, StageLimit};
pub use self::list::{List, PageInfo};
pub use self::log_entry::{LogAt, LogEntry, Proof};
pub use self::milestone::{
    Capture, Cited, Contradiction, Milestone, NamedMilestone, Source, SourceRow, Telling, Tells,
};
pub use self::pinned::{Pinned, PinnedAt};
pub use self::source::{SourceSeen, Sources, SweepFailure};
pub use self::spelling::{Date, DateBounds, Instant, Position, Term, UncertainDate, Url, certain, every, shortened};
pub use self::status::{ComparedStall, NextStep, Reason, Stall, Status};
pub use self::waiting::{Waiting, WaitingAgreement};
pub use self::would_differ::{Facets, WouldDiffer};
