//! Which unrecorded changes are one and the same change, on some day among several?
//!
//! Invariant: what an agreement came to on its way, as in force before it ended, is a change of its own for whoever asks why.

use std::collections::BTreeMap;

use super::changes::Change;
use super::search::{Graph, Why};

/// Changes of one kind in neighbouring stretches: one change, on some day among theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cluster {
    pub change: Change,
    pub first: u32,
    pub last: u32,
    /// What had happened, in every world, before it came in its last stretch: one bit a slot.
    pub done: u64,
}

/// The kept changes, those of one kind in neighbouring stretches as one, and the place of each by the node from which it comes.
///
/// The second change of a kind in a world is another than the first, even where the one may begin as the other ends.
pub(super) fn clusters(graph: &Graph, order: &[u32]) -> (Vec<Cluster>, BTreeMap<(u32, Change), u16>) {
    let mut counts: Vec<Option<BTreeMap<Change, u16>>> = vec![None; graph.nodes.len()];
    let mut all: Vec<(Change, u16, u32, u32)> = Vec::new();
    for node in order {
        let mut fewest: Option<BTreeMap<Change, u16>> = None;
        for step in graph.into(*node) {
            let mut count = counts.get(step.from as usize).cloned().flatten().unwrap_or_default();
            let stretch = graph.node(step.from).map(|from| from.stretch).unwrap_or_default();
            match step.why {
                Why::Change(change) => {
                    let standing = graph.node(step.from).map(|from| from.state.standing);
                    let change = standing.map_or(change, |standing| change.first_from(standing));
                    let before = count.entry(change).or_default();
                    all.push((change, *before, stretch, step.from));
                    *before += 1;
                }
                Why::Arrive(standing) => {
                    let change = Change::Standing(standing);
                    let before = count.entry(change).or_default();
                    all.push((change, *before, stretch, step.from));
                    *before += 1;
                }
                _ => {}
            }
            if let Some(fewest) = &mut fewest {
                fewest.retain(|change, _| count.contains_key(change));
                for (change, fewest) in fewest {
                    *fewest = (*fewest).min(count.get(change).copied().unwrap_or_default());
                }
            } else {
                fewest = Some(count);
            }
        }
        if let Some(slot) = counts.get_mut(*node as usize) {
            *slot = fewest;
        }
    }
    all.sort_unstable();
    let (mut clusters, mut placed) = (Vec::new(), BTreeMap::new());
    for group in all.chunk_by(|(a, one, at, _), (b, other, next, _)| (a, one) == (b, other) && *next <= at + 1) {
        let (Some((change, _, first, _)), Some((.., last, _))) = (group.first(), group.last()) else { continue };
        let place = u16::try_from(clusters.len()).unwrap_or(u16::MAX);
        placed.extend(group.iter().map(|(change, .., from)| ((*from, *change), place)));
        let at_last = group.iter().filter(|(.., stretch, _)| stretch == last);
        let happened = at_last.filter_map(|(.., from)| graph.node(*from)).map(|from| from.state.happened);
        let done = happened.reduce(|all, happened| all & happened).unwrap_or_default();
        clusters.push(Cluster { change: *change, first: *first, last: *last, done });
    }
    (clusters, placed)
}
