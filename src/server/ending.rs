//! When is the server to end?
//!
//! Invariant: an interrupt, a request to terminate and a terminal that hangs up all end it in the same orderly way.

#[cfg(unix)]
use tokio::signal::unix::SignalKind;

/// Waits for a signal; for ever where it cannot be heard.
#[cfg(unix)]
async fn sent(kind: SignalKind) {
    match tokio::signal::unix::signal(kind) {
        Ok(mut signal) => {
            signal.recv().await;
        }
        Err(_) => std::future::pending().await,
    }
}

/// Waits until somebody asks the process to end: by the keyboard, by `SIGTERM`, or by closing its terminal.
pub(super) async fn signal() {
    let interrupted = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    // A terminal that closes sends a hangup, and the log must be whole then too.
    #[cfg(unix)]
    let terminated = async {
        tokio::select! {
            () = sent(SignalKind::terminate()) => {}
            () = sent(SignalKind::hangup()) => {}
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        () = interrupted => {}
        () = terminated => {}
    }
    tracing::info!("server.stopping");
}
