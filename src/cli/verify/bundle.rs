//! Does a bundle of evidence prove what it claims?
//!
//! Invariant: its hashes are believed by its checkpoint, its events by its hashes, and its answer by its events; nothing else
//! in it is believed.

use super::super::{CliError, Global, open};
use super::{No, Options};
use crate::domain::event::Recorded;
use crate::domain::ids::AgreementId;
use crate::domain::text::counted;
use crate::ledger::checkpoint::UNSIGNED;
use crate::ledger::{Checkpoint, Frontier, Hash, Verifier};
use crate::proof::audit::{Kept, json};
use crate::proof::evidence::{Bundle, FORMAT, NoBundle, answer};

/// Checks a bundle, and says what was checked.
pub fn verify(global: &Global, options: &Options, bundle: &Bundle) -> Result<String, No> {
    if bundle.format != FORMAT {
        return Err(usage(format!("this release reads {FORMAT}, and the bundle is {}", bundle.format)));
    }
    if !bundle.is_honest() {
        return Err(altered("the bundle claims to prove something else than a bundle proves"));
    }
    let leaves = leaves(bundle)?;
    let (tree, proven) = tree(options, &leaves)?;
    let signed = committed(options, bundle, &tree)?;
    let stream = stream(bundle, &leaves)?;
    let sentence = follows(global, bundle, &stream, tree.size())?;
    let mut told = format!(
        "{sentence}\nThis follows from the {} of {} in the bundle, which {} in the log as {} here. \
         That nothing follows the last of them is not proven, nor that release {} made it, as it says.\n{signed}",
        counted(stream.len(), "event"),
        bundle.question.agreement,
        if stream.len() == 1 { "is" } else { "are" },
        if stream.len() == 1 { "it is" } else { "they are" },
        bundle.release
    );
    if !options.checkpoint.is_empty() {
        told.push_str(&format!("Up to event {proven} nothing was altered since the checkpoint that you kept.\n"));
    }
    Ok(told)
}

/// Reads a bundle of evidence.
pub fn read(text: &[u8], other: impl Fn(&str) -> No) -> Result<Bundle, No> {
    let Ok(text) = std::str::from_utf8(text) else { return Err(altered("the bundle is no text")) };
    let value = match json::read(text.trim_start_matches('\u{feff}')) {
        Err(error) if error.is_eof() => return Err(other("is cut short: it ends in the middle of the bundle")),
        Err(error) if error.is_syntax() => return Err(other(&format!("is no bundle of evidence: {error}"))),
        value => value.map_err(|error| No::Altered(format!("this is no bundle of evidence: {error}")))?,
    };
    match Bundle::read(&value) {
        Ok(bundle) => Ok(bundle),
        Err(NoBundle::Form(error)) => Err(other(&format!(
            "is no bundle of evidence as this release writes one: {error}; ask for the file itself, or verify it by the release that made it"
        ))),
        Err(error) => Err(No::Altered(error.to_string())),
    }
}

fn altered(what: &str) -> No {
    No::Altered(what.to_owned())
}

fn usage(what: String) -> No {
    CliError::Usage(what).into()
}

fn leaves(bundle: &Bundle) -> Result<Vec<Hash>, No> {
    let leaf = |hash: &String| hex::decode(hash).ok().and_then(|hash| Hash::try_from(hash).ok());
    let leaves: Option<Vec<Hash>> = bundle.leaf_hashes.iter().map(leaf).collect();
    leaves.ok_or_else(|| altered("a leaf hash is not one"))
}

/// The tree over all leaves, and up to which the checkpoints prove it that the auditor kept.
fn tree(options: &Options, leaves: &[Hash]) -> Result<(Frontier, u64), No> {
    let mut kept = Kept::of(options.kept()?);
    let mut tree = Frontier::default();
    kept.compare(&tree)?;
    for leaf in leaves {
        tree.push(*leaf, |_| {});
        kept.compare(&tree)?;
    }
    match kept.beyond(tree.size()) {
        Some(later) => {
            let later = counted(later, "event");
            Err(usage(format!("the checkpoint of {later} is later than the bundle: it proves nothing of it")))
        }
        None => Ok((tree, kept.proven())),
    }
}

