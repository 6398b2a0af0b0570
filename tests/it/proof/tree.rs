//! Is the tree the one that everyone else computes? Checked against an independent implementation (`tlog_tiles`,
//! `signed_note`).

use std::cell::RefCell;

use depositary::ledger::note::{Signer, Verifier};
use depositary::ledger::tiles::{Number, TOP_LEVEL, WIDTH};
use depositary::ledger::tree::{Frontier, Hash, leaf_hash};
use depositary::ledger::{Checkpoint, TileId, Tiles, proof};
use proptest::prelude::*;
use signed_note::{Note, StandardVerifier, VerifierList};
use tlog_tiles::tlog::{
    self, HashReader, check_record, check_tree, prove_record, prove_tree, stored_hashes, tree_hash,
};

/// The other implementation's memory of a tree.
#[derive(Default)]
struct Stored(RefCell<Vec<tlog::Hash>>);

impl HashReader for Stored {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog::Hash>, tlog::Error> {
        let stored = self.0.borrow();
        Ok(indexes.iter().map(|index| stored[usize::try_from(*index).unwrap()]).collect())
    }
}

/// A tree that both have.
struct Both {
    theirs: Stored,
    ours: Tiles,
    roots: Vec<Hash>,
}

fn entry(index: u64) -> Vec<u8> {
    format!("event {index}").into_bytes()
}

/// Grows both trees, leaf by leaf, and keeps the root of each size that is asked for.
fn grow(size: u64, keep: impl Fn(u64) -> bool) -> Both {
    let theirs = Stored::default();
    let mut frontier = Frontier::default();
    let mut levels: Vec<Vec<Hash>> = vec![Vec::new(); usize::from(TOP_LEVEL) + 1];
    let mut roots = Vec::new();
    for index in 0..=size {
        if keep(index) {
            roots.push(frontier.root());
        }
        if index < size {
            let new = stored_hashes(index, &entry(index), &theirs).unwrap();
            theirs.0.borrow_mut().extend(new);
            let leaf = leaf_hash(&entry(index));
            levels[0].push(leaf);
            frontier.push(leaf, |node| {
                assert_eq!(node.number, levels[usize::from(node.level)].len() as u64, "nodes come in their order");
                levels[usize::from(node.level)].push(node.hash);
            });
        }
    }
    let mut ours = Tiles::default();
    for (level, hashes) in (0_u8..).zip(levels) {
        for (number, tile) in (0..).zip(hashes.chunks(256)) {
            let id = TileId { level, number };
            assert_eq!(id.width(size), tile.len() as u64, "a tile is as wide as the specification says");
            ours.insert(id, tile.to_vec());
        }
    }
    Both { theirs, ours, roots }
}

fn theirs(hashes: &[Hash]) -> Vec<tlog::Hash> {
    hashes.iter().map(|hash| tlog::Hash(*hash)).collect()
}

impl Both {
    fn agree_on_root(&self, size: u64, root: &Hash) {
        if size > 0 {
            assert_eq!(tree_hash(size, &self.theirs).unwrap().0, *root, "the root of {size}");
        }
        assert_eq!(self.ours.root(size), Ok(*root), "the root of {size} from tiles");
    }

    fn agree_on_inclusion(&self, index: u64, size: u64, root: &Hash) {
        let path = self.ours.inclusion(index, size).unwrap();
        assert_eq!(prove_record(size, index, &self.theirs).unwrap(), theirs(&path));
        let leaf = self.ours.leaf(index).unwrap();
        check_record(&theirs(&path), size, tlog::Hash(*root), index, tlog::Hash(leaf)).unwrap();
        proof::included(leaf, index, size, &path, root).unwrap();
        let mut longer = path.clone();
        longer.push(*root);
        assert!(proof::included(leaf, index, size, &longer, root).is_err(), "a longer proof is refused");
        for place in 0..path.len() {
            let mut forged = path.clone();
            forged[place][0] ^= 1;
            assert!(proof::included(leaf, index, size, &forged, root).is_err(), "a forged proof is refused");
        }
        if let Some((_, shorter)) = path.split_last() {
            assert!(proof::included(leaf, index, size, shorter, root).is_err(), "a shorter proof is refused");
        }
        assert!(proof::included(leaf, size, size, &path, root).is_err(), "no proof is of a leaf beyond the tree");
    }

