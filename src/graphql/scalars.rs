//! Which texts and numbers may enter and leave through GraphQL?
//!
//! Invariant: a value that exists is valid; a wrong one fails before anything is asked of the log.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::{DateTime, NaiveDate, Utc};

use crate::domain::country::Country;
use crate::domain::ids;
use crate::domain::time::{self, instant_text};

/// The day that `YYYY-MM-DD` spells, where the calendar has it.
fn day_of(text: &str) -> Option<NaiveDate> {
    text.parse::<time::UncertainDate>().ok()?.exact()
}

/// A day of the calendar, ISO 8601 `YYYY-MM-DD`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Date(pub NaiveDate);

#[Scalar(specified_by_url = "https://www.rfc-editor.org/rfc/rfc3339#section-5.6")]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        let wrong =
            |text: &str| InputValueError::custom(format!("`{text}` is not a day of the calendar; write YYYY-MM-DD"));
        match &value {
            Value::String(text) if text.len() == 10 => day_of(text).map(Self).ok_or_else(|| wrong(text)),
            Value::String(text) => Err(wrong(&text.chars().take(40).collect::<String>())),
            other => Err(InputValueError::expected_type(other.clone())),
        }
    }

    fn is_valid(value: &Value) -> bool {
        Self::parse(value.clone()).is_ok()
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// A date that may be uncertain, as EDTF (ISO 8601-2): a day `2024-02-23`, a month `2024-02`, a year `1991`, no later
/// than `[..1992-03-18]`, between `[2019-01-01..2024-12-20]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UncertainDate(pub time::UncertainDate);

#[Scalar(specified_by_url = "https://www.loc.gov/standards/datetime/")]
impl ScalarType for UncertainDate {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(text) => {
                text.parse().map(Self).map_err(|error: time::DateError| InputValueError::custom(error.to_string()))
            }
            other => Err(InputValueError::expected_type(other.clone())),
        }
    }

    fn is_valid(value: &Value) -> bool {
        Self::parse(value.clone()).is_ok()
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// An instant, RFC 3339; given back in UTC with six digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Instant(pub DateTime<Utc>);

#[Scalar(name = "DateTime", specified_by_url = "https://www.rfc-editor.org/rfc/rfc3339#section-5.6")]
impl ScalarType for Instant {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(text) => {
                DateTime::parse_from_rfc3339(text).map(|instant| Self(instant.to_utc())).map_err(|_| {
                    let shown: String = text.chars().take(40).collect();
                    InputValueError::custom(format!("`{shown}` is not an instant; write 2018-03-13T00:00:00Z"))
                })
            }
            other => Err(InputValueError::expected_type(other.clone())),
        }
    }

    fn is_valid(value: &Value) -> bool {
        Self::parse(value.clone()).is_ok()
    }

    fn to_value(&self) -> Value {
        Value::String(instant_text(self.0))
    }
}

/// A country by its ISO 3166-1 alpha-2 code, in capitals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountryCode(pub Country);

#[Scalar(specified_by_url = "https://www.iso.org/iso-3166-country-codes.html")]
impl ScalarType for CountryCode {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(text) => {
                Country::from_code(text).map(Self).map_err(|error| InputValueError::custom(error.to_string()))
            }
            other => Err(InputValueError::expected_type(other.clone())),
        }
    }

    fn is_valid(value: &Value) -> bool {
        Self::parse(value.clone()).is_ok()
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.code().to_owned())
    }
}

/// A place in the log: 1, 2, 3, ... without gaps; 0 is before the first event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position(pub ids::Position);

#[Scalar(specified_by_url = "https://www.rfc-editor.org/rfc/rfc8259#section-6")]
impl ScalarType for Position {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::Number(number) => number
                .as_u64()
                .filter(|position| *position <= 1 << 53)
                .map(|position| Self(ids::Position(position)))
                .ok_or_else(|| {
                    InputValueError::custom(format!("`{number}` is not a position; write a whole number from 0"))
                }),
            other => Err(InputValueError::expected_type(other.clone())),
        }
    }

    fn is_valid(value: &Value) -> bool {
        Self::parse(value.clone()).is_ok()
    }

    fn to_value(&self) -> Value {
        Value::Number(self.0.0.into())
    }
}

/// An http or https link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Url(pub String);

#[Scalar(specified_by_url = "https://url.spec.whatwg.org/")]
impl ScalarType for Url {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(text) if text.starts_with("https://") || text.starts_with("http://") => {
                Ok(Self(text.clone()))
            }
            Value::String(_) => Err(InputValueError::custom("a link begins with https:// or http://")),
            other => Err(InputValueError::expected_type(other.clone())),
        }
    }

    fn is_valid(value: &Value) -> bool {
        Self::parse(value.clone()).is_ok()
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}
