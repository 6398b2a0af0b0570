//! Which documents of the inbox tell something else than before?
//!
//! Invariant: a follower is given every document as it stands, and then each again that has changed, so that whoever comes back
//! misses nothing; however many follow, a process looks at most once in [`LOOK`], and reads the inbox only when it may have
//! changed.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use chrono::NaiveDate;
use tokio::time::{Instant, sleep};

use super::following::wait_out;
use super::view::InboxItem;
use super::{Answers, AskError, Item};
use crate::domain::ids::Position;
use crate::store::{DocumentKey, InboxRows};

/// How long after a look the next one is due.
pub const LOOK: Duration = Duration::from_secs(1);

/// A document as it was last told. Everybody who follows shares it.
type Told = (DocumentKey, Arc<InboxItem>);

/// Everything that the inbox follows from: while it is the same, so is the inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Mark {
    rows: InboxRows,
    position: Position,
    today: NaiveDate,
}

/// The inbox as this process last looked at it; all followers share it.
#[derive(Debug, Default)]
pub(super) struct Glance {
    at: Option<Instant>,
    mark: Option<Mark>,
    items: Arc<Vec<Told>>,
}

/// The documents of the inbox, each whenever it tells something new.
pub struct Watching {
    answers: Answers,
    seen: Arc<Vec<Told>>,
    told: BTreeMap<DocumentKey, Arc<InboxItem>>,
    waiting: VecDeque<Arc<InboxItem>>,
}

impl Watching {
    /// The next document that tells something new; waits for it, also for a database that is away.
    ///
    /// # Errors
    /// When the log or the tables cannot be understood.
    pub async fn next(&mut self) -> Result<Arc<InboxItem>, AskError> {
        loop {
            if let Some(item) = self.waiting.pop_front() {
                return Ok(item);
            }
            match self.answers.glance().await {
                Ok(items) => self.compare(items),
                Err(error) => wait_out(error).await?,
            }
            if self.waiting.is_empty() {
                sleep(LOOK).await;
            }
        }
    }

    /// Finds what is told otherwise than when it was last given out. While nothing has changed, all hold the same list.
    fn compare(&mut self, items: Arc<Vec<Told>>) {
        if Arc::ptr_eq(&self.seen, &items) {
            return;
        }
        for (key, item) in items.iter() {
            if !self.told.get(key).is_some_and(|told| Arc::ptr_eq(told, item)) {
                self.told.insert(key.clone(), item.clone());
                self.waiting.push_back(item.clone());
            }
        }
        self.seen = items;
    }
}

/// The inbox as a list to be shared; what tells the same as before is the same there.
fn shared(items: &[Item], before: &[Told]) -> Arc<Vec<Told>> {
    let before: BTreeMap<&DocumentKey, &Arc<InboxItem>> = before.iter().map(|(key, item)| (key, item)).collect();
    let told = items.iter().map(|item| {
        let now = InboxItem::of(item);
        let same = before.get(&item.key).filter(|told| told.as_ref() == &now).map(|told| Arc::clone(told));
        (item.key.clone(), same.unwrap_or_else(|| Arc::new(now)))
    });
    Arc::new(told.collect())
}

impl Answers {
    /// Follows the inbox: every document as it stands, and then each again that has changed.
    #[must_use]
    pub fn watch_inbox(&self) -> Watching {
        Watching { answers: self.clone(), seen: Arc::default(), told: BTreeMap::new(), waiting: VecDeque::new() }
    }

    /// The inbox, as it was at most [`LOOK`] ago.
    async fn glance(&self) -> Result<Arc<Vec<Told>>, AskError> {
        let mut glance = self.glance.lock().await;
        if glance.at.is_some_and(|at| at.elapsed() < LOOK) {
            return Ok(glance.items.clone());
        }
        // The mark is taken before what it marks: what comes meanwhile is seen the next time.
        let rows = self.reader().store().inbox_rows().await?;
        let mark = Mark { rows, position: self.position(), today: self.today() };
        if glance.mark != Some(mark) {
            glance.items = shared(&self.every_item().await?, &glance.items);
            glance.mark = Some(mark);
        }
        glance.at = Some(Instant::now());
        Ok(glance.items.clone())
    }
}
