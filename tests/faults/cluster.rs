//! A PostgreSQL cluster of a test's own, which may be stopped as a power cut would.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;
use testkit::programs::free_port;

/// A cluster in a temporary folder; it is stopped and removed when it is dropped.
pub struct Cluster {
    place: TempDir,
    programs: PathBuf,
    pub port: u16,
}

impl Cluster {
    /// Makes and starts one, with the durability that PostgreSQL has by default.
    pub fn start() -> Self {
        let place = tempfile::tempdir().unwrap();
        let cluster = Self { place, programs: programs(), port: free_port().port() };
        let root = cluster.place.path();
        if is_root() {
            // PostgreSQL refuses to run as root.
            let owner = format!("{0}:{0}", "postgres");
            assert!(Command::new("chown").arg(owner).arg(root).status().unwrap().success());
        }
        let data = cluster.data();
        cluster.run("initdb", &["-D", text(&data), "-U", "postgres", "-A", "trust", "-E", "UTF8"]);
        cluster.boot();
        cluster
    }

    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// Starts it, and waits until it answers.
    pub fn boot(&self) {
        let root = self.place.path().display();
        let settings = format!("-p {} -k {root} -c listen_addresses=127.0.0.1 -c shared_buffers=32MB", self.port);
        let log = self.place.path().join("log");
        self.run("pg_ctl", &["-D", text(&self.data()), "-l", text(&log), "-w", "-o", &settings, "start"]);
    }

    /// Stops it without a shutdown: whoever is connected is cut off, and the next start recovers from the log.
    pub fn stop_at_once(&self) {
        self.run("pg_ctl", &["-D", text(&self.data()), "-m", "immediate", "-w", "stop"]);
    }

    fn data(&self) -> PathBuf {
        self.place.path().join("data")
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let output = self.output(program, arguments);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{program}: {told}{}", String::from_utf8_lossy(&output.stdout));
    }

    fn output(&self, program: &str, arguments: &[&str]) -> Output {
        let program = self.programs.join(program);
        let mut command = if is_root() {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        // The server outlives `pg_ctl`, and must not hold the pipes of the test; a signal to the test is none to it.
        let place = self.place.path();
        let (out, err) = (place.with_extension("out"), place.with_extension("err"));
        let file = |path: &Path| std::fs::File::create(path).unwrap();
        let status = command
            .args(arguments)
            .current_dir("/")
            .stdout(file(&out))
            .stderr(file(&err))
            .process_group(0)
            .status()
            .unwrap();
        let read = |path: &Path| {
            let text = std::fs::read(path).unwrap();
            std::fs::remove_file(path).unwrap();
            text
        };
        Output { status, stdout: read(&out), stderr: read(&err) }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let _ = self.output("pg_ctl", &["-D", text(&self.data()), "-m", "immediate", "-w", "stop"]);
    }
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().unwrap();
    String::from_utf8_lossy(&id.stdout).trim() == "0"
}

/// The folder of the newest PostgreSQL's programs.
fn programs() -> PathBuf {
    let installed = std::fs::read_dir("/usr/lib/postgresql").unwrap().map(|entry| entry.unwrap().path().join("bin"));
    let newest = installed.filter(|path| path.join("initdb").exists()).max();
    newest.unwrap_or_else(|| panic!("PostgreSQL's initdb is not installed below /usr/lib/postgresql"))
}
