//! How fast is it, as a ratio to something measured in the same run?
//!
//! `cargo bench` runs everything; `cargo bench -- append`, `status`, `large`, `pages`, `rebuild`, `stalled`, `webhooks` or
//! `worlds` runs one part. PostgreSQL is
//! the server of `DEPOSITARY_TEST_POSTGRES_URL`, by default the one on this machine; without one its parts are left out.

#![expect(
    clippy::expect_used,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::disallowed_methods,
    reason = "a benchmark stops when its ground gives way, and counts what fits"
)]

mod append;
mod large;
mod load;
mod pages;
mod rebuild;
mod serve;
mod stalled;
mod webhooks;
mod worlds;

use sqlx::{Connection, PgConnection};

/// The allocator of the server.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let asked: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let wanted = |part: &str| asked.is_empty() || asked.iter().any(|asked| asked == part);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        if wanted("append") {
            append::run().await;
        }
        if wanted("status") || wanted("large") {
            serve::run(wanted("large")).await;
        }
        if wanted("pages") {
            pages::run().await;
        }
        if wanted("rebuild") {
            rebuild::run().await;
        }
        if wanted("stalled") {
            stalled::run().await;
        }
        if wanted("worlds") {
            worlds::run();
        }
        if wanted("webhooks") {
            webhooks::run().await;
        }
    });
}

/// A new PostgreSQL database, by its URL; `None` when no server answers.
async fn postgres(name: &str) -> Option<String> {
    let server = std::env::var("DEPOSITARY_TEST_POSTGRES_URL");
    let server = server.unwrap_or_else(|_| "postgres://postgres@127.0.0.1:5432/postgres".to_owned());
    let mut connection = PgConnection::connect(&server).await.ok()?;
    for sql in [format!("drop database if exists {name} with (force)"), format!("create database {name}")] {
        sqlx::query(&sql).execute(&mut connection).await.expect("a database can be made");
    }
    let (server, _) = server.rsplit_once('/')?;
    Some(format!("{server}/{name}"))
}

/// Drops it again.
async fn drop_postgres(url: &str) {
    let Some((server, name)) = url.rsplit_once('/') else { return };
    let mut connection = PgConnection::connect(&format!("{server}/postgres")).await.expect("the server answers");
    let sql = format!("drop database if exists {name} with (force)");
    sqlx::query(&sql).execute(&mut connection).await.expect("a database can be dropped");
}

/// The middle of some figures.
fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// Prints a figure with what must be reached.
fn tell(what: &str, ratio: f64, target: &str) {
    println!("{what}: {ratio:.2} (target: {target})");
}
