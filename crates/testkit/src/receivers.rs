//! How may a receiver of webhooks behave? Real ones on this machine.
//!
//! Invariant: whatever arrives is kept as it arrived, with what was answered.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;
use standardwebhooks::Webhook;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// How a receiver answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Manner {
    /// 204 to everything.
    Well,
    /// 500 to the first attempt of every second message, and to the second of every fourth.
    Fails,
    /// 500 to the first attempt of every second message.
    FailsOnce,
    /// It takes the request and never answers.
    Hangs,
    /// To go elsewhere.
    Redirects(String),
    /// A byte a second, from the status line on.
    Trickles,
    /// 200, and then a body that never ends.
    Babbles,
    /// This status, with these headers.
    Says(u16, &'static str),
}

/// A message as it arrived.
#[derive(Debug, Clone)]
pub struct Arrived {
    /// The id of the message, the same on every attempt.
    pub id: String,
    /// The headers by their names in small letters.
    pub headers: BTreeMap<String, String>,
    /// The body as it came.
    pub body: String,
    /// The status that was answered.
    pub answered: u16,
}

impl Arrived {
    /// The body as an event.
    pub fn event(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// The position that it tells of.
    pub fn position(&self) -> u64 {
        self.event()["logposition"].as_str().unwrap().parse().unwrap()
    }

    /// Checks it as a receiver does, by the library.
    pub fn is_signed_by(&self, secret: &str) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in &self.headers {
            headers.insert(HeaderName::try_from(name).unwrap(), HeaderValue::try_from(value).unwrap());
        }
        Webhook::new(secret).unwrap().verify(self.body.as_bytes(), &headers).is_ok()
    }
}

/// A receiver on a port of its own.
#[derive(Clone)]
pub struct Receiver {
    /// Where it listens.
    pub address: SocketAddr,
    manner: Arc<Mutex<Manner>>,
    arrived: Arc<Mutex<Vec<Arrived>>>,
}

impl Receiver {
    /// One on this machine that behaves in a manner.
    pub async fn start(manner: Manner) -> Self {
        Self::start_at("127.0.0.1", manner).await
    }

    /// The same at another address of this machine.
    pub async fn start_at(host: &str, manner: Manner) -> Self {
        let listener = TcpListener::bind((host, 0)).await.unwrap();
        let receiver = Self {
            address: listener.local_addr().unwrap(),
            manner: Arc::new(Mutex::new(manner)),
            arrived: Arc::default(),
        };
        let serving = receiver.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serving.clone().serve(stream));
            }
        });
        receiver
    }

    /// The address of its hook.
    pub fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    /// Waits until so many attempts have come, whatever was answered.
    pub async fn has_been_told(&self, attempts: usize) {
        let started = Instant::now();
        while self.arrived().len() < attempts {
            assert!(started.elapsed() < Duration::from_secs(30), "{attempts} attempts did not come");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Behaves in another manner from now on.
    pub fn behave(&self, manner: Manner) {
        *self.manner.lock().unwrap() = manner;
    }

    /// Everything that has arrived, in order, whatever was answered.
    pub fn arrived(&self) -> Vec<Arrived> {
        self.arrived.lock().unwrap().clone()
    }

    /// What was answered by 2xx, by its id, with how often it arrived.
    pub fn accepted(&self) -> BTreeMap<String, (Arrived, usize)> {
        let mut accepted = BTreeMap::new();
        for arrived in self.arrived().into_iter().filter(|arrived| arrived.answered < 300) {
            accepted.entry(arrived.id.clone()).or_insert((arrived, 0)).1 += 1;
        }
        accepted
    }

    /// The positions that were accepted about a topic, in order.
    pub fn positions(&self, topic: &str) -> Vec<u64> {
        let about = |arrived: &Arrived| arrived.event()["id"].as_str().unwrap().ends_with(topic);
        let mut positions: Vec<u64> =
            self.accepted().values().filter(|(one, _)| about(one)).map(|(one, _)| one.position()).collect();
        positions.sort_unstable();
        positions
    }

    /// Waits until so many messages were accepted, and tells how long it took.
    pub async fn has(&self, messages: usize) -> Duration {
        let started = Instant::now();
        while self.accepted().len() < messages {
            let so_far = self.accepted().len();
            assert!(started.elapsed() < Duration::from_mins(1), "{so_far} of {messages} arrived");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        started.elapsed()
    }

    async fn serve(self, mut stream: TcpStream) {
        let mut buffer = Vec::new();
        while let Some((headers, body)) = request(&mut stream, &mut buffer).await {
            let manner = self.manner.lock().unwrap().clone();
            let id = headers.get("webhook-id").cloned().unwrap_or_default();
            let before = self.arrived.lock().unwrap().iter().filter(|arrived| arrived.id == id).count();
            let nth = id.bytes().fold(0_usize, |sum, byte| sum + usize::from(byte));
            let fails = before == 0 && nth.is_multiple_of(2) || before == 1 && nth.is_multiple_of(4);
            let (answered, more) = match &manner {
                Manner::Well | Manner::Babbles => (204, String::new()),
                Manner::Fails => (if fails { 500 } else { 204 }, String::new()),
                Manner::FailsOnce => (if fails && before == 0 { 500 } else { 204 }, String::new()),
                Manner::Redirects(to) => (307, format!("location: {to}\r\n")),
                Manner::Hangs | Manner::Trickles => (599, String::new()),
                Manner::Says(status, headers) => (*status, (*headers).to_owned()),
            };
            self.arrived.lock().unwrap().push(Arrived { id, headers, body, answered });
            let head = format!("HTTP/1.1 {answered} Well\r\n{more}content-length: 0\r\n\r\n");
            match manner {
                Manner::Hangs => std::future::pending().await,
                Manner::Trickles => {
                    for byte in head.bytes() {
                        tokio::time::sleep(Duration::from_secs(1)).await;
                        if stream.write_all(&[byte]).await.is_err() {
                            return;
                        }
                    }
                }
                Manner::Babbles => {
                    let _ = stream.write_all(b"HTTP/1.1 200 Well\r\n\r\n").await;
                    while stream.write_all(&[b'x'; 4_096]).await.is_ok() {}
                    return;
                }
                _ => stream.write_all(head.as_bytes()).await.unwrap_or_default(),
            }
        }
    }
}

/// The headers and the body of the next request; `None` when there is none.
async fn request(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<(BTreeMap<String, String>, String)> {
    loop {
        if let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8(buffer[..end].to_vec()).unwrap();
            let headers: BTreeMap<String, String> = head
                .lines()
                .skip(1)
                .filter_map(|line| line.split_once(": "))
                .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
                .collect();
            let length: usize = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
            if buffer.len() >= end + 4 + length {
                let body = String::from_utf8(buffer[end + 4..end + 4 + length].to_vec()).unwrap();
                buffer.drain(..end + 4 + length);
                return Some((headers, body));
            }
        }
        let mut more = [0; 8_192];
        let read = stream.read(&mut more).await.ok().filter(|read| *read > 0)?;
        buffer.extend_from_slice(&more[..read]);
    }
}
