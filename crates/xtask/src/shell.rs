//! How does a task run a command? In the project's folder, with what it prints shown as it comes.
//!
//! Invariant: a command is its words, separated by blanks; no shell reads it, so nothing in it is expanded.

use std::ffi::OsStr;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Why a task ended early.
#[derive(Debug)]
pub enum Failed {
    /// A command ended with another code than 0.
    Command(String),
    /// A command could not be started, or a file not be written.
    Io(String, io::Error),
    /// The task does not know one of its arguments.
    Unknown(String),
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Command(command) => write!(f, "`{command}` failed"),
            Self::Io(what, error) => write!(f, "{what}: {error}"),
            Self::Unknown(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for Failed {}

/// The project's folder, with the variables that each command sees.
#[derive(Debug)]
pub struct Shell {
    root: PathBuf,
    variables: Vec<(String, String)>,
}

impl Shell {
    /// A shell in the folder of the workspace.
    ///
    /// # Errors
    /// [`Failed::Unknown`] when this crate lies where no workspace is above it.
    pub fn of_the_project() -> Result<Self, Failed> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
        let root = root.ok_or_else(|| Failed::Unknown("the folder of the project is not there".to_owned()))?;
        Ok(Self { root: root.to_owned(), variables: Vec::new() })
    }

    /// The project's folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The same folder, where each command sees a variable too.
    #[must_use]
    pub fn with(&self, name: &str, value: impl Into<String>) -> Self {
        let mut variables = self.variables.clone();
        variables.push((name.to_owned(), value.into()));
        Self { root: self.root.clone(), variables }
    }

    /// Runs a command and shows what it prints.
    ///
    /// # Errors
    /// [`Failed`] when it cannot be started or ends with another code than 0.
    pub fn run(&self, command: &str) -> Result<(), Failed> {
        let status = self.command(command).status().map_err(|error| Failed::Io(command.to_owned(), error))?;
        if status.success() { Ok(()) } else { Err(Failed::Command(command.to_owned())) }
    }

    /// Runs a command and returns what it prints.
    ///
    /// # Errors
    /// [`Failed`] when it cannot be started or ends with another code than 0.
    pub fn read(&self, command: &str) -> Result<Vec<u8>, Failed> {
        let output = self.command(command).stderr(Stdio::inherit()).output();
        let output = output.map_err(|error| Failed::Io(command.to_owned(), error))?;
        if output.status.success() { Ok(output.stdout) } else { Err(Failed::Command(command.to_owned())) }
    }

    fn command(&self, command: &str) -> Command {
        let mut words = command.split_whitespace().map(OsStr::new);
        let mut made = Command::new(words.next().unwrap_or_default());
        made.args(words).current_dir(&self.root).envs(self.variables.iter().map(|(name, value)| (name, value)));
        made
    }
}
