//! How does a decision become an event in the log?
//!
//! Invariant: only decisions are appended; positions are drawn under the head's lock, which goes away after the commit
//! is visible, so a reader that sees position N + 1 sees N.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::QueryBuilder;

use super::at::At;
use super::held::PATIENCE;
use super::log::{COLUMNS, Row, StoredEvent};
use super::{CHUNK, Head, Store, StoreError, Tx, aside, inside, signed};
use crate::domain::alert::decide::AlertDecision;
use crate::domain::alert::{self, AlertRecorded};
use crate::domain::decide::Decision;
use crate::domain::event::Recorded;
use crate::domain::figure::decide::FigureDecision;
use crate::domain::figure::{self, FigureLogged};
use crate::domain::ids::{AgreementId, CommandId, Position, Version};
use crate::domain::logged::Logged;
use crate::ledger::tree::leaf_hash;
use crate::ledger::{self, Frontier};
use crate::projections::rows::Rows;

/// The most bytes of an event's canonical form: what an entry of a tlog-tiles bundle may have.
pub const MOST_BYTES: usize = 65_535;

/// How many commands are decided well within the time that a transaction may be silent.
const MANY: usize = 100;
/// How long one decision of a large unit may take on a slow machine.
const SLOW_DECISION: Duration = Duration::from_millis(20);

/// A transaction that holds the head of the log.
#[derive(Debug)]
pub struct Append {
    tx: Tx,
    head: Head,
    /// The rules that the tables follow.
    rules: String,
    /// The tree over all events up to the head.
    tree: Frontier,
    /// The rules that a log without events takes on with its first.
    adopts: Option<String>,
}

/// An event with its place, not yet written. Only [`Append::draft`] makes one, and only from a decision.
#[derive(Debug, Clone)]
pub struct Draft {
    recorded: Logged,
    stored: StoredEvent,
}

impl Draft {
    /// The event as it will be recorded.
    #[must_use]
    pub const fn recorded(&self) -> &Logged {
        &self.recorded
    }
}

/// The payload of an event as the log stores it.
///
/// # Errors
/// When it cannot be written as canonical JSON.
pub fn payload(event: &Logged) -> Result<String, StoreError> {
    let value = event.payload().map_err(StoreError::Canonical)?;
    ledger::canonical(&value).map_err(StoreError::Canonical)
}

impl Store {
    /// Begins an append by these rules: locks the head of the log, and waits for the transaction that holds it.
    ///
    /// # Errors
    /// When the database cannot be reached, [`StoreError::Busy`] when another transaction holds the head for long, or
    /// [`StoreError::OtherRules`] when the tables follow other rules by now.
    pub async fn begin_append(&self, rules: &str) -> Result<Append, StoreError> {
        self.lock(Some(PATIENCE)).await?.by(rules)
    }

    /// Locks the head of the log, whatever rules the tables follow.
    pub(super) async fn lock(&self, patience: Option<Duration>) -> Result<Append, StoreError> {
        Append::begin(self.write(patience).await?).await
    }
}

impl Append {
    /// Locks the head of the log in a transaction.
    pub(super) async fn begin(mut tx: Tx) -> Result<Self, StoreError> {
        // An update that changes nothing is a row lock in every database.
        let sql = "update log_head
             set position = position
             where id = 1
             returning position, recorded_at, rules, tree_size, tree";
        let row: (i64, At, String, i64, Vec<u8>) = inside!(&mut tx, tx => sqlx::query_as(sql).fetch_one(tx).await?);
        let (position, At(recorded_at), rules, size, roots) = row;
        let head = super::head(position, recorded_at)?;
        let mut tree = super::tree::frontier(size, &roots)?;
        if tree.size() != head.position.0 {
            tx.complete(&mut tree, head.position).await?;
            tx.move_head(head, &tree).await?;
        }
        Ok(Self { tx, head, rules, tree, adopts: None })
    }

    /// The same by these rules, if the tables follow them or there are none yet.
    pub(super) fn by(self, rules: &str) -> Result<Self, StoreError> {
        if self.rules != rules && self.head.position > Position::default() {
            return Err(StoreError::OtherRules);
        }
        Ok(Self { adopts: (self.rules != rules).then(|| rules.to_owned()), ..self })
    }

