//! How is a part of a list given to a client?
//!
//! Invariant: a cursor is opaque to clients and checked when it comes back.

use std::borrow::Cow;

use async_graphql::connection::{CursorType, OpaqueCursor, PageInfo};
use async_graphql::{Object, OutputType, Result, SimpleObject, TypeName};

use super::error::outward;
use crate::answers::{AskError, Page, Slice};

/// One page of a list, with the length of the whole list.
pub struct Connection<N: OutputType> {
    edges: Vec<Edge<N>>,
    has_previous: bool,
    has_next: bool,
    total: usize,
}

/// An entry of a list, with its cursor.
#[derive(SimpleObject)]
#[graphql(name_type)]
pub struct Edge<N: OutputType> {
    /// The cursor of this entry, to pass as `after` or `before`.
    cursor: String,
    /// The object at this place in the list.
    pub(super) node: N,
}

impl<N: OutputType> TypeName for Connection<N> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Connection", N::type_name()).into()
    }
}

impl<N: OutputType> TypeName for Edge<N> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Edge", N::type_name()).into()
    }
}

impl<N: OutputType> Connection<N> {
    /// The connection of a slice, with the key and the node of each entry; the key is made opaque.
    pub fn of<T>(slice: Slice<T>, keyed: impl Fn(T) -> (String, N)) -> Self {
        let edge = |item| {
            let (key, node) = keyed(item);
            Edge { cursor: OpaqueCursor(key).encode_cursor(), node }
        };
        let edges = slice.items.into_iter().map(edge).collect();
        Self { edges, has_previous: slice.has_previous, has_next: slice.has_next, total: slice.total }
    }

    /// The entries of this part of the list.
    pub fn entries(&self) -> &[Edge<N>] {
        &self.edges
    }

    /// How many entries the whole list has.
    pub const fn count(&self) -> usize {
        self.total
    }

    /// Where this part begins and ends.
    pub fn around(&self) -> PageInfo {
        PageInfo {
            has_previous_page: self.has_previous,
            has_next_page: self.has_next,
            start_cursor: self.edges.first().map(|edge| edge.cursor.clone()),
            end_cursor: self.edges.last().map(|edge| edge.cursor.clone()),
        }
    }
}

/// One page of a list, with the length of the whole list.
#[Object(name_type)]
impl<N: OutputType> Connection<N> {
    /// The entries of this page, each with its cursor.
    async fn edges(&self) -> &[Edge<N>] {
        &self.edges
    }

    /// The objects on this page, without their cursors.
    async fn nodes(&self) -> Vec<&N> {
        self.edges.iter().map(|edge| &edge.node).collect()
    }

    /// The first and the last cursor of this page, and whether other pages come before and after it.
    async fn page_info(&self) -> PageInfo {
        self.around()
    }

    /// The number of entries on all pages of the list.
    async fn total_count(&self) -> usize {
        self.total
    }
}

/// The page that Relay's arguments mean.
pub fn page<K: std::str::FromStr>(
    first: Option<i64>,
    after: Option<String>,
    last: Option<i64>,
    before: Option<String>,
) -> Result<Page<K>> {
    Page::of(first, last, key_of(after)?, key_of(before)?).map_err(|error| outward(&error))
}

/// The key inside a cursor that came back.
fn key_of<K: std::str::FromStr>(cursor: Option<String>) -> Result<Option<K>> {
    let Some(cursor) = cursor else { return Ok(None) };
    let key = OpaqueCursor::<String>::decode_cursor(&cursor).ok().and_then(|OpaqueCursor(key)| key.parse().ok());
    match key {
        Some(key) => Ok(Some(key)),
        None => Err(outward(&AskError::Cursor(cursor.chars().take(60).collect()))),
    }
}
