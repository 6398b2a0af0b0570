//! Where does delivery work, so that no request and no append waits for it?
//!
//! Invariant: delivery works on a thread of its own. It touches no connection of the store, since that thread would then look
//! after the connection for everybody: what delivery needs of the store is read where the store's connections were opened.

use std::future::{Future, pending};
use std::io;
use std::sync::{Arc, mpsc};

use tokio::runtime::{Builder, Handle};
use tokio_util::sync::{CancellationToken, DropGuard};

/// A thread that runs futures; cheap to clone. It ends with the last clone.
#[derive(Clone)]
pub struct Thread {
    handle: Handle,
    _ends: Arc<DropGuard>,
}

impl Thread {
    /// Starts one.
    ///
    /// # Errors
    /// When the system has none to give.
    pub fn start(name: &str) -> io::Result<Self> {
        let (tells, told) = mpsc::channel();
        let ends = CancellationToken::new();
        let ended = ends.clone().cancelled_owned();
        // The runtime is built there, since it must not be dropped in another one.
        let run = move || match Builder::new_current_thread().enable_all().build() {
            Ok(runtime) => {
                let _ = tells.send(Ok(runtime.handle().clone()));
                runtime.block_on(ended);
            }
            Err(error) => drop(tells.send(Err(error))),
        };
        std::thread::Builder::new().name(name.to_owned()).spawn(run)?;
        let handle = told.recv().map_err(io::Error::other)??;
        Ok(Self { handle, _ends: Arc::new(ends.drop_guard()) })
    }

    /// The handle by which other code runs futures on this thread.
    #[must_use]
    pub const fn handle(&self) -> &Handle {
        &self.handle
    }
}

/// Runs a future somewhere, and waits for it here.
pub async fn run_on<T: Send + 'static>(there: &Handle, future: impl Future<Output = T> + Send + 'static) -> T {
    match there.spawn(future).await {
        Ok(output) => output,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // Nothing runs there any more: the process ends.
            Err(_) => pending().await,
        },
    }
}
