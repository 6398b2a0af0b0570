//! Is every address that is not public refused, however it is written?

use std::net::IpAddr;

use depositary::work::delivery::addresses::{Rules, TargetError, is_public};

/// Spellings of addresses that nothing may be sent to.
const FORBIDDEN: &[&str] = &[
    // Loopback, in every notation of version 4 that a URL has.
    "127.0.0.1",
    "127.255.255.254",
    "127.1",
    "127.0.1",
    "2130706433",
    "0x7f000001",
    "0x7f.0.0.1",
    "0x7f.1",
    "017700000001",
    "0177.0.0.01",
    "0177.0x0.1",
    "127.0.0.1.",
    "%31%32%37.0.0.1",
    "１２７.０.０.１",
    "①②⑦.⓪.⓪.①",
    "127。0。0。1",
    // This network, and what means "here".
    "0",
    "0.0.0.0",
    "0.1.2.3",
    // Private.
    "10.0.0.1",
    "10.255.255.255",
    "0xa.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.0.1",
    "3232235521",
    // Behind a carrier's NAT.
    "100.64.0.1",
    "100.127.255.255",
    // Link-local, and the metadata of clouds.
    "169.254.0.1",
    "169.254.169.254",
    "0xa9fea9fe",
    "2852039166",
    // Protocol assignments, documentation, benchmarking, relays.
    "192.0.0.1",
    "192.0.2.1",
    "198.51.100.7",
    "203.0.113.7",
    "198.18.0.1",
    "198.19.255.255",
    "192.88.99.1",
    // Multicast, reserved, broadcast.
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    // Version 6: unspecified, loopback, in several spellings.
    "[::]",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[0000:0000:0000:0000:0000:0000:0000:0001]",
    // Version 4 in version 6: mapped, compatible, translated, NAT64 of both prefixes, 6to4, Teredo, ISATAP.
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[0:0:0:0:0:FFFF:10.0.0.1]",
    "[::ffff:169.254.169.254]",
    "[::127.0.0.1]",
    "[::a00:1]",
    "[::ffff:0:127.0.0.1]",
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b::a9fe:a9fe]",
    "[64:ff9b:1::10.0.0.1]",
    "[2002:7f00:1::]",
    "[2002:c0a8:1::1]",
    "[2001:0:4136:e378:8000:63bf:3fff:fdd2]",
    "[2001::1]",
    "[2600::5efe:10.0.0.1]",
    "[2600::200:5efe:10.0.0.1]",
    // Unique local, link-local, site-local, multicast.
    "[fc00::1]",
    "[fd12:3456:789a::1]",
    "[fe80::1]",
    "[fec0::1]",
    "[ff02::1]",
    "[ff0e::1]",
    // Documentation, benchmarking, ORCHID, discard, segment routing, unassigned.
    "[2001:db8::1]",
    "[3fff::1]",
    "[2001:2::1]",
    "[2001:10::1]",
    "[2001:20::1]",
    "[100::1]",
    "[5f00::1]",
    "[4000::1]",
    "[e000::1]",
];

#[test]
fn every_forbidden_address_is_refused_in_every_spelling() {
    assert!(FORBIDDEN.len() >= 40);
    for host in FORBIDDEN {
        for scheme in ["https", "http"] {
            let refused = Rules::default().target(&format!("{scheme}://{host}/hook"));
            assert!(matches!(refused, Err(TargetError::Address(_))), "{scheme}://{host}: {refused:?}");
        }
    }
}

#[test]
fn public_addresses_are_not() {
    let public = [
        "8.8.8.8",
        "1.1.1.1",
        "172.15.255.255",
        "172.32.0.1",
        "100.63.255.255",
        "100.128.0.1",
        "223.255.255.255",
        "[2606:4700:4700::1111]",
        "[2a00:1450:4001:81b::200e]",
        "[::ffff:8.8.8.8]",
        "[64:ff9b::8.8.8.8]",
    ];
    for host in public {
        let target = Rules::default().target(&format!("https://{host}/hook"));
        assert!(target.is_ok(), "{host}: {target:?}");
        let clear = Rules::default().target(&format!("http://{host}/hook"));
        assert_eq!(clear, Err(TargetError::Clear), "{host}");
    }
}

#[test]
fn an_operator_allows_networks_and_ports_and_nothing_beside_them() {
    let rules = Rules::of(&["127.0.0.1/32".parse().unwrap(), "fd00::/8".parse().unwrap()], &[8443]);
    for allowed in
        ["http://127.0.0.1/", "https://127.0.0.1:8443/", "http://[::ffff:127.0.0.1]/", "http://[fd00::1]:443/"]
    {
        assert!(rules.target(allowed).is_ok(), "{allowed}");
    }
    for (refused, by) in [
        ("http://127.0.0.2/", TargetError::Address("127.0.0.2".parse().unwrap())),
        ("http://[::1]/", TargetError::Address("::1".parse().unwrap())),
        ("http://[64:ff9b::127.0.0.1]/", TargetError::Address("64:ff9b::127.0.0.1".parse().unwrap())),
        ("https://127.0.0.1:8080/", TargetError::Port(8080)),
        ("https://example.org:22/", TargetError::Port(22)),
    ] {
        assert_eq!(rules.target(refused), Err(by), "{refused}");
    }
    // A name is judged when it is connected to: in the clear it must then lie in what is allowed.
    assert!(rules.target("http://receiver.example/").is_ok());
    let (public, allowed): (IpAddr, IpAddr) = ("8.8.8.8".parse().unwrap(), "127.0.0.1".parse().unwrap());
    assert_eq!((rules.admit(public, true), rules.admit(public, false)), (true, false));
    assert_eq!((rules.admit(allowed, true), rules.admit(allowed, false)), (true, true));
    assert!(is_public(public) && !is_public(allowed));
}

#[test]
fn what_is_no_link_to_a_receiver_is_refused_and_told_why() {
    let rules = Rules::default();
    for (text, wrong) in [
        ("", TargetError::Url),
        ("example.org", TargetError::Url),
        ("https://", TargetError::Url),
        ("ftp://example.org/", TargetError::Scheme("ftp".to_owned())),
        ("gopher://127.0.0.1:25/", TargetError::Scheme("gopher".to_owned())),
        ("https://user@example.org/", TargetError::Credentials),
        ("https://example.org@127.0.0.1/", TargetError::Credentials),
        ("https://example.org/#part", TargetError::Fragment),
        ("https://example.org:6379/", TargetError::Port(6379)),
        ("http://example.org/", TargetError::Clear),
    ] {
        assert_eq!(rules.target(text), Err(wrong), "{text}");
    }
    assert_eq!(rules.target(&format!("https://example.org/{}", "x".repeat(2_000))), Err(TargetError::Url));
    assert!(rules.target("https://example.org/hook?tenant=1").is_ok());
}