/// Checks that the bundle's checkpoint commits to the tree, and says who signed it.
fn committed(options: &Options, bundle: &Bundle, tree: &Frontier) -> Result<String, No> {
    let open = |key: Option<&Verifier>| {
        let checkpoint = Checkpoint::open(&bundle.checkpoint, key);
        checkpoint.map_err(|error| No::Altered(format!("the bundle's checkpoint: {error}")))
    };
    let checkpoint = open(options.key.as_ref())?;
    if checkpoint.size != tree.size() || checkpoint.root != tree.root() {
        return Err(altered("the leaf hashes are not those that the bundle's checkpoint commits to"));
    }
    let Some(told) = &bundle.key else {
        // Without a key nobody signs, and the checkpoint says so.
        return if checkpoint.origin == UNSIGNED {
            Ok("Its checkpoint is not signed.\n".to_owned())
        } else {
            Err(altered("the bundle has no key, and its checkpoint is of a log that has one"))
        };
    };
    let signed = told.parse().is_ok_and(|key| open(Some(&key)).is_ok());
    if !signed || options.key.as_ref().is_some_and(|given| given.to_string() != *told) {
        return Err(altered("the key in the bundle is not the one that signed its checkpoint"));
    }
    Ok(match &options.key {
        Some(key) => {
            let events = counted(tree.size(), "event");
            format!("The log of {events} has the root of its checkpoint, signed by {}.\n", key.name())
        }
        None => {
            "Its checkpoint is signed by the key in it alone: get the log's key another way, and give it by --key.\n"
                .to_owned()
        }
    })
}

/// The events of a bundle, each of which is one of the log's leaves.
fn stream(bundle: &Bundle, leaves: &[Hash]) -> Result<Vec<Recorded>, No> {
    let mut stream = Vec::with_capacity(bundle.stream.len());
    let mut last = 0;
    for (line, version) in bundle.stream.iter().zip(1_u32..) {
        let wrong = |problem: &str| No::Altered(format!("event {version} of the bundle: {problem}"));
        let event = line.clone().stored().map_err(|problem| wrong(&problem))?;
        let hash = event.leaf().hash().map_err(|error| wrong(&error.to_string()))?;
        let index = event.position.checked_sub(1).and_then(|index| usize::try_from(index).ok());
        if index.and_then(|index| leaves.get(index)) != Some(&hash) || event.leaf_hash != hash {
            return Err(wrong("it is not what the log has at its position"));
        }
        if event.stream != bundle.question.agreement || event.version != version || event.position <= last {
            return Err(wrong("it is not the next event of the agreement"));
        }
        last = event.position;
        let read = event.read().map_err(|error| wrong(&crate::telemetry::chain(&error)))?;
        stream.extend(read.of_agreement());
    }
    Ok(stream)
}

/// Checks that the answer follows from the events, by the rules by which it was given, and returns its sentence.
fn follows(global: &Global, bundle: &Bundle, stream: &[Recorded], size: u64) -> Result<String, No> {
    let id: AgreementId = bundle.question.agreement.parse().map_err(|_| altered("the question names no agreement"))?;
    let instruments = open::instruments(global)?;
    let instrument = instruments.load(id.instrument.as_str()).map_err(|refusal| usage(refusal.to_string()))?;
    if instruments.digest_of(id.instrument.as_str()).as_ref() != Some(&bundle.question.instrument_digest) {
        return Err(usage(format!(
            "the bundle is of release {}, and this program knows other rules of `{}`; verify it by that release, or give the instrument's file by --instruments",
            bundle.release, id.instrument
        )));
    }
    let pin = bundle.question.pin().ok_or_else(|| altered("the question has no known basis"))?;
    if pin.knowledge.position.0 > size {
        return Err(altered("the question is as of a position that the log did not have"));
    }
    if answer(&id, stream, instrument, &pin).ok().as_ref() != Some(&bundle.answer) {
        let release = &bundle.release;
        return Err(No::Altered(format!(
            "the answer does not follow from the events (the bundle is of release {release})"
        )));
    }
    let sentence = bundle.answer.pointer("/status/sentence").and_then(|sentence| sentence.as_str());
    Ok(sentence.unwrap_or_default().to_owned())
}
