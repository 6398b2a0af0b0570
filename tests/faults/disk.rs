//! What does a client hear when the disk is full or broken, and does the server go on by itself when it is well again?

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use depositary::store::Store;
use testkit::programs::{Program, free_port};

use super::ground::{
    AGREEMENTS, Book, Fate, Sender, assert_rebuilt_alike, assert_sound, close, opening, tell, times, token,
};

const HEALED: Duration = Duration::from_secs(5);

/// A small file system in memory; it is unmounted when it is dropped.
struct Small(PathBuf);

impl Small {
    /// Mounts one over a folder, where the system lets the test.
    fn mount(place: &Path) -> Option<Self> {
        let mount = Command::new("mount").args(["-t", "tmpfs", "-o", "size=32m", "tmpfs"]).arg(place).output();
        mount.is_ok_and(|mount| mount.status.success()).then(|| Self(place.to_owned()))
    }

    fn filler(&self) -> PathBuf {
        self.0.join("filler")
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        // The server may hold its files for another moment.
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

/// A library that breaks what is written to the database's files while a file exists.
pub fn shim(place: &Path) -> PathBuf {
    let library = place.join("broken.so");
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/faults/broken.c");
    let built = Command::new("cc")
        .args(["-shared", "-fPIC", "-O1", "-o"])
        .arg(&library)
        .args([source, "-ldl"])
        .output()
        .unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    library
}

/// Breaks the disk under four writers and mends it, so many times.
async fn break_and_mend(what: &str, program: &Program, url: &str, token: &str, breaks: impl Fn(), mends: impl Fn()) {
    let sender = Sender::new(program.address, token);
    for agreement in AGREEMENTS {
        assert!(matches!(sender.send("openAgreement", &opening(agreement)).await, Fate::Acknowledged(_)));
    }
    assert_eq!(sender.headline().await.get("errors"), None);
    let book = Arc::new(Book::default());
    let faults = times(5, 50);
    let (mut longest, mut landed) = (Duration::ZERO, 0);
    for _ in 0..faults {
        let writers = book.write(4, &sender);
        tokio::time::sleep(Duration::from_millis(100)).await;
        breaks();
        let broken = Instant::now();
        let told = book.faults.lock().unwrap().values().sum::<u64>();
        while book.faults.lock().unwrap().values().sum::<u64>() < told + 20 {
            assert!(broken.elapsed() < HEALED, "{what}: the fault was not told");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let ready = sender.status("/readyz", Duration::from_secs(10)).await;
        assert_eq!(ready.map(|status| status.as_u16()), Some(503), "{what}: {:?}", program.said().last());
        assert_eq!(sender.status("/livez", HEALED).await.map(|status| status.as_u16()), Some(200), "{what}");
        let headline = sender.headline().await;
        assert_eq!(headline.get("errors"), None, "{what}: {headline}");
        mends();
        let mended = Instant::now();
        sender.ready(HEALED).await;
        let recorded = book.count();
        while book.count() == recorded {
            assert!(mended.elapsed() < HEALED, "{what}: nothing was recorded within {HEALED:?}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        longest = longest.max(mended.elapsed());
        book.stop(writers).await;
        let store = Store::connect(url).await.unwrap();
        landed += book.settle(&sender, &store).await;
        assert_sound(&store, &book).await;
        close(&store).await;
    }
    let store = Store::connect(url).await.unwrap();
    assert_sound(&store, &book).await;
    assert_rebuilt_alike(&store).await;
    close(&store).await;
    let told = book.faults.lock().unwrap().clone();
    assert_eq!(told.keys().collect::<Vec<_>>(), ["STORAGE_UNAVAILABLE"], "the codes that were told");
    tell(&format!(
        "{what}, {faults} times: {} acknowledged and none lost; {} told as faults, {landed} of what was in doubt had landed; \
         recording again within {} ms",
        book.count(),
        told.values().sum::<u64>(),
        longest.as_millis(),
    ));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_told_reads_go_on_and_recording_does_once_there_is_room() {
    let _alone = super::ground::alone().await;
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("small");
    std::fs::create_dir(&folder).unwrap();
    let url = format!("sqlite://{}/depositary.db", folder.display());
    if let Some(small) = Small::mount(&folder) {
        let token = token(&url).await;
        let program = Program::serve(&url, free_port(), &["--no-seed", "--rate-limit", "0"]);
        let filler = small.filler();
        let fill = || {
            use std::io::Write;
            let mut file = std::fs::File::create(&filler).unwrap();
            while file.write_all(&[0; 4096]).is_ok() {}
        };
        let mend = || std::fs::remove_file(&filler).unwrap();
        break_and_mend("a full disk (tmpfs)", &program, &url, &token, fill, mend).await;
        drop(program);
    } else {
        // Where nothing can be mounted, the writes say that the disk is full.
        let token = token(&url).await;
        let full = place.path().join("broken-full");
        let program = broken_program(&url, &shim(place.path()), &place.path().join("broken"));
        let fill = || std::fs::write(&full, "").unwrap();
        let mend = || std::fs::remove_file(&full).unwrap();
        break_and_mend("a full disk (ENOSPC)", &program, &url, &token, fill, mend).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_io_error_is_told_reads_go_on_and_recording_does_once_the_disk_is_well() {
    let _alone = super::ground::alone().await;
    let place = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/depositary.db", place.path().display());
    let token = token(&url).await;
    let fault = place.path().join("broken");
    let program = broken_program(&url, &shim(place.path()), &fault);
    let breaks = || std::fs::write(&fault, "").unwrap();
    let mends = || std::fs::remove_file(&fault).unwrap();
    break_and_mend("I/O errors (EIO)", &program, &url, &token, breaks, mends).await;
}

fn broken_program(url: &str, library: &Path, fault: &Path) -> Program {
    let settings = [("LD_PRELOAD", library.to_str().unwrap()), ("DEPOSITARY_FAULT", fault.to_str().unwrap())];
    Program::serve_with(url, free_port(), &["--no-seed", "--rate-limit", "0"], &settings)
}
