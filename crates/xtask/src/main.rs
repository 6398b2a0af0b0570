//! What does somebody run who changes Depositary? `cargo xtask` alone lists it.
//!
//! Invariant: a task ends with the first command that fails, and says which one. The whole check of `.ci/run` is `check` on a
//! machine that `.ci/run` has made ready, so that both can never differ.

mod check;
mod generate;
mod shell;

use std::process::ExitCode;

use shell::{Failed, Shell};

/// How a task is done, with the arguments after its name.
type Task = fn(&Shell, &[String]) -> Result<(), Failed>;

/// What can be asked for: its name, what it does, and how.
const TASKS: [(&str, &str, Task); 7] = [
    ("check", "Check everything that `.ci/run` checks; or only the steps that are named", check::check),
    ("fix", "Format the code, and mend what the lints can mend by themselves", fix),
    ("schema", "Write anew what the program writes: schema.graphql, openapi.json, data/COLUMNS.md", generate::generate),
    ("docs", "Run every command of README.md and docs/, and compare what it prints", docs),
    ("bench", "Measure everything of benches/README.md; or only the parts that are named", bench),
    ("fuzz", "Fuzz what reads text of strangers; the arguments are those of `fuzz/run`", fuzz),
    ("fresh-clone", "Clone the last commit into an empty folder, and run `.ci/run` there", check::fresh_clone),
];

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (name, rest) = (arguments.next(), arguments.collect::<Vec<_>>());
    let Some((_, _, task)) = TASKS.iter().find(|(known, ..)| Some(*known) == name.as_deref()) else {
        eprintln!("Usage: cargo xtask TASK [ARGUMENTS]\n");
        for (known, does, _) in TASKS {
            eprintln!("  {known:<12} {does}");
        }
        return ExitCode::from(2);
    };
    match Shell::of_the_project().and_then(|shell| task(&shell, &rest)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failed) => {
            eprintln!("{failed}");
            ExitCode::FAILURE
        }
    }
}

fn fix(shell: &Shell, _: &[String]) -> Result<(), Failed> {
    shell.run("cargo clippy --fix --allow-dirty --workspace --all-targets --quiet")?;
    shell.run("cargo fmt --all")?;
    shell.run("cargo fmt --manifest-path fuzz/Cargo.toml")
}

fn docs(shell: &Shell, _: &[String]) -> Result<(), Failed> {
    shell.run(".ci/readme")
}

fn bench(shell: &Shell, parts: &[String]) -> Result<(), Failed> {
    shell.run(&format!("cargo bench --bench ratios -- {}", parts.join(" ")))
}

fn fuzz(shell: &Shell, arguments: &[String]) -> Result<(), Failed> {
    shell.run(&format!("fuzz/run {}", arguments.join(" ")))
}
