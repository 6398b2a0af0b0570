//! How many requests a second does a server on this machine answer?
//!
//! Invariant: the client costs as little as it can, since it shares the cores with what it measures.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// GraphQL requests a second over some connections, by their bodies.
pub async fn throughput(address: SocketAddr, connections: usize, lasting: Duration, body: fn(u64) -> String) -> f64 {
    let request = move |number| {
        let body = body(number);
        format!(
            "POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
    };
    requests(address, connections, lasting, request).await
}

/// Requests a second over some connections, each sending the next request when it has the answer.
pub async fn requests(
    address: SocketAddr,
    connections: usize,
    lasting: Duration,
    request: impl Fn(u64) -> String + Clone + Send + 'static,
) -> f64 {
    let end = Instant::now() + lasting;
    let started = Instant::now();
    let clients = (0..connections as u64).map(|client| {
        let request = request.clone();
        tokio::spawn(async move {
            let mut stream = TcpStream::connect(address).await.expect("the server listens");
            stream.set_nodelay(true).expect("a socket option");
            let mut buffer = vec![0_u8; 256 * 1024];
            let mut done = 0_u64;
            while Instant::now() < end {
                let request = request(client * 1_000_003 + done);
                stream.write_all(request.as_bytes()).await.expect("the server reads");
                let answer = read_answer(&mut stream, &mut buffer).await;
                assert!(!contains(answer, b"\"errors\""), "{}", String::from_utf8_lossy(answer));
                done += 1;
            }
            done
        })
    });
    let mut total = 0;
    for client in clients.collect::<Vec<_>>() {
        total += client.await.expect("a client ends");
    }
    total as f64 / started.elapsed().as_secs_f64()
}

/// Reads one answer with a content length.
async fn read_answer<'a>(stream: &mut TcpStream, buffer: &'a mut [u8]) -> &'a [u8] {
    let mut filled = 0;
    loop {
        let read = stream.read(&mut buffer[filled..]).await.expect("the server answers");
        assert!(read > 0, "the server closed the connection");
        filled += read;
        let Some(head) = buffer[..filled].windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        let header = std::str::from_utf8(&buffer[..head]).expect("a header is text").to_ascii_lowercase();
        let length = header.split("content-length: ").nth(1).and_then(|rest| rest.split("\r\n").next());
        let length: usize = length.expect("the answer has a length").parse().expect("a length is a number");
        if filled >= head + 4 + length {
            assert!(header.starts_with("http/1.1 200"), "{header}");
            return &buffer[head + 4..head + 4 + length];
        }
    }
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

/// A generator of numbers that a seed always gives again (`SplitMix64`).
pub struct Seeded(pub u64);

impl Seeded {
    /// The next number below a bound.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % bound
    }
}
