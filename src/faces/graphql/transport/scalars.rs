//! What do the scalars of the schema take?
//!
//! Invariant: each is asked itself whether it takes a value; here are only the words for messages.

use async_graphql::ScalarType;
use depositary_graphql_transport::Scalar;

use crate::faces::graphql::scalars::{CountryCode, Date, Instant, Position, UncertainDate, Url, Uuid};

/// A scalar by its name, with what it takes.
const fn scalar<T: ScalarType>(name: &'static str, takes: &'static str) -> Scalar {
    Scalar { name, takes, fits: T::is_valid }
}

/// The scalars of the schema beside those of GraphQL itself.
pub const SCALARS: &[Scalar] = &[
    scalar::<CountryCode>("CountryCode", "an ISO 3166-1 alpha-2 code of a country, such as LV"),
    scalar::<Date>("Date", "a day of the calendar, such as 2017-06-30"),
    scalar::<Instant>("DateTime", "an instant, such as 2018-03-13T00:00:00Z"),
    scalar::<Position>("Position", "a whole number from 0"),
    scalar::<Uuid>("UUID", "36 characters with dashes, such as 6e8bc430-9c3a-11d9-9669-0800200c9a66"),
    scalar::<UncertainDate>("UncertainDate", "a date in EDTF, such as 2024-02-23, 2024-02, 1991 or [..1992-03-18]"),
    scalar::<Url>("Url", "a link that begins with https:// or http:// and a host"),
];

#[cfg(test)]
mod tests {
    use super::SCALARS;
    use crate::faces::graphql::sdl;

    #[test]
    fn every_scalar_of_the_schema_is_known() {
        let sdl = sdl();
        let mut declared = 0;
        for scalar in sdl.lines().filter_map(|line| line.strip_prefix("scalar ")) {
            let name = scalar.split_whitespace().next().unwrap_or_default();
            assert!(SCALARS.iter().any(|known| known.name == name), "{name}");
            declared += 1;
        }
        assert_eq!(declared, SCALARS.len());
    }
}
