//! Is the log one file, whole, and nobody else's to read?

use std::os::unix::fs::PermissionsExt;

use testkit::places::{Place, line, yes};
use testkit::programs::{Program, free_port};

use super::asked::{mode, url};

#[test]
fn when_a_server_or_a_command_has_ended_the_one_file_is_the_log() {
    let place = Place::bare();
    let mut server = Program::serve(&url(&place, "depositary.db"), free_port(), &[]);
    let facts = place.write("facts.jsonl", &[line("a", "2020-01-01", "Ours.")]);
    yes(place.run(&["import", &facts]));
    for name in ["depositary.db", "depositary.db-wal", "depositary.db-shm", "depositary.db.key"] {
        assert_eq!(mode(&place.path(name)), 0o600, "{name}");
    }
    server.terminate();
    assert_eq!(server.ended(), Some(0));
    assert!(!server.said().concat().contains('\u{1b}'), "no colours where nobody sees them: {:?}", server.said());
    let alone = |place: &Place| {
        let beside = ["depositary.db-wal", "depositary.db-shm"].map(|name| std::fs::metadata(place.path(name)).ok());
        let sizes = beside.map(|file| file.map(|file| file.len()));
        assert_eq!(sizes, [None, None], "bytes beside the one file; the server said {:?}", server.said());
    };
    alone(&place);
    std::fs::create_dir(place.path("copy")).unwrap();
    std::fs::copy(place.path("depositary.db"), place.path("copy/copy.db")).unwrap();
    assert_eq!(place.run_on("copy/copy.db", &["export"]).out.lines().count(), 645);
    for command in [
        &["import", "--bundled"][..],
        &["status", "LV"],
        &["verify"],
        &["rebuild"],
        &["token", "list"],
        &["import", "missing"],
        &["backup", "depositary.db"],
        &["backup", "nowhere/copy.db"],
        &["export", "--output", "nowhere/log.jsonl"],
    ] {
        place.run(command);
        alone(&place);
    }
}

#[test]
fn a_file_that_others_may_read_is_warned_of_since_it_holds_secrets() {
    let place = Place::seeded();
    let warned = |mode: u32| {
        std::fs::set_permissions(place.path("depositary.db"), PermissionsExt::from_mode(mode)).unwrap();
        let server = Program::serve(&url(&place, "depositary.db"), free_port(), &[]);
        server.said().concat().contains("store.file.readable_by_others")
    };
    assert!(!warned(0o600) && warned(0o640) && warned(0o644));
}

#[test]
fn a_copy_has_its_name_only_when_it_is_whole() {
    let place = Place::seeded();
    // What an earlier one left that was cut off.
    std::fs::write(place.path("copy.db.draft"), "half of a copy").unwrap();
    yes(place.run(&["backup", "copy.db"]));
    assert!(!place.path("copy.db.draft").exists());
    assert_eq!(mode(&place.path("copy.db")), 0o600);
    yes(place.run_on("copy.db", &["verify"]));
    assert_eq!(place.run(&["backup", "copy.db"]).code, 2);
}

#[test]
fn what_cannot_be_verified_is_named_for_what_it_is() {
    let place = Place::seeded();
    let whole = std::fs::read(place.path("depositary.db")).unwrap();
    std::fs::write(place.path("cut.db"), &whole[..400_000]).unwrap();
    std::fs::write(place.path("random.db"), whole.iter().map(|byte| byte ^ 0x5a).collect::<Vec<u8>>()).unwrap();
    for name in ["cut.db", "random.db"] {
        let said = place.run_on(name, &["verify"]);
        assert!(said.code == 2 && said.err.contains("not a whole database"), "{name}: {}{}", said.out, said.err);
    }
    std::fs::create_dir(place.path("folder.db")).unwrap();
    let said = place.run_on("folder.db", &["verify"]);
    assert!(said.code == 2 && said.err.contains("it is a folder"), "{}", said.err);
    let said = place.run_on("missing.db", &["verify"]);
    assert!(said.code == 2 && said.err.contains("there is no database"), "{}", said.err);
}
