//! Which instruments does this process know?
//!
//! Invariant: every instrument was checked when it was loaded; a wrong file stops the process with file and line.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::domain::ids::InstrumentCode;
use crate::domain::instrument::{Instrument, InstrumentError};
use crate::domain::refusal::Refusal;

/// The known instruments by code; cheap to clone.
#[derive(Debug, Clone)]
pub struct Instruments(Arc<BTreeMap<InstrumentCode, Instrument>>, Arc<str>);

/// Why the instruments cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub enum InstrumentsError {
    /// The file does not describe an instrument.
    #[error(transparent)]
    Wrong(#[from] InstrumentError),
    /// The directory or a file in it cannot be read.
    #[error("cannot read {path}")]
    Unreadable {
        /// The file that cannot be read.
        path: PathBuf,
        /// Why the system could not read it.
        #[source]
        source: std::io::Error,
    },
}

impl Instruments {
    /// The instruments that come with the program.
    ///
    /// # Errors
    /// [`InstrumentsError::Wrong`] when a bundled file is wrong, which a test rules out.
    pub fn bundled() -> Result<Self, InstrumentsError> {
        Self::of([
            ("rdp.toml".to_owned(), include_str!("../../data/instruments/rdp.toml").to_owned()),
            ("sosa.toml".to_owned(), include_str!("../../data/instruments/sosa.toml").to_owned()),
            ("rsf.toml".to_owned(), include_str!("../../data/instruments/rsf.toml").to_owned()),
            ("korus.toml".to_owned(), include_str!("../../data/instruments/korus.toml").to_owned()),
        ])
    }

    /// The bundled instruments and those of a directory's `*.toml` files.
    ///
    /// # Errors
    /// [`InstrumentsError`], naming the file and the line.
    pub fn with_directory(directory: &Path) -> Result<Self, InstrumentsError> {
        let unreadable = |path: &Path| {
            let path = path.to_owned();
            move |source| InstrumentsError::Unreadable { path, source }
        };
        let mut paths = Vec::new();
        for entry in std::fs::read_dir(directory).map_err(unreadable(directory))? {
            let path = entry.map_err(unreadable(directory))?.path();
            if path.extension().is_some_and(|extension| extension == "toml") {
                paths.push(path);
            }
        }
        paths.sort();
        let mut files = Vec::new();
        for path in paths {
            let text = std::fs::read_to_string(&path).map_err(unreadable(&path))?;
            files.push((path.display().to_string(), text));
        }
        let bundled = Self::bundled()?;
        let mut all = BTreeMap::clone(&bundled.0);
        Self::add(&mut all, files)?;
        Ok(Self::checked(all))
    }

    /// The instruments in these named texts.
    ///
    /// # Errors
    /// [`InstrumentsError`], naming the file and the line.
    pub fn of(files: impl IntoIterator<Item = (String, String)>) -> Result<Self, InstrumentsError> {
        let mut all = BTreeMap::new();
        Self::add(&mut all, files)?;
        Ok(Self::checked(all))
    }

    fn checked(all: BTreeMap<InstrumentCode, Instrument>) -> Self {
        let mut hasher = Sha256::new();
        for instrument in all.values() {
            hasher.update(format!("{instrument:?}\n"));
        }
        let digest = hex::encode(hasher.finalize());
        Self(Arc::new(all), digest.into())
    }

    /// A digest of one instrument with all its rules; `None` when it is not known.
    #[must_use]
    pub fn digest_of(&self, code: &str) -> Option<String> {
        self.load(code).ok().map(|instrument| hex::encode(Sha256::digest(format!("{instrument:?}"))))
    }

    /// A digest of these instruments with all their rules.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.1
    }

    fn add(
        all: &mut BTreeMap<InstrumentCode, Instrument>,
        files: impl IntoIterator<Item = (String, String)>,
    ) -> Result<(), InstrumentsError> {
        for (file, text) in files {
            let instrument = Instrument::parse(&file, &text)?;
            let code = instrument.code.clone();
            if all.insert(code.clone(), instrument).is_some() {
                let line = 1 + text.lines().position(|line| line.trim_start().starts_with("code")).unwrap_or_default();
                let problem = format!("instrument `{code}` is known already; give this one another code");
                return Err(InstrumentError { file, line, problem }.into());
            }
        }
        Ok(())
    }

    /// The instrument with this code.
    #[must_use]
    pub fn find(&self, code: &InstrumentCode) -> Option<&Instrument> {
        self.0.get(code)
    }

    /// The instrument with this code, or the refusal that names those that are known.
    ///
    /// # Errors
    /// [`Refusal::UnknownInstrument`].
    pub fn load(&self, code: &str) -> Result<&Instrument, Refusal> {
        self.0.get(code).ok_or_else(|| Refusal::UnknownInstrument {
            instrument: code.chars().take(60).collect(),
            known: self.0.keys().map(InstrumentCode::as_str).collect::<Vec<_>>().join(", "),
        })
    }

    /// Every instrument, in the order of the codes.
    pub fn iter(&self) -> impl Iterator<Item = &Instrument> {
        self.0.values()
    }
}
