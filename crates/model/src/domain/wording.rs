//! How does one text read for today, and for a day that is past?
//!
//! Invariant: a text that was read has a form for both; one with a brace out of place is never read.

use serde::Deserialize;

/// Whether a sentence is about today or later, or about a day that is past.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tense {
    /// Today, or a day to come.
    Present,
    /// A day before today.
    Past,
}

impl Tense {
    /// The word for this tense, of the two.
    #[must_use]
    pub const fn of<'a>(self, present: &'a str, past: &'a str) -> &'a str {
        match self {
            Self::Present => present,
            Self::Past => past,
        }
    }
}

/// A text of an instrument's file that writes its verbs as `{is|was}`: first of today, then of a past day.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Wording {
    present: String,
    past: String,
}

impl Wording {
    /// The text in a tense.
    #[must_use]
    pub fn text(&self, tense: Tense) -> &str {
        tense.of(&self.present, &self.past)
    }
}

impl TryFrom<String> for Wording {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not closed: write each verb as {{is|was}}, of today and of a past day");
        let (mut present, mut past) = (String::new(), String::new());
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            let (verb, later) = after.split_once('}').ok_or_else(wrong)?;
            let (now, then) = verb.split_once('|').filter(|(_, then)| !then.contains(['|', '{'])).ok_or_else(wrong)?;
            if before.contains('}') || now.contains('{') {
                return Err(wrong());
            }
            present.extend([before, now]);
            past.extend([before, then]);
            rest = later;
        }
        if rest.contains('}') {
            return Err(wrong());
        }
        present.push_str(rest);
        past.push_str(rest);
        Ok(Self { present, past })
    }
}
