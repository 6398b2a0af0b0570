//! `depositary inbox accept --set`: what a person would have recorded in place of what a document says.
//!
//! Invariant: an edit changes one field of the milestone that is offered, in the spelling of a fact file; what does not fit the
//! milestone's kind is refused before anything is decided.

use std::str::FromStr;

use serde_json::{Map, Value};

use crate::answers::Item;
use crate::cli::error::CliError;
use crate::domain::milestone::Milestone;
use crate::work::desk::{DeskError, Wish, content};

/// The fields that a milestone of every kind has.
const OF_ALL: [&str; 5] = ["occurred", "effective", "evidence", "summary", "detail"];

/// One field with its new value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The number of the proposal, where one is named.
    number: Option<usize>,
    field: String,
    /// The new value; empty where the field is left out.
    value: String,
}

impl FromStr for Edit {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "give FIELD=VALUE, such as occurred=2024-02-23, or 2.occurred=2024-02-23".to_owned();
        let (name, value) = text.split_once('=').ok_or_else(wrong)?;
        let (number, field) = match name.split_once('.') {
            Some((number, field)) => (Some(number.parse().map_err(|_| wrong())?), field),
            None => (None, name),
        };
        if field.is_empty() {
            return Err(wrong());
        }
        Ok(Self { number, field: field.to_owned(), value: value.to_owned() })
    }
}

/// The proposals that are wanted, those of `only` or all that are offered, each with its edits.
///
/// # Errors
/// When it does not follow which proposal an edit is about, or the edit does not fit it.
pub fn wishes(item: &Item, only: &[usize], edits: &[Edit]) -> Result<Vec<Wish>, CliError> {
    let wanted: Vec<usize> = if only.is_empty() { (1..=item.proposals.len()).collect() } else { only.to_vec() };
    let of = |edit: &Edit| match (edit.number, wanted.as_slice()) {
        (Some(number), _) if wanted.contains(&number) => Ok(number),
        (None, [number]) => Ok(*number),
        (Some(number), _) => {
            Err(CliError::Usage(format!("--set is about proposal {number}, which is not to be recorded")))
        }
        (None, _) => Err(CliError::Usage(format!(
            "several proposals are to be recorded; say which one --set is about: 1.{}={}",
            edit.field, edit.value
        ))),
    };
    let edits = edits.iter().map(|edit| Ok((of(edit)?, edit))).collect::<Result<Vec<_>, CliError>>()?;
    let wish = |number: usize| {
        let own: Vec<&Edit> = edits.iter().filter(|(of, _)| *of == number).map(|(_, edit)| *edit).collect();
        let recorded =
            number.checked_sub(1).and_then(|place| item.proposals.get(place)).is_some_and(|met| met.recorded);
        let edited = match own.as_slice() {
            // What the log holds is not recorded again, however it was edited.
            [] => None,
            _ if recorded => None,
            own => Some(own.iter().try_fold(content(item, number)?.clone(), |told, edit| edit.of(&told))?),
        };
        Ok(Wish { number, edited })
    };
    wanted.into_iter().map(wish).collect()
}

impl Edit {
    /// A milestone with this edit. A value is text, or JSON where the field takes no text.
    fn of(&self, milestone: &Milestone) -> Result<Milestone, CliError> {
        if self.value.is_empty() {
            return self.put(milestone, None);
        }
        let as_text = self.put(milestone, Some(Value::String(self.value.clone())));
        match serde_json::from_str(&self.value) {
            Ok(value) if as_text.is_err() => self.put(milestone, Some(value)),
            _ => as_text,
        }
    }

    fn put(&self, milestone: &Milestone, value: Option<Value>) -> Result<Milestone, CliError> {
        let mut told = serde_json::to_value(milestone).map_err(CliError::Json)?;
        if let Some(fields) = self.fields(&mut told) {
            match value {
                Some(value) => fields.insert(self.field.clone(), value),
                None => fields.remove(&self.field),
            };
        }
        serde_json::from_value(told)
            .map_err(|error| CliError::Usage(format!("--set {}={}: {error}", self.field, self.value)))
    }

    /// The fields among which it stands: those of every milestone, or those of the kind.
    fn fields<'a>(&self, told: &'a mut Value) -> Option<&'a mut Map<String, Value>> {
        if OF_ALL.contains(&self.field.as_str()) {
            return told.as_object_mut();
        }
        told.get_mut("detail")?.as_object_mut()?.values_mut().next()?.as_object_mut()
    }
}

impl From<(usize, DeskError)> for CliError {
    fn from((_, error): (usize, DeskError)) -> Self {
        error.into()
    }
}
