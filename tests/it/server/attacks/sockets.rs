//! Sockets that are pinged, fall silent, or are never read: is the memory bounded, and are they put out?

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use super::client::{is_closed, met, sent, server};

/// A socket that was opened by hand.
pub fn opened(address: SocketAddr) -> TcpStream {
    let request = "GET /graphql/ws HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                   Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\
                   Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n";
    let mut stream = sent(address, request.as_bytes());
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        assert_eq!(stream.read(&mut byte).unwrap(), 1, "{}", String::from_utf8_lossy(&head));
        head.push(byte[0]);
    }
    assert!(head.starts_with(b"HTTP/1.1 101"), "{}", String::from_utf8_lossy(&head));
    stream
}

/// A frame of a client, masked by nothing.
fn frame(kind: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![0x80 | kind];
    if let Ok(length @ ..126) = u8::try_from(payload.len()) {
        frame.push(0x80 | length);
    } else {
        frame.push(0x80 | 0x7e);
        frame.extend(u16::try_from(payload.len()).unwrap().to_be_bytes());
    }
    frame.extend([0; 4]);
    frame.extend(payload);
    frame
}

const TEXT: u8 = 1;
const PING: u8 = 9;
const PONG: u8 = 10;

#[test]
fn pings_whose_pongs_nobody_reads_and_other_chatter_take_no_memory_and_end_the_socket() {
    // By the protocol of sockets and by the one that is spoken on them.
    let chatter = [
        frame(PING, &[7; 125]),
        frame(PONG, &[7; 125]),
        frame(
            TEXT,
            br#"{"type":"ping","payload":{"as":"long as a message of the protocol is when it asks for nothing"}}"#,
        ),
        frame(TEXT, br#"{"type":"pong"}"#),
    ];
    for private in [false, true] {
        let (_database, program) = server(if private { &["--private"] } else { &[] });
        let before = program.memory();
        let threads: Vec<_> = chatter
            .iter()
            .map(|frame| {
                let (address, pings) = (program.address, frame.repeat(1_000));
                std::thread::spawn(move || {
                    let mut stream = opened(address);
                    stream.set_write_timeout(Some(Duration::from_secs(1))).unwrap();
                    let began = Instant::now();
                    while began.elapsed() < Duration::from_secs(3) && stream.write_all(&pings).is_ok() {}
                    stream
                })
            })
            .collect();
        let mut open: Vec<TcpStream> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
        let grown = program.memory().saturating_sub(before);
        assert!(grown < 64_000_000, "{grown} bytes more");
        let began = Instant::now();
        while !open.iter_mut().all(is_closed) {
            assert!(began.elapsed() < Duration::from_secs(10), "a socket is open still");
            std::thread::sleep(Duration::from_millis(100));
        }
        assert!(private || met(program.address, "pings") >= 4);
    }
}

#[test]
fn frames_without_end_that_no_message_ends_end_the_socket() {
    let (_database, program) = server(&[]);
    let mut stream = introduced(program.address);
    stream.set_write_timeout(Some(Duration::from_secs(1))).unwrap();
    let began = [TEXT, 0x80, 0, 0, 0, 0];
    let goes_on = [0, 0x80, 0, 0, 0, 0].repeat(10_000);
    let mut open = stream.write_all(&began).is_ok();
    for _ in 0..400 {
        open = open && stream.write_all(&goes_on).is_ok();
    }
    until_met(program.address, "pings");
    assert!(is_closed(&mut stream));
}

#[test]
fn a_client_that_closes_a_socket_is_answered_by_a_close() {
    const CLOSE: u8 = 8;
    let (_database, program) = server(&[]);
    let mut stream = introduced(program.address);
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    stream.write_all(&frame(CLOSE, &1_000_u16.to_be_bytes())).unwrap();
    let mut heard = Vec::new();
    stream.read_to_end(&mut heard).unwrap();
    assert!(heard.ends_with(&[0x80 | CLOSE, 2, 3, 0xe8]), "{heard:?}");
}

/// A socket that has introduced itself.
fn introduced(address: SocketAddr) -> TcpStream {
    let mut stream = opened(address);
    stream.write_all(&frame(TEXT, br#"{"type":"connection_init"}"#)).unwrap();
    stream
}

/// Waits until a limit was met.
fn until_met(address: SocketAddr, limit: &str) {
    let began = Instant::now();
    while met(address, limit) == 0 {
        assert!(began.elapsed() < Duration::from_mins(1), "{limit}");
        std::thread::sleep(Duration::from_millis(200));
    }
}

#[test]
fn a_socket_that_answers_no_ping_is_put_out() {
    let (_database, program) = server(&["--limit-silence-time", "2s"]);
    let mut silent = introduced(program.address);
    until_met(program.address, "silence-time");
    std::thread::sleep(Duration::from_secs(1));
    assert!(is_closed(&mut silent));
}

#[test]
fn a_socket_that_asks_and_takes_no_answers_is_put_out() {
    let (_database, program) = server(&["--limit-write-time", "1s"]);
    let mut greedy = introduced(program.address);
    greedy.set_write_timeout(Some(Duration::from_millis(500))).unwrap();
    let query = "{ agreements(first: 60) { nodes { milestones(first: 20) { nodes { id summary } } } } }";
    for id in 0..50 {
        let ask = serde_json::json!({ "type": "subscribe", "id": id.to_string(), "payload": { "query": query } });
        if greedy.write_all(&frame(TEXT, ask.to_string().as_bytes())).is_err() {
            break;
        }
    }
    until_met(program.address, "write-time");
    std::thread::sleep(Duration::from_secs(3));
    assert!(is_closed(&mut greedy));
}
