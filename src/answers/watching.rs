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
use super::{Answers, AskError};
use crate::domain::ids::Position;
use crate::store::{DocumentKey, InboxRows};

/// How long after a look the next one is due.
pub const LOOK: Duration = Duration::from_secs(1);

/// A document as it was last told.
type Told = (DocumentKey, InboxItem);

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
    told: BTreeMap<DocumentKey, InboxItem>,
    waiting: VecDeque<InboxItem>,
}

impl Watching {
    /// The next document that tells something new; waits for it, also for a database that is away.
    ///
    /// # Errors
    /// When the log or the tables cannot be understood.
    pub async fn next(&mut self) -> Result<InboxItem, AskError> {
        loop {
            if let Some(item) = self.waiting.pop_front() {
                return Ok(item);
            }
            match self.answers.glance().await {
                Ok(items) => self.compare(&items),
                Err(error) => wait_out(error).await?,
            }
            if self.waiting.is_empty() {
                sleep(LOOK).await;
            }
        }
    }

    fn compare(&mut self, items: &[Told]) {
        for (key, item) in items {
            if self.told.get(key) != Some(item) {
                self.told.insert(key.clone(), item.clone());
                self.waiting.push_back(item.clone());
            }
        }
    }
}

impl Answers {
    /// Follows the inbox: every document as it stands, and then each again that has changed.
    #[must_use]
    pub fn watch_inbox(&self) -> Watching {
        Watching { answers: self.clone(), told: BTreeMap::new(), waiting: VecDeque::new() }
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
            let items = self.every_item().await?;
            glance.items = Arc::new(items.iter().map(|item| (item.key.clone(), InboxItem::of(item))).collect());
            glance.mark = Some(mark);
        }
        glance.at = Some(Instant::now());
        Ok(glance.items.clone())
    }
}