    /// Gives the writer time to decide a large unit. PostgreSQL ends a transaction whose client is silent for three seconds,
    /// so that a lost client does not hold the head; a writer that decides thousands of commands between two statements is
    /// silent for longer.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn allow_for(&mut self, commands: usize) -> Result<(), StoreError> {
        let Tx::Postgres(tx) = &mut self.tx else { return Ok(()) };
        if commands <= MANY {
            return Ok(());
        }
        let patience = PATIENCE + SLOW_DECISION.saturating_mul(u32::try_from(commands).unwrap_or(u32::MAX));
        let sql = "select set_config('idle_in_transaction_session_timeout', $1, true)";
        super::within(tx.patience(), async {
            Ok(sqlx::query(sql).bind(format!("{}s", patience.as_secs())).execute(&mut **tx).await?)
        })
        .await?;
        Ok(())
    }

    /// The end of the log, which stays so until this append ends.
    #[must_use]
    pub const fn head(&self) -> Head {
        self.head
    }

    /// The transaction beneath, for what writes many events or rows itself.
    pub(super) const fn transaction(&mut self) -> &mut Tx {
        &mut self.tx
    }

    /// What some commands recorded when they were sent before.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn commands(&mut self, ids: &[CommandId]) -> Result<HashMap<CommandId, Logged>, StoreError> {
        let mut found = HashMap::new();
        for some in ids.chunks(CHUNK) {
            let rows: Vec<Row> = inside!(&mut self.tx, tx => {
                let mut query = QueryBuilder::new(format!("select {COLUMNS} from events where command_id in ("));
                let mut list = query.separated(", ");
                for id in some {
                    list.push_bind(id.id);
                }
                query.push(")");
                query.build_query_as().fetch_all(tx).await?
            });
            for row in rows {
                let recorded = StoredEvent::of(row)?.read()?;
                found.insert(recorded.command(), recorded);
            }
        }
        Ok(found)
    }

    /// The streams of some agreements.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn streams(
        &mut self,
        agreements: &[AgreementId],
    ) -> Result<BTreeMap<AgreementId, Vec<Recorded>>, StoreError> {
        self.tx.streams(agreements).await
    }

    /// Appends events, grows the tree by their leaves, and moves the head.
    pub(super) async fn append(
        &mut self,
        events: &[&StoredEvent],
        recorded_at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.tx.insert_events(events).await?;
        self.tx.grow(&mut self.tree, events.iter().map(|event| event.leaf_hash.as_slice())).await?;
        self.head = Head { position: Position(self.head.position.0 + events.len() as u64), recorded_at };
        self.tx.move_head(self.head, &self.tree).await
    }

    /// Gives a decision its place, and returns the event as it will be recorded: `ahead` drafts of this append come before it.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`].
    pub fn draft(
        &self,
        decision: &Decision,
        version: Version,
        ahead: usize,
        now: DateTime<Utc>,
    ) -> Result<(Recorded, Draft), StoreError> {
        let command = decision.command();
        let (position, recorded_at) = self.place(ahead, now);
        let recorded = Recorded {
            position,
            agreement: command.agreement.clone(),
            version,
            recorded_at,
            command: command.id,
            actor: command.actor.clone(),
            event: decision.event().clone(),
        };
        Ok((recorded.clone(), Self::drafted(Logged::Agreement(recorded.into()))?))
    }

    /// The same for what is recorded of an alert.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`].
    pub fn draft_alert(
        &self,
        decision: &AlertDecision,
        version: Version,
        ahead: usize,
        now: DateTime<Utc>,
    ) -> Result<(AlertRecorded, Draft), StoreError> {
        let command = decision.command();
        let (position, recorded_at) = self.place(ahead, now);
        let recorded = AlertRecorded {
            position,
            alert: command.alert,
            version,
            recorded_at,
            command: command.id,
            actor: command.actor.clone(),
            event: command.event.clone(),
        };
        Ok((recorded.clone(), Self::drafted(Logged::Alert(recorded.into()))?))
    }

    /// The same for what is recorded of a figure.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`].
    pub fn draft_figure(
        &self,
        decision: &FigureDecision,
        version: Version,
        ahead: usize,
        now: DateTime<Utc>,
    ) -> Result<(FigureLogged, Draft), StoreError> {
        let command = decision.command();
        let (position, recorded_at) = self.place(ahead, now);
        let logged = FigureLogged {
            position,
            figure: command.figure,
            version,
            recorded_at,
            command: command.id,
            actor: command.actor.clone(),
            event: command.event.clone(),
        };
        Ok((logged.clone(), Self::drafted(Logged::Figure(logged.into()))?))
    }

    /// The next place of this append, and when it is recorded: never earlier than what is, whatever the clock says.
    fn place(&self, ahead: usize, now: DateTime<Utc>) -> (Position, DateTime<Utc>) {
        (Position(self.head.position.0 + ahead as u64 + 1), now.max(self.head.recorded_at))
    }

    fn drafted(recorded: Logged) -> Result<Draft, StoreError> {
        let (stream, version, kind, schema, actor) = match &recorded {
            Logged::Agreement(of) => {
                (of.agreement.to_string(), of.version, of.event.kind(), of.event.schema(), of.actor.as_str())
            }
            Logged::Alert(of) => {
                let stream = aside::stream(alert::STREAMS, &of.alert);
                (stream, of.version, of.event.kind(), of.event.schema(), of.actor.as_str())
            }
            Logged::Figure(of) => {
                let stream = aside::stream(figure::STREAMS, &of.figure);
                (stream, of.version, of.event.kind(), of.event.schema(), of.actor.as_str())
            }
        };
        let mut stored = StoredEvent {
            position: recorded.position().0,
            stream,
            version: version.0,
            kind: kind.to_owned(),
            schema,
            recorded_at: recorded.recorded_at(),
            command_id: recorded.command().id,
            command_index: recorded.command().index,
            actor: actor.to_owned(),
            payload: payload(&recorded)?,
            leaf_hash: Vec::new(),
        };
        let leaf = stored.leaf().bytes().map_err(StoreError::Canonical)?;
        if leaf.len() > MOST_BYTES {
            return Err(StoreError::TooLarge { bytes: leaf.len(), most: MOST_BYTES });
        }
        stored.leaf_hash = leaf_hash(&leaf).to_vec();
        Ok(Draft { recorded, stored })
    }

    /// Writes the drafts, makes the agreements' rows what they should be, and commits.
    ///
    /// # Errors
    /// When the database fails. After [`StoreError::Unavailable`] the commit may have happened all the same: the same
    /// commands can be sent again.
    pub async fn commit(mut self, drafts: &[Draft], rows: &[(Option<Rows>, Rows)]) -> Result<(), StoreError> {
        let Some(last) = drafts.last() else { return self.tx.commit().await };
        let events: Vec<&StoredEvent> = drafts.iter().map(|draft| &draft.stored).collect();
        self.append(&events, last.recorded.recorded_at()).await?;
        self.tx.replace_rows(rows).await?;
        if let Some(rules) = &self.adopts {
            self.tx.follow_rules(rules).await?;
        }
        self.tx.commit().await
    }
}

