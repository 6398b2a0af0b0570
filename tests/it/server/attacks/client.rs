//! How does an attacker ask, and how often was a limit met?

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use testkit::databases::Database;
use testkit::programs::{Program, free_port};

/// A server process with these options, over a database of its own.
pub fn server(options: &[&str]) -> (Database, Program) {
    let database = Database::sqlite();
    let program = Program::serve(&database.url(), free_port(), options);
    (database, program)
}

/// A connection that has sent some bytes and reads nothing.
pub fn sent(address: SocketAddr, bytes: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(bytes).unwrap();
    stream
}

/// The answer to a plain request on a connection of its own, with how long it took.
pub fn asked(address: SocketAddr, path: &str) -> (String, Duration) {
    let began = Instant::now();
    let request = format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
    let mut stream = sent(address, request.as_bytes());
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    (String::from_utf8_lossy(&answer).into_owned(), began.elapsed())
}

/// Whether the server has closed a connection by now; what it had said before is read.
pub fn is_closed(stream: &mut TcpStream) -> bool {
    stream.set_read_timeout(Some(Duration::from_millis(1))).unwrap();
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

/// How often a limit was met.
pub fn met(address: SocketAddr, limit: &str) -> u64 {
    let (told, _) = asked(address, "/metrics");
    let name = format!("depositary_limits_met_total{{limit=\"{limit}\"}} ");
    let line =
        told.lines().find_map(|line| line.strip_prefix(name.as_str())).unwrap_or_else(|| panic!("{limit}: {told}"));
    line.parse().unwrap()
}
