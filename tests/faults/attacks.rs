//! How much does an attacker without a token take, in a release build? The long form measures what README's limits promise.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use testkit::databases::Database;
use testkit::programs::{Program, free_port};

use super::ground::{alone, long, tell};

const HEAD: &str = "POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n";

fn post(query: &str) -> Vec<u8> {
    let body = serde_json::json!({ "query": query }).to_string();
    format!("{HEAD}Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

/// Connects from one of a few addresses of this machine.
fn connected(address: SocketAddr, from: usize) -> Option<TcpStream> {
    // A test has a runtime of its own, in which no other may wait.
    let connecting = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let socket = tokio::net::TcpSocket::new_v4().ok()?;
            socket.bind(format!("127.0.0.{}:0", 1 + from).parse().unwrap()).ok()?;
            socket.connect(address).await.ok()?.into_std().ok()
        })
    });
    let stream = connecting.join().unwrap()?;
    stream.set_nonblocking(false).ok()?;
    Some(stream)
}

fn sent(address: SocketAddr, from: usize, bytes: &[u8]) -> Option<TcpStream> {
    let mut stream = connected(address, from)?;
    stream.write_all(bytes).ok()?;
    Some(stream)
}

/// The time that a plain request took, from an address of its own.
fn asked(address: SocketAddr, path: &str) -> Duration {
    let began = Instant::now();
    let request = format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
    let mut stream = sent(address, 9, request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{path}: {answer}");
    began.elapsed()
}

fn is_closed(stream: &mut TcpStream) -> bool {
    stream.set_read_timeout(Some(Duration::from_micros(1))).unwrap();
    let mut some = vec![0; 65_536];
    loop {
        match stream.read(&mut some) {
            Ok(0) => return true,
            Ok(_) => {}
            Err(error) => {
                return !matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut);
            }
        }
    }
}

