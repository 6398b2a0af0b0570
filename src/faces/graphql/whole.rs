//! What does an object say of which nothing was asked?
//!
//! Invariant: an object that is there is never null: when no fragment of the question fits its type, it is `{}`.

use std::borrow::Cow;
use std::sync::PoisonError;

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::Field;
use async_graphql::registry::Registry;
use async_graphql::{
    ContextSelectionSet, OutputType, PathSegment, Positioned, QueryPathNode, ServerError, ServerResult, Value,
};

/// A value of an interface or a union: the executor answers null for one that no fragment of the question fits.
pub struct Whole<T>(pub T);

impl<T: OutputType> OutputType for Whole<T> {
    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn introspection_type_name(&self) -> Cow<'static, str> {
        self.0.introspection_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        match self.0.resolve(ctx, field).await? {
            Value::Null if !failed(ctx) => Ok(Value::Object(IndexMap::new())),
            value => Ok(value),
        }
    }
}

/// Whether a field below this object could not be answered, which makes it null for good.
fn failed(ctx: &ContextSelectionSet<'_>) -> bool {
    let here = ctx.path_node.map(QueryPathNode::to_string_vec).unwrap_or_default();
    let text = |segment: &PathSegment| match segment {
        PathSegment::Field(name) => name.clone(),
        PathSegment::Index(index) => index.to_string(),
    };
    let below = |error: &ServerError| error.path.iter().map(text).take(here.len()).eq(here.iter().cloned());
    ctx.query_env.errors.lock().unwrap_or_else(PoisonError::into_inner).iter().any(below)
}
