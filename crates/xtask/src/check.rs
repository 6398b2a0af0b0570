//! What does the whole check consist of, and in which order?
//!
//! Invariant: the cheap steps come first, and all of them build once: the tests, the documents' commands and the conformance
//! suites use the same binary.

use std::path::PathBuf;
use std::time::Instant;

use crate::shell::{Failed, Shell};

/// The steps by name, each with its commands.
const STEPS: [(&str, &[&str]); 9] = [
    ("format", &["cargo fmt --all --check", "cargo fmt --check --manifest-path fuzz/Cargo.toml"]),
    // The fuzz targets are a workspace of their own, and a dependency that is added here leaves their lock file behind.
    ("lock", &["cargo tree --locked --depth 0 --manifest-path fuzz/Cargo.toml"]),
    ("licences", &[".ci/supply"]),
    ("lints", &["cargo clippy --locked --workspace --all-targets --quiet -- -D warnings"]),
    ("documentation", &["env RUSTDOCFLAGS=-Dwarnings cargo doc --locked --workspace --no-deps --quiet"]),
    ("files", &[".ci/files"]),
    ("tests", &["cargo test --locked"]),
    ("documents", &[".ci/readme"]),
    ("conformance", &["tests/conformance/run"]),
];

/// What every step builds by: somewhat optimised, since the suites send many thousands of requests, and without what a debugger
/// needs.
const BUILD: [(&str, &str); 3] =
    [("CARGO_INCREMENTAL", "0"), ("CARGO_PROFILE_DEV_OPT_LEVEL", "1"), ("CARGO_PROFILE_DEV_DEBUG", "0")];

/// Runs the steps that are named, or all of them, and says how long each took.
///
/// # Errors
/// [`Failed`] at the first command that fails, or when no step has a name that was given.
pub fn check(shell: &Shell, named: &[String]) -> Result<(), Failed> {
    if let Some(unknown) = named.iter().find(|name| STEPS.iter().all(|(step, _)| step != *name)) {
        let steps = STEPS.map(|(step, _)| step).join(", ");
        return Err(Failed::Unknown(format!("{unknown} is no step of the check; the steps are {steps}")));
    }
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| shell.root().join("target"), PathBuf::from);
    let binary = target.join("debug/depositary").display().to_string();
    let mut shell = shell.with("DEPOSITARY_BIN", binary);
    for (name, value) in BUILD {
        shell = shell.with(name, value);
    }
    let mut took = Vec::new();
    for (step, commands) in STEPS.iter().filter(|(step, _)| named.is_empty() || named.iter().any(|name| name == step)) {
        println!("\n== {step}");
        let began = Instant::now();
        commands.iter().try_for_each(|command| shell.run(command))?;
        took.push(format!("{step} {} s", began.elapsed().as_secs()));
    }
    println!("\n== {}", took.join(", "));
    Ok(())
}

/// Runs the whole check on the last commit, in a clone of its own that is removed when all went well.
///
/// # Errors
/// [`Failed`] when the check fails; the clone is left where it is then, and is named, so that one can look.
pub fn fresh_clone(shell: &Shell, _: &[String]) -> Result<(), Failed> {
    let place = std::env::temp_dir().join(format!("depositary-{}", std::process::id()));
    let shown = place.display();
    println!("the clone is {shown}");
    shell.run(&format!("git clone --quiet . {shown}"))?;
    shell.run(&format!("env --chdir {shown} --unset CARGO_TARGET_DIR .ci/run"))?;
    std::fs::remove_dir_all(&place).map_err(|error| Failed::Io(shown.to_string(), error))
}
