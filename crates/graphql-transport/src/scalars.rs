//! What does a scalar take?
//!
//! Invariant: a value that fits here is one that the scalar itself takes; the program's own are asked themselves.

use async_graphql::Value;

/// A scalar of the program's schema.
#[derive(Debug, Clone, Copy)]
pub struct Scalar {
    /// The name that the schema has it by.
    pub name: &'static str,
    /// The values that it takes, in words that follow "it takes".
    pub takes: &'static str,
    /// Whether it takes a value that is neither null, a list nor an object.
    pub fits: fn(&Value) -> bool,
}

/// The scalars that every schema has.
const OF_GRAPHQL: [Scalar; 5] = [
    Scalar { name: "Boolean", takes: "true or false", fits: |value| matches!(value, Value::Boolean(_)) },
    Scalar { name: "Float", takes: "a number", fits: |value| matches!(value, Value::Number(_)) },
    Scalar {
        name: "ID",
        takes: "text or a whole number",
        fits: |value| matches!(value, Value::String(_)) || matches!(value, Value::Number(number) if !number.is_f64()),
    },
    Scalar {
        name: "Int",
        takes: "a whole number from -2147483648 to 2147483647",
        fits: |value| matches!(value, Value::Number(number) if number.as_i64().is_some_and(|number| i32::try_from(number).is_ok())),
    },
    Scalar { name: "String", takes: "text", fits: |value| matches!(value, Value::String(_)) },
];

/// The scalar of a name, among those of GraphQL and of a program. One that nobody knows here is judged by the executor.
pub fn known<'a>(own: &'a [Scalar], name: &str) -> Option<&'a Scalar> {
    OF_GRAPHQL.iter().chain(own).find(|scalar| scalar.name == name)
}

#[cfg(test)]
mod tests {
    use async_graphql::Value;

    use super::{Scalar, known};

    const OWN: [Scalar; 1] = [Scalar { name: "Even", takes: "an even number", fits: even }];

    fn even(value: &Value) -> bool {
        matches!(value, Value::Number(number) if number.as_i64().is_some_and(|number| number % 2 == 0))
    }

    fn fits(name: &str, value: impl Into<Value>) -> Option<bool> {
        let value = value.into();
        known(&OWN, name).map(|scalar| (scalar.fits)(&value))
    }

    #[test]
    fn a_value_fits_the_scalars_that_take_it() {
        for (name, taken, refused) in [
            ("Boolean", Value::from(true), Value::from(1)),
            ("Float", Value::from(1), Value::from("1")),
            ("ID", Value::from(1), Value::from(1.5)),
            ("Int", Value::from(i32::MAX), Value::from(i64::from(i32::MAX) + 1)),
            ("String", Value::from("1"), Value::from(1)),
            ("Even", Value::from(2), Value::from(3)),
        ] {
            assert_eq!((fits(name, taken), fits(name, refused)), (Some(true), Some(false)), "{name}");
        }
        assert_eq!(fits("Unheard", "x"), None);
    }
}
