//! Is a database made as this program makes it?
//!
//! Invariant: only the catalogue is read, and nothing that the database brings along is run: what is no table of ours is not
//! asked for its rows.

use std::collections::BTreeMap;

use sqlx::sqlite::SqlitePoolOptions;

use super::{Store, StoreError, reading};

/// The differences between a database and one that this release makes.
#[derive(Debug, Default)]
pub struct MadeOtherwise {
    /// The differences in the tables from which the log is read: the database belongs to another program, or was made to deceive
    /// the reader.
    pub tables: Vec<String>,
    /// Around them: guards that are gone, and what others have put in. It alters nothing that was recorded.
    pub around: Vec<String>,
}

/// A thing of SQLite's catalogue by its kind and name: of which table it is, and by which statement it was made.
type Catalogue = BTreeMap<(String, String), (String, String)>;

const CATALOGUE: &str = "select type, name, tbl_name, coalesce(sql, '')
     from sqlite_master
     where name not like 'sqlite!_%' escape '!'";

/// The guards of the table of events on PostgreSQL.
const GUARDS: [&str; 3] = ["events_refuse_delete", "events_refuse_truncate", "events_refuse_update"];

impl Store {
    /// What of the database is otherwise than a migration of this release makes it.
    ///
    /// # Errors
    /// When the catalogue cannot be read.
    pub async fn made_otherwise(&self) -> Result<MadeOtherwise, StoreError> {
        match self {
            Self::Postgres { .. } => self.guards().await,
            Self::Sqlite { read, .. } => {
                // One connection: each to memory has a database of its own.
                let pool = SqlitePoolOptions::new().max_connections(1).connect("sqlite::memory:").await?;
                sqlx::migrate!("migrations/sqlite").run(&pool).await.map_err(StoreError::Migrate)?;
                let due = catalogue(sqlx::query_as(CATALOGUE).fetch_all(&pool).await?);
                pool.close().await;
                Ok(compare(&due, &catalogue(sqlx::query_as(CATALOGUE).fetch_all(read).await?)))
            }
        }
    }

    async fn guards(&self) -> Result<MadeOtherwise, StoreError> {
        let sql = "select t.tgname::text, t.tgenabled::text
             from pg_catalog.pg_trigger t
             where t.tgrelid = 'events'::regclass and not t.tgisinternal
             order by t.tgname";
        let found: Vec<(String, String)> = match self {
            Self::Postgres { read, .. } => sqlx::query_as(sql).fetch_all(read).await?,
            Self::Sqlite { .. } => Vec::new(),
        };
        let kind = "select relkind::text from pg_catalog.pg_class where oid = 'events'::regclass";
        let kind: String = reading!(self, pool => sqlx::query_scalar(kind).fetch_one(pool).await?);
        let mut made = MadeOtherwise::default();
        if kind != "r" {
            made.tables.push("`events` is no table".to_owned());
        }
        let works =
            |guard: &&str| found.iter().any(|(name, enabled)| name == guard && matches!(enabled.as_str(), "O" | "A"));
        made.around.extend(GUARDS.iter().filter(|guard| !works(guard)).map(|guard| gone(guard)));
        let foreign = found.iter().filter(|(name, _)| !GUARDS.contains(&name.as_str()));
        made.around
            .extend(foreign.map(|(name, _)| format!("the trigger `{name}` on the events is not this program's")));
        Ok(made)
    }
}

fn gone(guard: &str) -> String {
    format!("the trigger `{guard}`, which keeps events from being changed, is gone or was changed")
}

fn catalogue(rows: Vec<(String, String, String, String)>) -> Catalogue {
    let spelled = |sql: String| sql.split_whitespace().collect::<Vec<_>>().join(" ");
    rows.into_iter().map(|(kind, name, table, sql)| ((kind, name), (table, spelled(sql)))).collect()
}

fn compare(due: &Catalogue, found: &Catalogue) -> MadeOtherwise {
    let mut made = MadeOtherwise::default();
    for (key, how) in due {
        let (kind, name) = key;
        let same = match found.get(key) {
            // Its statement is the library's, which may spell it anew.
            Some((_, sql)) if name == "_sqlx_migrations" => !sql.to_lowercase().contains(" as ("),
            there => there == Some(how),
        };
        match kind.as_str() {
            _ if same => {}
            "table" => made.tables.push(format!("`{name}` is not the table that this program makes")),
            "trigger" => made.around.push(gone(name)),
            _ => made.around.push(format!("the {kind} `{name}` is gone or was changed")),
        }
    }
    let foreign = found.keys().filter(|key| !due.contains_key(*key));
    made.around.extend(foreign.map(|(kind, name)| format!("the {kind} `{name}` is not this program's")));
    made
}
