//! Whoever is slow or silent: is it put out, and is everybody else answered meanwhile?

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use super::client::{asked, is_closed, met, sent, server};

const HEAD: &str = "POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n";

/// The ways to keep a connection and send, or take, nothing more, each with the limit that it meets.
fn ways() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let listens = r#"{"query":"subscription { milestoneRecorded(after: 0) { position } }"}"#;
    vec![
        ("nothing", Vec::new(), "header-time"),
        ("a head that never ends", b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A".to_vec(), "header-time"),
        ("a body that never comes", format!("{HEAD}Content-Length: 1000\r\n\r\n").into_bytes(), "body-time"),
        (
            "chunks that never come",
            format!("{HEAD}Transfer-Encoding: chunked\r\n\r\n5\r\n{{\"que").into_bytes(),
            "body-time",
        ),
        ("nothing after an answer", b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".to_vec(), "idle-time"),
        (
            "events that nobody reads",
            format!("{HEAD}Accept: text/event-stream\r\nContent-Length: {}\r\n\r\n{listens}", listens.len())
                .into_bytes(),
            "stream-time",
        ),
    ]
}

const SHORT: [&str; 8] =
    ["--limit-header-time", "1s", "--limit-body-time", "1s", "--limit-idle-time", "1s", "--limit-stream-time", "2s"];

#[test]
fn whoever_sends_or_takes_nothing_is_put_out_and_others_are_answered_meanwhile() {
    let (_database, program) = server(&SHORT);
    for (way, bytes, limit) in ways() {
        let began = Instant::now();
        let mut open: Vec<TcpStream> = (0..40).map(|_| sent(program.address, &bytes)).collect();
        while !open.iter_mut().all(is_closed) {
            let (answer, took) = asked(program.address, "/livez");
            assert!(answer.starts_with("HTTP/1.1 200") && took < Duration::from_secs(5), "{way}: {took:?} {answer}");
            assert!(began.elapsed() < Duration::from_secs(30), "{way}: some are open still");
            std::thread::sleep(Duration::from_millis(100));
        }
        // A body has a time of its own, and its connection then that of one without a request.
        assert!(met(program.address, limit) >= 40, "{way} is counted");
    }
}

#[test]
fn a_head_that_comes_byte_by_byte_is_as_late_as_one_that_does_not_come() {
    let (_database, program) = server(&SHORT);
    let (mut stream, began) = (sent(program.address, b"GET / HTTP/1.1\r\n"), Instant::now());
    while !is_closed(&mut stream) {
        let _ = stream.write_all(b"X");
        assert!(began.elapsed() < Duration::from_secs(5));
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_connection_that_is_used_now_and_then_stays() {
    let (_database, program) = server(&SHORT);
    let mut stream = TcpStream::connect(program.address).unwrap();
    for _ in 0..6 {
        stream.write_all(b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").unwrap();
        let mut some = [0; 1_024];
        assert!(stream.read(&mut some).unwrap() > 0);
        std::thread::sleep(Duration::from_millis(600));
    }
}

#[test]
fn answers_that_nobody_takes_are_dropped() {
    let (_database, program) = server(&["--limit-write-time", "1s"]);
    let request = "GET /v1/timeline/KR HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".repeat(400);
    let mut open: Vec<TcpStream> = (0..4)
        .map(|_| {
            let mut stream = TcpStream::connect(program.address).unwrap();
            stream.set_write_timeout(Some(Duration::from_millis(500))).unwrap();
            let _ = stream.write_all(request.as_bytes());
            stream
        })
        .collect();
    let began = Instant::now();
    while met(program.address, "write-time") < 4 {
        assert!(began.elapsed() < Duration::from_mins(1));
        std::thread::sleep(Duration::from_millis(200));
    }
    assert!(open.iter_mut().all(is_closed));
}

#[test]
fn requests_that_are_sent_without_end_while_no_answer_is_taken_take_no_memory() {
    let (_database, program) = server(&["--limit-write-time", "2s"]);
    let requests = "GET /v1/timeline/KR HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".repeat(1_000);
    let mut open: Vec<TcpStream> = (0..4).map(|_| TcpStream::connect(program.address).unwrap()).collect();
    let before = program.memory();
    let began = Instant::now();
    for stream in &mut open {
        stream.set_write_timeout(Some(Duration::from_millis(200))).unwrap();
    }
    while !open.iter_mut().all(|stream| stream.write_all(requests.as_bytes()).is_err_and(|error| !is_timeout(&error))) {
        let grown = program.memory().saturating_sub(before);
        assert!(grown < 64_000_000, "{grown} bytes more");
        assert!(began.elapsed() < Duration::from_secs(40), "a connection is open still");
    }
    assert!(met(program.address, "write-time") >= 4);
}

fn is_timeout(error: &std::io::Error) -> bool {
    matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut)
}

/// A connection from another address of this machine.
fn from_elsewhere(address: SocketAddr, path: &str) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let stream = runtime.block_on(async {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.2:0".parse().unwrap()).unwrap();
        socket.connect(address).await.unwrap().into_std().unwrap()
    });
    stream.set_nonblocking(false).unwrap();
    let mut stream = stream;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn an_address_that_has_all_its_connections_is_told_so_and_others_and_watchers_are_answered() {
    let (_database, program) =
        server(&["--limit-connections", "60", "--limit-address-connections", "20", "--limit-header-time", "2m"]);
    let mut open: Vec<TcpStream> = (0..20).map(|_| sent(program.address, b"")).collect();
    // These are beyond its own; the oldest of them make room for newer ones.
    let beyond: Vec<TcpStream> = (0..100).map(|_| sent(program.address, b"GET")).collect();
    for path in ["/livez", "/readyz", "/metrics"] {
        let (answer, took) = asked(program.address, path);
        assert!(answer.starts_with("HTTP/1.1 200") && took < Duration::from_secs(5), "{path}: {took:?} {answer}");
    }
    let (refused, _) = asked(program.address, "/v1/status/LV");
    assert!(refused.starts_with("HTTP/1.1 503") && refused.contains("TOO_MANY_CONNECTIONS"), "{refused}");
    assert!(refused.contains("your address") && refused.to_lowercase().contains("retry-after"), "{refused}");
    assert!(from_elsewhere(program.address, "/v1/status/LV").starts_with("HTTP/1.1 200"));
    assert!(met(program.address, "address-connections") >= 100);
    assert!(!open.iter_mut().any(is_closed), "whoever has a seat keeps it");
    drop((open, beyond));
    let began = Instant::now();
    while !asked(program.address, "/v1/status/LV").0.starts_with("HTTP/1.1 200") {
        assert!(began.elapsed() < Duration::from_secs(5), "there is room again");
    }
}

#[test]
fn the_process_ends_in_time_whatever_its_clients_hold() {
    let (_database, mut program) = server(&[]);
    let open: Vec<TcpStream> = ways()
        .into_iter()
        .flat_map(|(_, bytes, _)| (0..10).map(move |_| bytes.clone()))
        .map(|bytes| sent(program.address, &bytes))
        .collect();
    let socket = super::sockets::opened(program.address);
    std::thread::sleep(Duration::from_millis(500));
    let began = Instant::now();
    program.terminate();
    assert_eq!(program.ended(), Some(0));
    assert!(began.elapsed() < Duration::from_secs(8), "{:?}", began.elapsed());
    drop((open, socket));
}