fn server(options: &[&str]) -> (Database, Program) {
    let database = Database::sqlite();
    let program = Program::serve(&database.url(), free_port(), options);
    (database, program)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_do_nothing_take_the_server_from_nobody() {
    let _alone = alone().await;
    let short = [
        "--limit-header-time",
        "1s",
        "--limit-body-time",
        "1s",
        "--limit-idle-time",
        "1s",
        "--limit-stream-time",
        "1s",
    ];
    let (many, options, patience) = if long() { (2_000, &[][..], 90) } else { (100, &short[..], 10) };
    let (_database, program) = server(options);
    let ways = [
        ("nothing sent", Vec::new()),
        ("a head that never ends", b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A".to_vec()),
        ("a body that never comes", format!("{HEAD}Content-Length: 1000\r\n\r\n").into_bytes()),
        ("chunks that never come", format!("{HEAD}Transfer-Encoding: chunked\r\n\r\n").into_bytes()),
        ("nothing after an answer", b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".to_vec()),
        ("events that nobody reads", {
            let mut listens = HEAD.as_bytes().to_vec();
            listens.extend(b"Accept: text/event-stream\r\n");
            listens.extend(&post("subscription { milestoneRecorded(after: 0) { position } }")[HEAD.len()..]);
            listens
        }),
    ];
    for (way, bytes) in ways {
        let (before, began) = (program.memory(), Instant::now());
        let mut open: Vec<TcpStream> = (0..many).filter_map(|at| sent(program.address, at % 4, &bytes)).collect();
        let (opened, mut slowest) = (open.len(), Duration::ZERO);
        let held = program.memory().saturating_sub(before);
        while !open.is_empty() {
            slowest = slowest.max(asked(program.address, "/livez")).max(asked(program.address, "/v1/status/KR"));
            open.retain_mut(|stream| !is_closed(stream));
            assert!(began.elapsed() < Duration::from_secs(patience), "{way}: {} are open still", open.len());
            std::thread::sleep(Duration::from_millis(100));
        }
        assert!(slowest < Duration::from_secs(1), "{way}: {slowest:?}");
        tell(&format!(
            "{way}: {opened} connections hold {} kB; slowest answer {slowest:?}; all gone after {:?}",
            held / 1_000,
            began.elapsed()
        ));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pings_that_nobody_answers_for_take_no_memory() {
    let _alone = alone().await;
    let (sockets, time) = if long() { (10, 20) } else { (2, 1) };
    let (_database, program) = server(&["--private"]);
    let before = program.memory();
    let upgrade = "GET /graphql/ws HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                   Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\
                   Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n";
    let mut ping = vec![0x89, 0x80 | 0x7d, 0, 0, 0, 0];
    ping.extend([7; 125]);
    let pings = ping.repeat(1_000);
    let began = Instant::now();
    let attack = |at: usize| {
        let (address, pings) = (program.address, pings.clone());
        std::thread::spawn(move || {
            let mut opened = 0;
            // Whoever is put out comes back.
            while began.elapsed() < Duration::from_secs(time) {
                let Some(mut stream) = sent(address, at % 4, upgrade.as_bytes()) else { continue };
                opened += 1;
                stream.set_write_timeout(Some(Duration::from_secs(1))).unwrap();
                while began.elapsed() < Duration::from_secs(time) && stream.write_all(&pings).is_ok() {}
            }
            opened
        })
    };
    let attacks: Vec<_> = (0..sockets).map(attack).collect();
    let (mut most, mut slowest) = (0, Duration::ZERO);
    while began.elapsed() < Duration::from_secs(time) {
        most = most.max(program.memory().saturating_sub(before));
        slowest = slowest.max(asked(program.address, "/livez"));
        std::thread::sleep(Duration::from_millis(50));
    }
    let opened: usize = attacks.into_iter().map(|attack| attack.join().unwrap()).sum();
    assert!(most < 64_000_000, "{most} bytes more");
    tell(&format!(
        "pings of {sockets} attackers for {time} s over {opened} sockets: {} kB more; slowest /livez {slowest:?}",
        most / 1_000
    ));
}

/// Of each kind, the dearest question that is let in.
const DEAREST: [(&str, &str); 6] = [
    (
        "milestones",
        "{ agreements(first: 42) { nodes { milestones(first: 23) { nodes { id kind summary position } } } } }",
    ),
    (
        "periods",
        "{ agreements(first: 16) { nodes { periods { status { because { milestone { summary sources { title } } } } } } } }",
    ),
    (
        "differences",
        "{ a: diff(from: { asOf: \"2000-01-01\" }, to: {}, first: 51) { nodes { causes { sentence milestone { summary sources { title url } } } } } }",
    ),
    (
        "lateness",
        "{ a: lateness(groupBy: SOURCE, first: 40) { nodes { publisher tellings(first: 100) { totalCount } } } }",
    ),
    (
        "limits",
        "{ limits(instrument: \"rdp\") { stage limit { estimate { compared { round } leftOut { round } longest { days } shortest { days } } } } }",
    ),
    ("back-tests", "{ alertBacktest(from: \"1976-01-02\", to: \"2026-01-01\") { rule } }"),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_dearest_answers_at_once_hold_little_and_nobody_up() {
    let _alone = alone().await;
    let many = if long() { 60 } else { 6 };
    let (_database, program) = server(&[]);
    for (name, query) in DEAREST {
        let request = post(query);
        let whole = |from: usize| {
            let mut request = request.clone();
            let place = HEAD.len() - 2;
            request.splice(place..place, b"\r\nConnection: close".iter().copied());
            let mut stream = sent(program.address, from % 4, &request).unwrap();
            let mut answer = Vec::new();
            let _ = stream.read_to_end(&mut answer);
            answer
        };
        let (before, cpu) = (program.memory(), program.seconds());
        let answer = whole(0);
        let cost = program.seconds() - cpu;
        assert!(
            answer.starts_with(b"HTTP/1.1 200"),
            "{name}: {}",
            String::from_utf8_lossy(&answer[..300.min(answer.len())])
        );
        assert!(
            answer.len() < 4_100_000 && !String::from_utf8_lossy(&answer).contains("QUERY_TOO_COMPLEX"),
            "{name}: {}",
            String::from_utf8_lossy(&answer[..400.min(answer.len())])
        );
        let (mut slowest, mut most) = (Duration::ZERO, 0);
        std::thread::scope(|scope| {
            let asking: Vec<_> = (0..many).map(|from| scope.spawn(move || whole(from).len())).collect();
            while !asking.iter().all(std::thread::ScopedJoinHandle::is_finished) {
                slowest = slowest.max(asked(program.address, "/v1/status/KR"));
                most = most.max(program.memory().saturating_sub(before));
                std::thread::sleep(Duration::from_millis(5));
            }
        });
        tell(&format!(
            "{name}: {} kB and {cost:.2} s of CPU; {many} at once hold {} kB, and others wait {slowest:?} at most",
            answer.len() / 1_000,
            most / 1_000
        ));
        if long() {
            assert!(most < 200_000_000 && cost < 0.2, "{name}");
            assert!(slowest < Duration::from_millis(100), "{name}: others waited {slowest:?}");
        }
    }
}
