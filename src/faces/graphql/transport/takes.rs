//! What does a scalar take?
//!
//! Invariant: a value that fits here is one that the scalar itself takes; ours are asked themselves.

use async_graphql::{ScalarType, Value};

use crate::faces::graphql::scalars::{CountryCode, Date, Instant, Position, UncertainDate, Url, Uuid};

/// The values that each scalar takes, in words for messages.
const TAKES: [(&str, &str); 12] = [
    ("Boolean", "true or false"),
    ("CountryCode", "an ISO 3166-1 alpha-2 code of a country, such as LV"),
    ("Date", "a day of the calendar, such as 2017-06-30"),
    ("DateTime", "an instant, such as 2018-03-13T00:00:00Z"),
    ("Float", "a number"),
    ("ID", "text or a whole number"),
    ("Int", "a whole number from -2147483648 to 2147483647"),
    ("Position", "a whole number from 0"),
    ("String", "text"),
    ("UUID", "36 characters with dashes, such as 6e8bc430-9c3a-11d9-9669-0800200c9a66"),
    ("UncertainDate", "a date in EDTF, such as 2024-02-23, 2024-02, 1991 or [..1992-03-18]"),
    ("Url", "a link that begins with https:// or http:// and a host"),
];

/// What a scalar takes, in words.
pub fn words(scalar: &str) -> &'static str {
    TAKES.iter().find(|(name, _)| *name == scalar).map_or("something else", |(_, takes)| takes)
}

/// Whether a scalar takes a value that is neither null, a list nor an object.
pub fn fits(scalar: &str, value: &Value) -> bool {
    match scalar {
        "Boolean" => matches!(value, Value::Boolean(_)),
        "String" => matches!(value, Value::String(_)),
        "ID" => matches!(value, Value::String(_)) || matches!(value, Value::Number(number) if !number.is_f64()),
        "Int" => {
            matches!(value, Value::Number(number) if number.as_i64().is_some_and(|number| i32::try_from(number).is_ok()))
        }
        "Float" => matches!(value, Value::Number(_)),
        "CountryCode" => CountryCode::is_valid(value),
        "Date" => Date::is_valid(value),
        "DateTime" => Instant::is_valid(value),
        "Position" => Position::is_valid(value),
        "UUID" => Uuid::is_valid(value),
        "UncertainDate" => UncertainDate::is_valid(value),
        "Url" => Url::is_valid(value),
        // A scalar that is not known here is judged by the executor.
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::TAKES;

    #[test]
    fn every_scalar_of_the_schema_is_known() {
        let schema = super::super::validation::schema();
        let scalars = schema.types.values().filter(|ty| ty.is_scalar()).map(|ty| ty.name().as_str());
        for scalar in scalars {
            assert!(TAKES.iter().any(|(name, _)| *name == scalar), "{scalar}");
        }
    }
}
