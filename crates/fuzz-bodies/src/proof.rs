//! Is anything believed that is not so?
//!
//! An input is the text of a note, a key, a number or a frontier, or a claim about the tree that this file grows:
//! `included INDEX SIZE LEAF HASH...` and `consistent FROM TO HASH...`. A hash is 64 hexadecimal digits, or `HEIGHT.INDEX`
//! of the known tree, so that a claim is readable and few changes make it another one that nearly holds.
//!
//! Invariant: a claim about the known tree is believed exactly when RFC 6962 says so; of a key, exactly what it has signed.

use std::sync::LazyLock;

use depositary::ledger::tiles::Number;
use depositary::ledger::tree::{leaf_hash, parent};
use depositary::ledger::{Checkpoint, Frontier, Hash, Signer, Verifier, note, proof};

/// The leaves of the known tree: more than a tile.
const LEAVES: u64 = 300;

struct Known {
    /// The whole subtrees, by height and index.
    nodes: Vec<Vec<Hash>>,
    /// The root of each size.
    roots: Vec<Hash>,
    signer: Signer,
    /// The notes that the key has signed.
    notes: Vec<String>,
}

static KNOWN: LazyLock<Known> = LazyLock::new(|| {
    let leaves: Vec<Hash> = (0..LEAVES).map(|index| leaf_hash(format!("event {index}").as_bytes())).collect();
    let mut frontier = Frontier::default();
    let mut roots = vec![frontier.root()];
    for leaf in &leaves {
        frontier.push(*leaf, |_| {});
        roots.push(frontier.root());
    }
    let mut nodes = vec![leaves];
    while let Some(row) = nodes.last().filter(|row| row.len() > 1) {
        let (pairs, _) = row.as_chunks::<2>();
        nodes.push(pairs.iter().map(|[left, right]| parent(left, right)).collect());
    }
    let signer = Signer::new("example.org/log", [7; 32]).unwrap();
    let notes = (0..).zip(&roots).take(9).map(|(size, root)| Checkpoint::note(size, *root, Some(&signer))).collect();
    Known { nodes, roots, signer, notes }
});

/// Tries a text as whatever it claims to be.
pub fn run(data: &[u8]) {
    frontier(data);
    let Ok(text) = std::str::from_utf8(data) else { return };
    claim(text);
    keys(text);
    checkpoint(text);
    if let Some(number) = Number::parse(text) {
        assert_eq!(number.to_string(), text, "a number has one spelling");
    }
}

/// The verdict on a claim about the known tree is that of the definition (RFC 6962, section 2.1).
fn claim(text: &str) -> Option<()> {
    let mut words = text.split_ascii_whitespace();
    let (what, one, other) = (words.next()?, words.next()?.parse::<u64>().ok()?, words.next()?.parse::<u64>().ok()?);
    let mut hashes: Vec<Hash> = words.take(100).map(hash).collect::<Option<_>>()?;
    let (root, nothing) = (KNOWN.roots.get(usize::try_from(other).ok()?), leaf_hash(b"nothing"));
    let (verdict, holds) = match what {
        "included" if !hashes.is_empty() => {
            let leaf = hashes.remove(0);
            let verdict = proof::included(leaf, one, other, &hashes, root.unwrap_or(&nothing));
            (verdict, one < other && root.is_some() && leaf == node(0, one)? && hashes == path(one, 0, other))
        }
        "consistent" => {
            let from = usize::try_from(one).ok().and_then(|from| KNOWN.roots.get(from)).unwrap_or(&nothing);
            let verdict = proof::consistent(one, from, other, root.unwrap_or(&nothing), &hashes);
            // Nothing needs to be told of a tree that is claimed to begin itself, or of the empty one, which begins all.
            let plain = (one == other || one == 0) && hashes.is_empty();
            (verdict, plain || root.is_some() && one <= other && hashes == grown(one, other))
        }
        _ => return None,
    };
    assert_eq!(verdict.is_ok(), holds, "{text}: {verdict:?}");
    Some(())
}

