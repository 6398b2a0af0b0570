//! What does a program say of the costs of its fields?
//!
//! Invariant: whatever is counted, and whatever the text of the schema says of it, is looked up here.

/// A field: its type, its name, and a number that the program gives it.
pub type FieldNumber = (&'static str, &'static str, usize);

/// A field with an argument that names several things: the field costs once for each thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountedArgument {
    /// The type that has the field.
    pub of: &'static str,
    /// The name of the field.
    pub field: &'static str,
    /// The argument, a list, or an object with one in it.
    pub argument: &'static str,
    /// The members that lead from the argument to its list.
    pub within: &'static [&'static str],
    /// What each thing costs beside what is selected of it.
    pub each: usize,
}

/// What fields cost that do more than a field does. A field that is in no table costs 1 and what is in it; one that takes
/// `first` and `last` costs as many of its entries as they say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Costs {
    /// What fields cost beside themselves and what is in them: those that read much for any answer, and those that write.
    pub prices: &'static [FieldNumber],
    /// The fields with an argument that names several things.
    pub several: &'static [CountedArgument],
    /// About how many entries a list has that is given whole. A list that is not here costs as one entry.
    pub lengths: &'static [FieldNumber],
    /// How many entries a page has when neither `first` nor `last` is given.
    pub usual_page: usize,
}

impl Costs {
    /// What a field costs beside itself and what is in it.
    #[must_use]
    pub fn price(&self, of: &str, field: &str) -> Option<usize> {
        find(self.prices, of, field)
    }

    /// About how many entries a list has that is given whole.
    #[must_use]
    pub fn length(&self, of: &str, field: &str) -> Option<usize> {
        find(self.lengths, of, field)
    }

    /// What a field takes that names several things.
    #[must_use]
    pub fn several(&self, of: &str, field: &str) -> Option<&'static CountedArgument> {
        self.several.iter().find(|several| several.of == of && several.field == field)
    }
}

/// The number of a field, where a table has one.
fn find(table: &[FieldNumber], of: &str, field: &str) -> Option<usize> {
    table.iter().find(|(known, name, _)| *known == of && *name == field).map(|(.., number)| *number)
}