impl Tx {
    /// Inserts events, 256 a statement.
    async fn insert_events(&mut self, events: &[&StoredEvent]) -> Result<(), StoreError> {
        for some in events.chunks(CHUNK) {
            inside!(self, tx => {
                let mut query = QueryBuilder::new(format!("insert into events ({COLUMNS}) "));
                query.push_values(some, |mut row, event| {
                    row.push_bind(signed(event.position))
                        .push_bind(&event.stream)
                        .push_bind(i64::from(event.version))
                        .push_bind(&event.kind)
                        .push_bind(i64::from(event.schema))
                        .push_bind(At(event.recorded_at))
                        .push_bind(event.command_id)
                        .push_bind(i64::from(event.command_index))
                        .push_bind(&event.actor)
                        .push_bind(&event.payload)
                        .push_bind(&event.leaf_hash);
                });
                query.build().execute(tx).await?;
            });
        }
        Ok(())
    }

    /// Moves the head to the last event, and writes the tree up to it.
    pub(super) async fn move_head(&mut self, head: Head, tree: &Frontier) -> Result<(), StoreError> {
        let sql = "update log_head
             set position = $1, recorded_at = $2, tree_size = $3, tree = $4
             where id = 1";
        let (position, size, roots) = (signed(head.position.0), signed(tree.size()), tree.bytes());
        inside!(self, tx => {
            sqlx::query(sql).bind(position).bind(At(head.recorded_at)).bind(size).bind(roots).execute(tx).await?;
        });
        Ok(())
    }
}
