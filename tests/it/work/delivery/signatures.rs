//! Does a receiver's library accept what we sign, and refuse what was changed?

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use depositary::work::delivery::signature::{Secret, sign};
use reqwest::header::HeaderMap;
use standardwebhooks::Webhook;

fn headers(id: &str, timestamp: i64, signature: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert("webhook-id", id.parse().unwrap());
    headers.insert("webhook-timestamp", timestamp.to_string().parse().unwrap());
    headers.insert("webhook-signature", signature.parse().unwrap());
    headers
}

fn now() -> DateTime<Utc> {
    depositary::clock::Clock::system().now()
}

#[test]
fn the_example_of_the_specification_has_the_signature_that_it_says() {
    let secret = Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
    let at = DateTime::from_timestamp(1_614_265_330, 0).unwrap();
    let signed = sign(&[secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", at, br#"{"test": 2432232314}"#);
    assert_eq!(signed.signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

#[test]
fn a_receivers_library_accepts_every_body_by_each_secret_that_is_valid_and_by_no_other() {
    let (new, old, other) = (Secret::random().unwrap(), Secret::random().unwrap(), Secret::random().unwrap());
    for body in ["", "{}", "{\"summary\":\"Réciprocité ✓ \u{10348}\"}", &"x".repeat(20_000)] {
        let signed = sign(&[new.clone(), old.clone()], "msg_1", now(), body.as_bytes());
        let headers = headers(&signed.id, signed.timestamp, &signed.signature);
        let verify = |secret: &Secret, body: &str| {
            Webhook::new(&secret.reveal()).unwrap().verify(body.as_bytes(), &headers).is_ok()
        };
        assert!(verify(&new, body) && verify(&old, body), "{body}");
        assert!(!verify(&other, body) && !verify(&new, &format!("{body} ")));
    }
}

#[test]
fn an_attempt_that_is_old_is_refused_by_the_library_so_each_has_its_own_time() {
    let secret = Secret::random().unwrap();
    let accepts = |at: DateTime<Utc>| {
        let signed = sign(std::slice::from_ref(&secret), "msg_1", at, b"{}");
        let headers = headers("msg_1", signed.timestamp, &signed.signature);
        Webhook::new(&secret.reveal()).unwrap().verify(b"{}", &headers).is_ok()
    };
    assert!(accepts(now()));
    assert!(!accepts(now() - chrono::TimeDelta::minutes(10)));
}

#[test]
fn a_secret_has_24_to_64_bytes_and_is_never_shown_by_accident() {
    let of = |bytes: usize| format!("whsec_{}", STANDARD.encode(vec![7_u8; bytes]));
    for bytes in [24, 32, 64] {
        assert_eq!(Secret::parse(&of(bytes)).unwrap().reveal(), of(bytes));
    }
    for wrong in [of(23), of(65), of(32).replace("whsec_", ""), "whsec_!".to_owned(), String::new()] {
        assert_eq!(Secret::parse(&wrong), None, "{wrong}");
    }
    let secret = Secret::random().unwrap();
    assert!(Secret::parse(&secret.reveal()).unwrap() == secret);
    assert!(secret != Secret::random().unwrap());
    assert!(!format!("{secret:?}").contains(&secret.reveal()[6..]));
}
