//! How does a test run the real program as a server process of its own?
//!
//! Invariant: it is the program that Cargo built beside the running test; it ends with the value that stands for it.

use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};

/// The program under test. Cargo builds it before the tests of its package, and puts it one folder above them.
pub fn binary() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let folder = test.parent().and_then(|deps| deps.parent()).unwrap();
    let binary = folder.join(format!("depositary{}", std::env::consts::EXE_SUFFIX));
    assert!(binary.is_file(), "no program at {}: `cargo test` builds it, and so does `cargo build`", binary.display());
    binary
}

/// A running server; it is killed when it is dropped.
pub struct Program {
    child: Child,
    /// Its current folder.
    _place: Option<tempfile::TempDir>,
    /// Where it answers.
    pub address: SocketAddr,
    said: Arc<Mutex<Vec<String>>>,
}

/// A port that was free a moment ago, below those that the system gives to clients: a client that connects to a port where
/// nobody listens may be given that very port, and then it is taken.
pub fn free_port() -> SocketAddr {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    loop {
        let offset = u32::from(NEXT.fetch_add(1, Ordering::SeqCst)) + std::process::id() * 13;
        let port = 20_000 + u16::try_from(offset % 10_000).unwrap();
        if let Ok(listener) = TcpListener::bind(("127.0.0.1", port)) {
            return listener.local_addr().unwrap();
        }
    }
}

impl Program {
    /// Starts `depositary serve` on a database and waits until it answers.
    pub fn serve(url: &str, address: SocketAddr, options: &[&str]) -> Self {
        Self::serve_with(url, address, options, &[])
    }

    /// The same with settings of its environment.
    pub fn serve_with(url: &str, address: SocketAddr, options: &[&str], settings: &[(&str, &str)]) -> Self {
        let place = tempfile::tempdir().unwrap();
        let mut command = Command::new(binary());
        command.args(["serve", "--listen", &address.to_string()]).args(options);
        command.env("DATABASE_URL", url).envs(settings.iter().copied()).current_dir(place.path());
        Self::start(command, address, Some(place))
    }

    /// Runs a command that serves at an address, and waits until it answers.
    pub fn start(mut command: Command, address: SocketAddr, place: Option<tempfile::TempDir>) -> Self {
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let said = Arc::new(Mutex::new(Vec::new()));
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut ready = false;
        for line in lines.by_ref().map_while(Result::ok) {
            ready = line.starts_with("Depositary answers at");
            said.lock().unwrap().push(line);
            if ready {
                break;
            }
        }
        assert!(ready, "the server did not start: {:?}", said.lock().unwrap());
        let keep = said.clone();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                keep.lock().unwrap().push(line);
            }
        });
        Self { child, _place: place, address, said }
    }

    /// What it has said on standard error so far.
    pub fn said(&self) -> Vec<String> {
        self.said.lock().unwrap().clone()
    }

    /// Its resident memory, in bytes.
    pub fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
    }

    /// The seconds of a processor that it has used.
    pub fn seconds(&self) -> f64 {
        let told = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        let (_, fields) = told.rsplit_once(") ").unwrap();
        let ticks = fields.split(' ').skip(11).take(2).map(|ticks| ticks.parse::<f64>().unwrap());
        ticks.sum::<f64>() / 100.0
    }

    /// Asks it to end, as an operator does.
    pub fn terminate(&self) {
        assert!(Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap().success());
    }

    /// Its exit code, once it has ended.
    pub fn ended(&mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }

    /// Ends it as `kill -9` does.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
