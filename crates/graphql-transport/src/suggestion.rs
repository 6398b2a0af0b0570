//! Which names may a client have meant by a name that does not exist?
//!
//! Invariant: only names that the schema shows anyway, and only close ones.

use apollo_compiler::schema::ExtendedType;
use apollo_compiler::{Name, Schema};

/// The longest name that is compared; a longer one is no slip of the finger.
const LONGEST: usize = 60;
/// The most names that are suggested.
const MOST: usize = 3;

/// What a suggestion begins with.
pub const WORDS: &str = "; did you mean ";

/// A sentence that suggests the names closest to a wrong one, or nothing.
pub fn among<'a>(names: impl Iterator<Item = &'a str>, wrong: &str) -> Option<String> {
    if wrong.len() > LONGEST {
        return None;
    }
    let close = |name: &&str| strsim::damerau_levenshtein(&name.to_lowercase(), &wrong.to_lowercase());
    let most = wrong.chars().count() * 2 / 5 + 1;
    let mut found: Vec<(usize, &str)> =
        names.map(|name| (close(&name), name)).filter(|(far, _)| *far <= most).collect();
    found.sort_unstable();
    let names: Vec<String> = found.into_iter().take(MOST).map(|(_, name)| format!("`{name}`")).collect();
    (!names.is_empty()).then(|| format!("{WORDS}{}?", names.join(" or ")))
}

/// The same for a message of the validation about a field that its type does not have.
pub fn of_field(schema: &Schema, message: &str) -> Option<String> {
    let (of, field) = message.strip_prefix("type `")?.strip_suffix('`')?.split_once("` does not have a field `")?;
    match schema.types.get(of)? {
        ExtendedType::Object(object) => among(object.fields.keys().map(Name::as_str), field),
        ExtendedType::Interface(interface) => among(interface.fields.keys().map(Name::as_str), field),
        _ => None,
    }
}
