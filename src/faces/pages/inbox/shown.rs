//! Which words of a document is a claim read from?
//!
//! Invariant: the text stands there as it came, each character once; a passage carries the numbers of the claims that rest on it.

use std::collections::BTreeSet;

use crate::answers::Item;
use crate::domain::reading::{Field, Marked, Words};

/// A part of a document.
pub struct Part {
    pub name: &'static str,
    pub pieces: Vec<Piece>,
}

/// A stretch of text, and the claims that are read from it.
pub struct Piece {
    pub text: String,
    /// Whether some claim is read from it.
    pub marked: bool,
    /// The numbers of the claims whose passage ends here.
    pub numbers: String,
}

/// The parts of a document, with the passages of its claims.
pub fn parts(item: &Item) -> Vec<Part> {
    let published = &item.published;
    let marks = |field: Field| marks(item, field);
    let part = |name, words: &Words| Part { name, pieces: pieces(&words.raw, &marks(words.field)) };
    let mut parts =
        vec![part("Action", &published.action), part("Summary", &published.summary), part("Dates", &published.dates)];
    if let Some(title) = published.title.as_ref().filter(|_| !marks(Field::Title).is_empty()) {
        parts.insert(0, part("Title", title));
    }
    parts.extend(item.passages.iter().map(|passage| {
        let own: Vec<(usize, usize, usize)> = marks(Field::Text)
            .into_iter()
            .filter(|(from, to, _)| passage.from <= *from && *to <= passage.from + passage.text.len())
            .map(|(from, to, number)| (from - passage.from, to - passage.from, number))
            .collect();
        Part { name: "From the text", pieces: pieces(&passage.text, &own) }
    }));
    parts.retain(|part| part.pieces.iter().any(|piece| !piece.text.trim().is_empty()));
    parts
}

/// The passages in a field, each with the number of its claim.
fn marks(item: &Item, field: Field) -> Vec<(usize, usize, usize)> {
    let of = |(number, spans): (usize, &Vec<Marked>)| {
        let own = spans.iter().filter(|mark| mark.field == field);
        own.map(|mark| (mark.from, mark.to, number)).collect::<Vec<_>>()
    };
    (1..).zip(item.proposals.iter().map(|met| &met.proposal.span)).flat_map(of).collect()
}

/// A text cut where a passage begins or ends.
fn pieces(text: &str, marks: &[(usize, usize, usize)]) -> Vec<Piece> {
    let inner = marks.iter().flat_map(|(from, to, _)| [*from, *to]).filter(|cut| text.is_char_boundary(*cut));
    let cuts: BTreeSet<usize> = [0, text.len()].into_iter().chain(inner).collect();
    let cuts: Vec<usize> = cuts.into_iter().collect();
    let piece = |pair: &[usize]| {
        let (from, to) = (*pair.first()?, *pair.last()?);
        let over = |(begin, end, _): &&(usize, usize, usize)| *begin <= from && to <= *end;
        let ends: BTreeSet<usize> = marks.iter().filter(|mark| over(mark) && mark.1 == to).map(|mark| mark.2).collect();
        Some(Piece {
            text: text.get(from..to)?.to_owned(),
            marked: marks.iter().any(|mark| over(&mark)),
            numbers: ends.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        })
    };
    cuts.windows(2).filter_map(piece).collect()
}

#[cfg(test)]
mod tests {
    use super::pieces;

    #[test]
    fn passages_that_overlap_cut_a_text_and_lose_nothing_of_it() {
        let text = "Signed on 10 April 2017 — determined.";
        let all = [(0, 6, 1), (0, 23, 2), (10, 23, 3), (24, 25, 4), (99, 120, 5)];
        let pieces = pieces(text, &all);
        assert_eq!(pieces.iter().map(|piece| piece.text.as_str()).collect::<String>(), text);
        let told: Vec<(&str, bool, &str)> =
            pieces.iter().map(|piece| (piece.text.as_str(), piece.marked, piece.numbers.as_str())).collect();
        assert_eq!(told[0], ("Signed", true, "1"));
        assert_eq!(told[1], (" on ", true, ""));
        assert_eq!(told[2], ("10 April 2017", true, "2, 3"));
        assert!(!told[3].1);
    }
}
