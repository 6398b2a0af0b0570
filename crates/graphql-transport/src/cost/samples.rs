//! A small schema with its costs, for tests.
//!
//! Invariant: it has a field of every kind that is counted: a page, a list that is given whole, an argument that names several
//! things, a price.

use super::{Costs, CountedArgument};

/// The text of the schema.
pub const SDL: &str = r#"
type Query {
	counts: Counts!
	nodes(ids: [ID!]!): [Shelf]!
	shelf(id: ID!): Shelf
	"""
	Every shelf:
	a page of them.
	"""
	shelves(
		after: String
		first: Int
		last: Int
	): ShelfConnection!
}
type Mutation {
	addBooks(input: AddBooksInput!): Added!
}
type Added {
	added: Int!
}
type Book {
	pages(first: Int, last: Int): PageConnection!
	title: String!
}
type Counts {
	all: Int!
}
type PageConnection {
	totalCount: Int!
}
type Row {
	books: [Book!]!
}
type Shelf {
	id: ID!
	pages(
		first: Int
		last: Int
	): PageConnection!
	rows: [Row!]!
}
type ShelfConnection {
	nodes: [Shelf!]!
	totalCount: Int!
}
input AddBooksInput {
	books: [BookInput!]!
}
input BookInput {
	title: String
}
"#;

/// What its fields cost.
pub const COSTS: Costs = Costs {
    prices: &[("Query", "counts", 100)],
    several: &[
        CountedArgument { of: "Query", field: "nodes", argument: "ids", within: &[], each: 0 },
        CountedArgument { of: "Mutation", field: "addBooks", argument: "input", within: &["books"], each: 50 },
    ],
    lengths: &[("Shelf", "rows", 10), ("Row", "books", 4)],
    usual_page: 50,
};