    fn agree_on_consistency(&self, from: u64, to: u64, from_root: &Hash, to_root: &Hash) {
        let path = self.ours.consistency(from, to).unwrap();
        if from > 0 && from < to {
            assert_eq!(prove_tree(to, from, &self.theirs).unwrap(), theirs(&path), "from {from} to {to}");
            check_tree(&theirs(&path), to, tlog::Hash(*to_root), from, tlog::Hash(*from_root)).unwrap();
        }
        proof::consistent(from, from_root, to, to_root, &path).unwrap();
        for place in 0..path.len() {
            let mut forged = path.clone();
            forged[place][31] ^= 128;
            assert!(proof::consistent(from, from_root, to, to_root, &forged).is_err(), "a forged proof is refused");
        }
        let mut other = *from_root;
        other[5] ^= 2;
        assert!(proof::consistent(from, &other, to, to_root, &path).is_err(), "a forged root is refused");
    }
}

#[test]
fn every_size_from_0_to_1024_has_the_root_and_the_proofs_that_an_independent_implementation_computes() {
    let both = grow(1_024, |_| true);
    for (size, root) in (0..).zip(&both.roots) {
        both.agree_on_root(size, root);
        let last = both.roots.last().unwrap();
        both.agree_on_consistency(size, 1_024, root, last);
        // Every leaf of small trees, and of larger ones some at the ends and the seams.
        let leaves = (0..size).filter(|index| {
            size <= 64 || *index < 2 || index + 2 >= size || (index % 256).min((255 - index % 256) % 256) < 1
        });
        for index in leaves {
            both.agree_on_inclusion(index, size, root);
        }
    }
}

#[test]
fn every_pair_of_small_sizes_is_proven_consistent() {
    let both = grow(70, |_| true);
    for (to, to_root) in (0..).zip(&both.roots) {
        for (from, from_root) in (0..=to).zip(&both.roots) {
            both.agree_on_consistency(from, to, from_root, to_root);
        }
    }
}

#[test]
fn a_hundred_sizes_up_to_a_million_have_the_roots_and_the_proofs_of_an_independent_implementation() {
    // Spread by a multiplier without a pattern in binary; the last is a million itself.
    let mut sizes: Vec<u64> =
        (1..100_u64).map(|place| place.wrapping_mul(0x9E37_79B9_7F4A_7C15) % 1_000_000 + 1).collect();
    sizes.push(1_000_000);
    sizes.sort_unstable();
    sizes.dedup();
    assert_eq!(sizes.len(), 100);
    let both = grow(1_000_000, |size| sizes.binary_search(&size).is_ok());
    let (last, last_root) = (sizes[99], both.roots[99]);
    for (size, root) in sizes.iter().zip(&both.roots) {
        both.agree_on_root(*size, root);
        both.agree_on_consistency(*size, last, root, &last_root);
        both.agree_on_inclusion(size.wrapping_mul(31) % size, *size, root);
        both.agree_on_inclusion(size - 1, *size, root);
        both.agree_on_inclusion(size / 3, *size, root);
    }
}

#[test]
fn a_tile_number_is_spelled_as_the_specification_has_it_and_in_no_other_way() {
    for (number, text) in [(0, "000"), (67, "067"), (1_234_067, "x001/x234/067"), (1_000, "x001/000")] {
        assert_eq!(Number(number).to_string(), text);
        assert_eq!(Number::parse(text).map(|number| number.0), Some(number));
        let tile = tlog_tiles::Tile::new(8, 0, number, 256, false);
        assert_eq!(tile.path().split_once("tile/8/0/").map_or_else(|| tile.path(), |(_, rest)| rest.to_owned()), text);
    }
    for wrong in ["", "0", "0067", "x000/067", "x001", "001/067", "x001/x067", "-01", "x99x", "x001//067"] {
        assert!(Number::parse(wrong).is_none(), "{wrong}");
    }
    assert!(Number::parse(&"x999/".repeat(9)).is_none());
    assert_eq!(WIDTH, 256);
}

