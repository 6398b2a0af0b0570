//! `depositary token`: made once, shown once, never given twice.

use serde_json::Value;
use testkit::places::Place;

#[test]
fn a_token_is_shown_once_and_its_name_is_taken_for_ever() {
    let place = Place::empty();
    let made = place.run(&["token", "create", "--role", "recorder", "--name", "press-desk", "--expires", "90d"]);
    assert_eq!(made.code, 0, "{}", made.err);
    let token = made.out.trim();
    let secret = token.strip_prefix("depositary_press-desk_").unwrap();
    assert!(secret.len() == 64 && secret.bytes().all(|byte| byte.is_ascii_hexdigit()));
    assert!(!made.err.contains(secret) && made.err.contains("public for ever"));
    let other = place.run(&["token", "create", "--role", "reader", "--name", "other", "--expires", "never"]);
    assert_ne!(other.out.trim().rsplit_once('_').unwrap().1, secret);

    let listed = place.run(&["token", "list"]);
    assert!(listed.out.contains("press-desk") && !listed.out.contains(secret));
    let stored = std::fs::read(place.path("depositary.db")).unwrap();
    assert!(!stored.windows(64).any(|part| part == secret.as_bytes()), "the database holds no secret");

    assert_eq!(place.run(&["token", "revoke", "press-desk"]).code, 0);
    let state = |name: &str| {
        let rows = place.run(&["token", "list", "--json"]).json();
        rows.as_array().unwrap().iter().find(|row| row["name"] == name).map(|row| row["state"].clone())
    };
    assert_eq!((state("press-desk"), state("other")), (Some(Value::from("revoked")), Some(Value::from("valid"))));
    for taken in ["press-desk", "other", "bundled", "import"] {
        let refused = place.run(&["token", "create", "--role", "recorder", "--name", taken]);
        assert_eq!((refused.code, refused.out.as_str()), (1, ""), "{taken}");
        assert!(refused.err.contains(taken) && refused.err.contains("choose another"), "{}", refused.err);
    }
    assert_eq!(place.run(&["token", "revoke", "nobody"]).code, 1);
}

#[test]
fn a_wrong_name_role_or_time_is_wrong_usage() {
    let place = Place::empty();
    let wrong = [
        ["--role", "owner", "--name", "a", "--expires", "1d"],
        ["--role", "reader", "--name", "a b", "--expires", "1d"],
        ["--role", "reader", "--name", "a", "--expires", "soon"],
        ["--role", "reader", "--name", "a", "--expires", "0s"],
        ["--role", "reader", "--name", "a", "--expires", "101y"],
    ];
    for options in wrong {
        let said = place.run(&[&["token", "create"], options.as_slice()].concat());
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{options:?}");
    }
    assert_eq!(place.run(&["token", "list", "--json"]).json(), serde_json::json!([]));
}
