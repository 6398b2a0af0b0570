//! With what does an empty log begin?
//!
//! Invariant: the bundled facts are one unit, and the bundled figures another behind it: each is recorded whole or not at all.

use super::ServeError;
use crate::domain::ids::Actor;
use crate::record::tracker::Tracker;

/// Records the bundled facts, as one atomic unit.
///
/// # Errors
/// [`ServeError::Seed`] or [`ServeError::Bundled`].
pub async fn seed(tracker: &Tracker) -> Result<(), ServeError> {
    let mut unit = Vec::new();
    for (file, text) in crate::record::import::BUNDLED {
        let wrong = |line, problem| ServeError::Bundled { file, line, problem };
        unit.extend(
            crate::record::import::commands(text, &Actor::bundled())
                .map_err(|(line, error)| wrong(line, error.to_string()))?,
        );
    }
    let recorded = tracker.execute(unit).await.map_err(ServeError::Seed)?;
    tracing::info!(commands = recorded.len(), "server.seeded");
    Ok(())
}

/// Records the bundled figures, as one atomic unit behind the facts. A process that ends in between leaves a log without them,
/// which `import --bundled` completes.
///
/// # Errors
/// As [`seed`].
pub async fn seed_figures(tracker: &Tracker) -> Result<(), ServeError> {
    let (file, text) = crate::record::import::BUNDLED_FIGURES;
    let wrong = |(line, error): (usize, crate::record::import::LineError)| ServeError::Bundled {
        file,
        line,
        problem: error.to_string(),
    };
    let unit = crate::record::import::figures(text, &Actor::bundled()).map_err(wrong)?;
    let recorded = tracker.execute_figures(unit, false).await.map_err(ServeError::Seed)?;
    tracing::info!(figures = recorded.len(), "server.seeded");
    Ok(())
}