#[test]
fn what_we_sign_an_independent_implementation_opens_and_the_other_way_round() {
    let signer = Signer::new("example.org/log", [7; 32]).unwrap();
    let text = Checkpoint::note(3, [9; 32], Some(&signer));
    let verifier = signer.verifier().to_string();
    let theirs = StandardVerifier::new(&verifier).unwrap();
    let note = Note::from_bytes(text.as_bytes()).unwrap();
    let (good, other) = note.verify(&VerifierList::new(vec![Box::new(theirs)])).unwrap();
    assert_eq!((good.len(), other.len()), (1, 0));
    let theirs = tlog_tiles::Checkpoint::from_bytes(note.text()).unwrap();
    assert_eq!((theirs.origin(), theirs.size(), theirs.hash().0), ("example.org/log", 3, [9; 32]));

    let again = Signer::parse(&signer.secret_text()).unwrap();
    assert_eq!(again.verifier().to_string(), verifier);
    let verifier: Verifier = verifier.parse().unwrap();
    assert_eq!(Checkpoint::open(&text, Some(&verifier)).unwrap().size, 3);
    for other in [text.replace("\n3\n", "\n4\n"), text.replace("example.org/log\n3", "example.net/log\n3")] {
        assert!(Checkpoint::open(&other, Some(&verifier)).is_err(), "an altered note is refused: {other}");
    }
    let unsigned = Checkpoint::note(3, [9; 32], None);
    assert!(unsigned.starts_with("depositary/unsigned\n"));
    assert!(Checkpoint::open(&unsigned, Some(&verifier)).is_err(), "a note that nobody signed is not believed");
    assert_eq!(Checkpoint::open(&unsigned, None).unwrap().root, [9; 32]);
    let stranger = Signer::new("example.org/log", [8; 32]).unwrap().verifier();
    assert!(Checkpoint::open(&text, Some(&stranger)).is_err(), "another's key does not fit");
}

#[test]
fn a_key_never_shows_its_secret_and_a_log_has_a_name_that_a_note_can_carry() {
    let signer = Signer::new("example.org/log", [7; 32]).unwrap();
    let secret = signer.secret_text();
    assert!(!format!("{signer:?}").contains(secret.rsplit('+').next().unwrap()));
    for wrong in ["", "two words", "plus+sign", "line\nbreak"] {
        assert!(Signer::new(wrong, [7; 32]).is_err(), "{wrong:?}");
    }
}

fn law_any_note_is_read_or_refused(note: &str) {
    let verifier = Signer::new("a", [1; 32]).unwrap().verifier();
    let _ = Checkpoint::open(note, Some(&verifier));
    let _ = Checkpoint::open(note, None);
    let _ = note.parse::<Verifier>();
    let _ = Signer::parse(note);
}

fn law_altered_checkpoint_is_not_believed(place: usize, mask: u8) -> Result<(), TestCaseError> {
    let signer = Signer::new("example.org/log", [7; 32]).unwrap();
    let note = Checkpoint::note(1_234, [9; 32], Some(&signer));
    let mut bytes = note.clone().into_bytes();
    let place = place % bytes.len();
    bytes[place] ^= mask;
    if let Ok(altered) = String::from_utf8(bytes)
        && let Ok(checkpoint) = Checkpoint::open(&altered, Some(&signer.verifier()))
    {
        // What else can be read says the same thing.
        prop_assert_eq!(checkpoint, Checkpoint::open(&note, None).unwrap());
    }
    Ok(())
}

proptest! {
    #[test]
    fn no_note_makes_the_reader_panic(note in "(\\PC|\n|\u{2014} a AAAA\n){0,40}") {
        law_any_note_is_read_or_refused(&note);
    }

    #[test]
    fn an_altered_checkpoint_is_never_believed(place in 0_usize..170, mask in 1_u8..) {
        law_altered_checkpoint_is_not_believed(place, mask)?;
    }

    #[test]
    fn no_proof_makes_the_verifier_panic_and_none_that_is_invented_proves_anything(
        from in any::<u64>(), to in any::<u64>(), hashes in prop::collection::vec(any::<[u8; 32]>(), 0..70),
    ) {
        prop_assert!(proof::included([1; 32], from, to, &hashes, &[2; 32]).is_err());
        prop_assert!(proof::consistent(from, &[1; 32], to, &[2; 32], &hashes).is_err());
    }
}
