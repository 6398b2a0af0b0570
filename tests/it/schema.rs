//! Is the committed schema the one that is served?

#[test]
fn the_committed_schema_is_the_one_that_is_served() {
    let committed = include_str!("../../schema.graphql");
    assert!(
        depositary::graphql::sdl() == committed,
        "schema.graphql is out of date; write it anew: cargo run -- schema > schema.graphql"
    );
}
