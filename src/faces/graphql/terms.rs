//! How does a word of a vocabulary become a value of a GraphQL enum?
//!
//! Invariant: the enum's name, its values and every description come from the one list of the vocabulary, in the domain.

use std::borrow::Cow;

use async_graphql::parser::types::Field;
use async_graphql::registry::{Deprecation, MetaEnumValue, MetaType, MetaTypeId, Registry};
use async_graphql::{
    ContextSelectionSet, InputType, InputValueError, InputValueResult, Name, OutputType, Positioned, ServerResult,
    Value,
};

use crate::answers::view::Term;
use crate::domain::words::Word;

fn name<W: Word>(word: W) -> String {
    Term(word).to_string()
}

/// Tells the schema of the enum.
fn register<W: Word>(registry: &mut Registry) -> String {
    let value = |word: &W| {
        let described = MetaEnumValue {
            name: name(*word),
            description: Some(word.about().to_owned()),
            deprecation: Deprecation::NoDeprecated,
            visible: None,
            inaccessible: false,
            tags: Vec::new(),
            directive_invocations: Vec::new(),
        };
        (name(*word), described)
    };
    registry.create_input_type::<Term<W>, _>(MetaTypeId::Enum, |_| MetaType::Enum {
        name: W::TYPE.to_owned(),
        description: Some(W::ABOUT.to_owned()),
        enum_values: W::ALL.iter().map(value).collect(),
        visible: None,
        inaccessible: false,
        tags: Vec::new(),
        rust_typename: Some(std::any::type_name::<Term<W>>()),
        directive_invocations: Vec::new(),
        requires_scopes: Vec::new(),
    })
}

impl<W: Word> OutputType for Term<W> {
    fn type_name() -> Cow<'static, str> {
        W::TYPE.into()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        register::<W>(registry)
    }

    async fn resolve(&self, _: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        Ok(Value::Enum(Name::new(name(self.0))))
    }
}

impl<W: Word> InputType for Term<W> {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        W::TYPE.into()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        register::<W>(registry)
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        let value = value.unwrap_or_default();
        let text = match &value {
            Value::Enum(word) => word.as_str(),
            Value::String(word) => word.as_str(),
            _ => return Err(InputValueError::expected_type(value)),
        };
        let word = W::ALL.iter().find(|word| name(**word) == text);
        word.map(|word| Self(*word)).ok_or_else(|| InputValueError::custom(format!("there is no {} `{text}`", W::TYPE)))
    }

    fn to_value(&self) -> Value {
        Value::Enum(Name::new(name(self.0)))
    }

    fn as_raw_value(&self) -> Option<&Self::RawValueType> {
        Some(self)
    }
}
