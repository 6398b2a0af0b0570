//! Which statuses differ between two days, by two knowledges, and what made the difference?
//!
//! Invariant: each side is pinned as any other question is, so a report of June compared with today is one question.

use super::{Answers, AskError, Page, Pin, Slice};
use crate::domain::country::Country;
use crate::domain::ids::AgreementId;
use crate::projections::diff::{Difference, Side, difference, differs};

/// Which agreements are compared; an empty list filters nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DiffFilter {
    /// The code of the only instrument that is wanted; `None` for all.
    pub instrument: Option<String>,
    /// Only agreements with these countries; when omitted or empty, all countries.
    pub countries: Vec<Country>,
}

/// An agreement whose status differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiffRow {
    /// The agreement that this is about.
    pub agreement: AgreementId,
    /// How the status differs, and what made the difference.
    pub difference: Difference,
}

impl Pin {
    /// The side of a comparison that this pins.
    const fn side(&self) -> Side {
        Side { day: self.day, knowledge: self.knowledge }
    }
}

impl Answers {
    /// The agreements whose status differs between two pins, in the order of their ids.
    ///
    /// # Errors
    /// When the instrument is not known or the log cannot be read.
    pub async fn diff(
        &self,
        from: &Pin,
        to: &Pin,
        filter: &DiffFilter,
        page: &Page<String>,
    ) -> Result<Slice<DiffRow>, AskError> {
        let (from, to) = (from.side(), to.side());
        let mut differing: Vec<AgreementId> = Vec::new();
        self.each_history(self.code(filter.instrument.as_deref())?.as_ref(), |id, history, instrument| {
            let asked = filter.countries.is_empty() || filter.countries.contains(&id.country);
            if asked && differs(history, instrument, &from, &to) {
                differing.push(id.clone());
            }
        })
        .await?;
        let Slice { items, has_previous, has_next, total } = page.cut(differing, ToString::to_string);
        // The causes cost more than to know that there are some, so only a page of them is looked for.
        self.warm(&items).await?;
        let mut rows = Vec::with_capacity(items.len());
        for agreement in items {
            let history = self.history(&agreement).await?;
            if let Some(mut difference) = difference(&history, self.instrument(&agreement)?, &from, &to) {
                self.judge(&agreement, &from.knowledge, &mut difference.from).await?;
                self.judge(&agreement, &to.knowledge, &mut difference.to).await?;
                rows.push(DiffRow { agreement, difference });
            }
        }
        Ok(Slice { items: rows, has_previous, has_next, total })
    }
}