fn hash(word: &str) -> Option<Hash> {
    match word.split_once('.') {
        Some((height, index)) => node(height.parse().ok()?, index.parse().ok()?),
        None => hex::decode(word).ok()?.try_into().ok(),
    }
}

fn node(height: usize, index: u64) -> Option<Hash> {
    KNOWN.nodes.get(height)?.get(usize::try_from(index).ok()?).copied()
}

/// The root over some leaves of the known tree: MTH.
fn over(low: u64, high: u64) -> Hash {
    if high - low == 1 {
        return KNOWN.nodes[0][usize::try_from(low).unwrap()];
    }
    let middle = low + split(high - low);
    parent(&over(low, middle), &over(middle, high))
}

/// The largest power of two below a size of at least 2.
fn split(size: u64) -> u64 {
    size.next_power_of_two() / 2
}

/// PATH: lowest first.
fn path(index: u64, low: u64, high: u64) -> Vec<Hash> {
    if high - low == 1 {
        return Vec::new();
    }
    let middle = low + split(high - low);
    let (mut path, beside) = if index < middle {
        (path(index, low, middle), over(middle, high))
    } else {
        (path(index, middle, high), over(low, middle))
    };
    path.push(beside);
    path
}

/// PROOF: lowest first.
fn grown(from: u64, to: u64) -> Vec<Hash> {
    fn sub(from: u64, low: u64, high: u64, whole: bool) -> Vec<Hash> {
        if from == high {
            return if whole { Vec::new() } else { vec![over(low, high)] };
        }
        let middle = low + split(high - low);
        let (mut path, beside) = if from <= middle {
            (sub(from, low, middle, whole), over(middle, high))
        } else {
            (sub(from, middle, high, false), over(low, middle))
        };
        path.push(beside);
        path
    }
    if from == 0 || from == to { Vec::new() } else { sub(from, 0, to, true) }
}

/// What is a key is written as the key that it is.
fn keys(text: &str) {
    if let Ok(verifier) = text.parse::<Verifier>() {
        assert_eq!(verifier.to_string().parse(), Ok(verifier), "{text}");
    }
    if let Ok(signer) = Signer::parse(text) {
        let again = Signer::parse(&signer.secret_text());
        assert!(again.is_ok_and(|again| again.verifier() == signer.verifier()), "{text}");
    }
}

/// A checkpoint has one text, and by a key only what the key has signed is believed.
fn checkpoint(text: &str) {
    let _ = note::split(text);
    if let Ok(checkpoint) = Checkpoint::open(text, None) {
        assert_eq!(Checkpoint::open(&checkpoint.to_string(), None), Ok(checkpoint), "{text}");
    }
    if let Ok(checkpoint) = Checkpoint::open(text, Some(&KNOWN.signer.verifier())) {
        let signed = usize::try_from(checkpoint.size).ok().and_then(|size| KNOWN.notes.get(size));
        let signed = signed.and_then(|note| Checkpoint::open(note, None).ok());
        assert_eq!(signed, Some(checkpoint), "the key has signed no such text: {text}");
    }
}

/// A size in eight bytes and the roots behind it.
fn frontier(data: &[u8]) {
    let Some((size, roots)) = data.split_first_chunk::<8>() else { return };
    let Some(mut frontier) = Frontier::of(u64::from_be_bytes(*size), roots) else { return };
    assert_eq!((frontier.size(), frontier.bytes().as_slice()), (u64::from_be_bytes(*size), roots));
    assert_eq!(frontier.subtrees().map(|(leaves, _)| leaves).sum::<u64>(), frontier.size());
    let root = frontier.root();
    // The longest tree of all grows no further.
    if frontier.size() < i64::MAX as u64 {
        frontier.push(leaf_hash(data), |_| {});
        assert!(frontier.root() != root && Frontier::of(frontier.size(), &frontier.bytes()).is_some());
    }
}
