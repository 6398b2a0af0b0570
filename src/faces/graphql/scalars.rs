//! Which texts and numbers may enter and leave through GraphQL?
//!
//! Invariant: a value that exists is valid; a wrong one fails before anything is asked of the log.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::{DateTime, Datelike, NaiveDate, Utc};

use crate::domain::country::Country;
use crate::domain::ids;
use crate::domain::time::{self, instant_text};

pub use crate::answers::view::{Date, Instant, Position, UncertainDate, Url};

/// How a type around a checked value is text outside.
macro_rules! text_scalar {
    ($(#[$doc:meta])* $name:ident($inner:ty) as $graphql:literal, $url:literal, $read:expr, $write:expr) => {
        $(#[$doc])*
        #[Scalar(name = $graphql, specified_by_url = $url)]
        impl ScalarType for $name {
            fn parse(value: Value) -> InputValueResult<Self> {
                let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
                let read: fn(&str) -> Result<$inner, String> = $read;
                read(text).map(Self).map_err(InputValueError::custom)
            }

            fn is_valid(value: &Value) -> bool {
                Self::parse(value.clone()).is_ok()
            }

            fn to_value(&self) -> Value {
                let write: fn(&$inner) -> String = $write;
                Value::String(write(&self.0))
            }
        }
    };
}

text_scalar! {
    /// A day of the calendar, ISO 8601 `YYYY-MM-DD`.
    Date(NaiveDate) as "Date", "https://www.rfc-editor.org/rfc/rfc3339#section-5.6",
    |text| {
        let day = text.parse::<time::UncertainDate>().ok().filter(|_| text.len() == 10).and_then(time::UncertainDate::exact);
        day.ok_or_else(|| format!("`{}` is not a day of the calendar; write YYYY-MM-DD", shown(text)))
    },
    ToString::to_string
}

text_scalar! {
    /// A date that may be uncertain, as EDTF (ISO 8601-2): a day `2024-02-23`, a month `2024-02`, a year `1991`, no later
    /// than `[..1992-03-18]`, between `[2019-01-01..2024-12-20]`.
    UncertainDate(time::UncertainDate) as "UncertainDate", "https://www.loc.gov/standards/datetime/",
    |text| text.parse().map_err(|error: time::DateError| error.to_string()),
    ToString::to_string
}

text_scalar! {
    /// An instant in RFC 3339, of the years 0000 to 9999 in UTC. The server answers in UTC, with six digits after the point.
    Instant(DateTime<Utc>) as "DateTime", "https://www.rfc-editor.org/rfc/rfc3339#section-5.6",
    |text| {
        let instant = DateTime::parse_from_rfc3339(text).ok().map(|instant| instant.to_utc());
        // An offset can carry the last hours of 9999 into a year that RFC 3339 cannot write.
        let instant = instant.filter(|instant| (0..=9999).contains(&instant.year()));
        instant.ok_or_else(|| format!("`{}` is not an instant; write 2018-03-13T00:00:00Z", shown(text)))
    },
    |instant| instant_text(*instant)
}

/// A country by its ISO 3166-1 alpha-2 code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountryCode(pub Country);

text_scalar! {
    /// A country by its ISO 3166-1 alpha-2 code. The server also understands lower-case letters, alpha-3 codes, UK and
    /// EL.
    CountryCode(Country) as "CountryCode", "https://www.iso.org/iso-3166-country-codes.html",
    |text| Country::asked(text).map_err(|error| error.to_string()),
    |country| country.code().to_owned()
}

text_scalar! {
    /// An http or https link.
    Url(String) as "Url", "https://url.spec.whatwg.org/",
    |text| {
        let link = (text.starts_with("https://") || text.starts_with("http://")) && url::Url::parse(text).is_ok();
        link.then(|| text.to_owned()).ok_or_else(|| "a link begins with https:// or http:// and a host".to_owned())
    },
    Clone::clone
}

/// A UUID, written in 36 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uuid(pub uuid::Uuid);

text_scalar! {
    /// A UUID, such as `6e8bc430-9c3a-11d9-9669-0800200c9a66`.
    Uuid(uuid::Uuid) as "UUID", "https://www.rfc-editor.org/rfc/rfc9562",
    |text| {
        let id = text.parse().ok().filter(|_| text.len() == 36);
        id.ok_or_else(|| format!("`{}` is not a UUID; write 36 characters with dashes", shown(text)))
    },
    ToString::to_string
}

/// The number of an event in the log: 1, 2, 3, ... without gaps; 0 is before the first event.
#[Scalar(specified_by_url = "https://www.rfc-editor.org/rfc/rfc8259#section-6")]
impl ScalarType for Position {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::Number(number) = &value else { return Err(InputValueError::expected_type(value)) };
        let position = number.as_u64().filter(|position| *position <= 1 << 53);
        let wrong = || InputValueError::custom(format!("`{number}` is not a position; write a whole number from 0"));
        position.map(|position| Self(ids::Position(position))).ok_or_else(wrong)
    }

    fn is_valid(value: &Value) -> bool {
        Self::parse(value.clone()).is_ok()
    }

    fn to_value(&self) -> Value {
        Value::Number(self.0.0.into())
    }
}

/// What a message shows of a text that came from outside.
fn shown(text: &str) -> String {
    text.chars().take(40).collect()
}
