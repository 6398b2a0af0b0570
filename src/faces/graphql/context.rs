//! At which date and by whose knowledge does a field answer?
//!
//! Invariant: one answer has one position; every field in it reads the log as of that position.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use async_graphql::dataloader::DataLoader;
use async_graphql::{Context, Result};

use tokio::sync::OnceCell;

use super::error::outward;
use super::loaders::Records;
use super::scalars::{Date, Instant, Position};
use super::words::KnowledgeBasis;
use crate::answers::{Answers, Ask, AskError, Pin};
use crate::domain::event::Recorded;
use crate::domain::ids::{self, AgreementId};

/// A field was pinned where nothing changes any more.
const LASTING: u8 = 1;
/// A field rests on today, or on the end of the log.
const PASSING: u8 = 2;

/// What the fields of one request note for its answer as a whole.
pub struct Asked {
    /// The position that it noted at its beginning.
    position: AtomicU64,
    /// What a listener who comes back has heard of last, told beside the document.
    last_heard: Option<ids::Position>,
    /// What loads text for it, made when the first field wants some.
    loader: OnceLock<DataLoader<Records>>,
    /// Whether some field was pinned, and whether every one that was can never change.
    pins: AtomicU8,
    /// The agreements that lists have found, each with those that it was found with.
    together: Mutex<HashMap<AgreementId, Arc<Together>>>,
}

/// Agreements that a list has found together: the first field that needs one of them loads them all.
pub struct Together {
    ids: Vec<AgreementId>,
    warm: OnceCell<()>,
    texts: OnceCell<BTreeMap<AgreementId, Arc<Vec<Recorded>>>>,
}

impl Asked {
    /// A request at a position.
    pub fn at(position: ids::Position) -> Self {
        Self {
            position: AtomicU64::new(position.0),
            last_heard: None,
            pins: AtomicU8::new(0),
            loader: OnceLock::new(),
            together: Mutex::default(),
        }
    }

    /// The same for a listener who comes back.
    pub fn resuming(self, last_heard: Option<ids::Position>) -> Self {
        Self { last_heard, ..self }
    }

    /// What a listener who comes back has heard of last.
    pub const fn last_heard(&self) -> Option<ids::Position> {
        self.last_heard
    }

    /// The position that its fields answer by.
    pub fn position(&self) -> ids::Position {
        ids::Position(self.position.load(Ordering::SeqCst))
    }

    /// Moves on to a position: a mutation to what it wrote, a subscription to its next event. Both do so before the
    /// fields below them are asked, and one after the other: mutations run in turn, and a subscription has one root field.
    pub fn move_to(&self, position: ids::Position) {
        self.position.store(position.0, Ordering::SeqCst);
    }

    /// Notes that a field was pinned, or rests on the log where it stands now.
    pub fn pinned(&self, lasting: bool) {
        self.pins.fetch_or(if lasting { LASTING } else { PASSING }, Ordering::SeqCst);
    }

    /// Whether the answer can never change: something was pinned, and nothing rests on today or on the log's end.
    pub fn is_lasting(&self) -> bool {
        self.pins.load(Ordering::SeqCst) == LASTING
    }

    /// Notes what a list has found; several of its rows may be of one agreement.
    pub fn found(&self, ids: impl IntoIterator<Item = AgreementId>) {
        let ids: Vec<AgreementId> = ids.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
        let together = Arc::new(Together { ids: ids.clone(), warm: OnceCell::new(), texts: OnceCell::new() });
        let mut known = self.together.lock().unwrap_or_else(PoisonError::into_inner);
        for id in ids {
            known.entry(id).or_insert_with(|| together.clone());
        }
    }

    fn together(&self, id: &AgreementId) -> Option<Arc<Together>> {
        self.together.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }

    /// The events of an agreement; none where no record is open. With it come those that a list found together with it,
    /// or those that are asked for at the same time.
    pub async fn record(&self, answers: &Answers, id: &AgreementId) -> Result<Arc<Vec<Recorded>>> {
        if let Some(together) = self.together(id) {
            let texts = together.texts.get_or_try_init(|| answers.streams(&together.ids)).await;
            return Ok(texts.map_err(|error| outward(&error))?.get(id).cloned().unwrap_or_default());
        }
        let loader = self.loader.get_or_init(|| DataLoader::new(Records(answers.clone()), tokio::spawn));
        Ok(loader.load_one(id.clone()).await.map_err(|error| outward(&error))?.unwrap_or_default())
    }
}

/// The answers about an agreement, its folded history in memory together with those that a list found with it.
pub async fn about<'a>(ctx: &Context<'a>, id: &AgreementId) -> Result<&'a Answers> {
    let answers = answers(ctx)?;
    if let Some(together) = ctx.data::<Arc<Asked>>()?.together(id) {
        together.warm.get_or_try_init(|| answers.warm(&together.ids)).await.map_err(|error| outward(&error))?;
    }
    Ok(answers)
}

/// The answers that resolvers ask.
pub fn answers<'a>(ctx: &Context<'a>) -> Result<&'a Answers> {
    ctx.data::<Answers>()
}

/// The date and knowledge that some arguments mean in this request.
pub async fn pin(
    ctx: &Context<'_>,
    as_of: Option<Date>,
    known_at: Option<Instant>,
    basis: Option<KnowledgeBasis>,
    at_position: Option<Position>,
) -> Result<Pin> {
    let asked = ctx.data::<Arc<Asked>>()?;
    let ask = Ask {
        as_of: as_of.map(|date| date.0),
        known_at: known_at.map(|instant| instant.0),
        basis: basis.unwrap_or_default().0,
        at_position: at_position.map(|position| position.0),
    };
    let pin = answers(ctx)?.pin(&ask, asked.position()).await.map_err(|error| outward(&error))?;
    asked.pinned(pin.lasting);
    Ok(pin)
}

/// The same, when any argument is given; without one, the fields below have their own.
pub async fn pin_given(
    ctx: &Context<'_>,
    as_of: Option<Date>,
    known_at: Option<Instant>,
    basis: Option<KnowledgeBasis>,
    at_position: Option<Position>,
) -> Result<Option<Pin>> {
    if as_of.is_none() && known_at.is_none() && basis.is_none() && at_position.is_none() {
        return Ok(None);
    }
    pin(ctx, as_of, known_at, basis, at_position).await.map(Some)
}

/// Checks that a request answers by a position or a later one. The transport has waited for it before the first field
/// ran, so that all of them answer by the same.
pub fn reached(ctx: &Context<'_>, min_position: Option<Position>) -> Result<()> {
    let seen = ctx.data::<Arc<Asked>>()?.position();
    match min_position.map(|position| position.0).filter(|position| *position > seen) {
        Some(asked) => Err(outward(&AskError::PositionAhead { asked, seen })),
        None => Ok(()),
    }
}

/// Notes that an answer rests on the end of the log: what is not there yet may come.
pub fn passing(ctx: &Context<'_>) -> Result<()> {
    ctx.data::<Arc<Asked>>()?.pinned(false);
    Ok(())
}
