//! How is a part of a list given to a client?
//!
//! Invariant: a cursor is opaque to clients and checked when it comes back.

use async_graphql::connection::{Connection, CursorType, Edge, EmptyFields, OpaqueCursor};
use async_graphql::{OutputType, Result, SimpleObject};

use super::error::outward;
use crate::answers::{AskError, Slice};

/// What a connection says about the whole list.
#[derive(SimpleObject)]
pub struct Total {
    /// How many entries the whole list has.
    total_count: usize,
}

/// A connection of a slice, with an edge made from each entry; the edge's cursor is made opaque.
pub fn connection<T, N: OutputType>(
    slice: Slice<T>,
    edge: impl Fn(T) -> Edge<String, N, EmptyFields>,
) -> Connection<String, N, Total, EmptyFields> {
    let total = Total { total_count: slice.total };
    let mut connection = Connection::with_additional_fields(slice.has_previous, slice.has_next, total);
    connection.edges.extend(slice.items.into_iter().map(|item| {
        let edge = edge(item);
        Edge::new(OpaqueCursor(edge.cursor).encode_cursor(), edge.node)
    }));
    connection
}

/// The key inside a cursor that came back.
pub fn cursor_of<K: std::str::FromStr>(cursor: Option<String>) -> Result<Option<K>> {
    let Some(cursor) = cursor else { return Ok(None) };
    let key = OpaqueCursor::<String>::decode_cursor(&cursor).ok().and_then(|OpaqueCursor(key)| key.parse().ok());
    match key {
        Some(key) => Ok(Some(key)),
        None => Err(outward(&AskError::Cursor(cursor.chars().take(60).collect()))),
    }
}
