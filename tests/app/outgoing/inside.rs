//! What leads inside is never connected to, however it is written and whoever says that it leads elsewhere.

use std::sync::atomic::Ordering::SeqCst;

use super::*;

/// Hosts that lead to this machine, its network, or what nobody has; each in a writing of its own.
const INSIDE: &[&str] = &[
    // This machine, in all the writings that browsers take for it.
    "127.0.0.1",
    "127.0.0.1.",
    "127.1",
    "127.0.1",
    "127.000.000.001",
    "2130706433",
    "017700000001",
    "0x7f000001",
    "0X7F000001",
    "0x7f.0.0.1",
    "0x7f.1",
    "0177.0.0.1",
    "0177.0.0.0x1",
    "127.0.0.0x1",
    "127.127.127.127",
    "127.255.255.254",
    "%31%32%37.0.0.1",
    "127%2E0%2E0%2E1",
    "127。0。0。1",
    "127．0．0．1",
    "１２７.0.0.1",
    "①②⑦.0.0.1",
    "２１３０７０６４３３",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[0000:0000:0000:0000:0000:0000:0000:0001]",
    "[::0001]",
    "[::0.0.0.1]",
    "[::ffff:127.0.0.1]",
    "[::FFFF:7F00:1]",
    "[0:0:0:0:0:ffff:127.0.0.1]",
    "[::127.0.0.1]",
    "[::7f00:1]",
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b:1::7f00:1]",
    "[2002:7f00:1::]",
    "[2002:7f00:1::1]",
    "[2001:0:7f00:1::]",
    "[::1%25lo]",
    "[::1%lo]",
    "localhost",
    "LocalHost",
    "localhost.",
    "shop.localhost",
    "ⓛocalhost",
    // No machine, or every machine.
    "0.0.0.0",
    "0",
    "0x0",
    "0.0.0.1",
    "[::]",
    "[0::0]",
    "[::ffff:0.0.0.0]",
    "255.255.255.255",
    "4294967295",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "[ff02::1]",
    // Networks behind a door.
    "10.0.0.1",
    "10.1",
    "167772161",
    "0xa000001",
    "012.0.0.1",
    "172.16.0.1",
    "172.31.255.254",
    "192.168.0.1",
    "192.168.257",
    "3232235521",
    "0300.0250.0.1",
    "100.64.0.1",
    "100.100.100.200",
    "198.18.0.1",
    "[fc00::1]",
    "[fd00:ec2::254]",
    "[fec0::1]",
    "[::ffff:10.0.0.1]",
    "[::ffff:c0a8:1]",
    "[64:ff9b::10.0.0.1]",
    "[2002:a00:1::1]",
    // What clouds tell their machines.
    "169.254.169.254",
    "169.254.43518",
    "2852039166",
    "0xa9fea9fe",
    "0251.0376.0251.0376",
    "169。254。169。254",
    "[::ffff:169.254.169.254]",
    "[::ffff:a9fe:a9fe]",
    "[64:ff9b::169.254.169.254]",
    "[fe80::1]",
    "[fe80::1%25eth0]",
    "168.63.129.16",
    "192.0.0.192",
    // For documents, for protocols, not given out.
    "192.0.2.1",
    "198.51.100.1",
    "203.0.113.1",
    "192.88.99.1",
    "[2001:db8::1]",
    "[3fff::1]",
    "[5f00::1]",
    "[100::1]",
    "[2001::1]",
    "[4000::1]",
    // Names that lead there.
    "inside.example",
    "inside.example.",
    "INSIDE.example",
    "inside6.example",
    "mapped.example",
    "compatible.example",
    "translated.example",
    "tunnelled.example",
    "zero.example",
    "cloud.example",
    "private.example",
    "link.example",
    "nodot",
    "bad-last.example",
    "bad-first.example",
    "bad-among.example",
    "both.example",
];

/// Hosts of which anything comes only by a mistake.
const NOWHERE: &[&str] = &["nobody.example", "empty.example"];

/// Those that lead to this machine where an operator allows it.
const HERE: &[&str] = &[
    "127.0.0.1",
    "127.0.0.1.",
    "127.1",
    "2130706433",
    "017700000001",
    "0x7f.1",
    "%31%32%37.0.0.1",
    "127。0。0。1",
    "１２７.0.0.1",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[::0.0.0.1]",
    "[::ffff:127.0.0.1]",
    "[::FFFF:7F00:1]",
    "inside.example",
    "inside6.example",
    "mapped.example",
    "both.example",
];

fn names() -> Arc<Told> {
    let bad = "127.0.0.1";
    Told::of(&[
        ("inside.example", &[bad]),
        ("inside.example.", &[bad]),
        ("inside6.example", &["::1"]),
        ("mapped.example", &["::ffff:127.0.0.1"]),
        ("compatible.example", &["::127.0.0.1"]),
        ("translated.example", &["64:ff9b::127.0.0.1"]),
        ("tunnelled.example", &["2002:7f00:1::1"]),
        ("zero.example", &["0.0.0.0"]),
        ("cloud.example", &["169.254.169.254"]),
        ("private.example", &["10.0.0.1"]),
        ("link.example", &["fe80::1"]),
        ("nodot", &[bad]),
        ("bad-last.example", &["93.184.215.14", "2606:2800:21f::1", bad]),
        ("bad-first.example", &["::1", "93.184.215.14"]),
        ("bad-among.example", &["93.184.215.14", "10.0.0.1", "93.184.215.15"]),
        ("both.example", &["::1", bad]),
        ("empty.example", &[]),
    ])
}

/// Somebody on 127.0.0.1 and somebody on ::1, on one port.
fn both() -> (Receiver, Receiver) {
    for _ in 0..20 {
        let four = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = four.local_addr().unwrap().port();
        if let Ok(six) = TcpListener::bind(("::1", port)) {
            let manner = Manner::Says(OK.into());
            return (Receiver::on(four, manner.clone()), Receiver::on(six, manner));
        }
    }
    panic!("no port is free in both");
}

#[actix_web::test]
async fn nothing_inside_is_connected_to_in_any_writing() {
    assert!(INSIDE.len() >= 60);
    let (four, six) = both();
    let out = Outgoing::new(Networks::default()).with_names(names());
    let port = four.at.port();
    for host in INSIDE.iter().chain(NOWHERE) {
        for (url, is_test) in [
            (format!("http://{host}:{port}/hooks"), true),
            (format!("https://{host}:{port}/hooks"), true),
            (format!("https://{host}/hooks"), false),
            (format!("https://{host}:8443/hooks"), false),
        ] {
            let Ok(target) = Target::parse(&url, is_test, out.networks()) else { continue };
            let came = out.post(&target, &[], "{}".into(), Timestamp::now()).await;
            let expected = if NOWHERE.contains(host) { Why::Unresolved } else { Why::NotAllowed };
            assert_eq!(came.unwrap_err().why, expected, "{url}");
        }
    }
    assert_eq!((four.came.get(), six.came.get()), (0, 0), "somebody was connected to");
}

#[actix_web::test]
async fn an_address_in_numbers_is_refused_before_it_is_kept() {
    let networks = Networks::default();
    for host in INSIDE.iter().filter(|host| !host.to_lowercase().contains(".example") && **host != "nodot") {
        assert!(Target::parse(&format!("https://{host}/"), false, &networks).is_err(), "{host}");
        assert!(Target::parse(&format!("http://{host}/"), true, &networks).is_err(), "{host}");
    }
}

#[actix_web::test]
async fn the_same_writings_lead_to_this_machine_where_an_operator_allows_it() {
    let (four, six) = both();
    let out = out().with_names(names());
    for host in HERE {
        let url = format!("http://{host}:{}/hooks", four.at.port());
        assert_eq!(post(&out, &url).await.map(|answer| answer.status), Ok(200), "{url}");
    }
    assert_eq!(four.came.get() + six.came.get(), HERE.len());
    let unallowed = post(&out, &format!("http://zero.example:{}/", four.at.port())).await;
    assert_eq!(unallowed.unwrap_err().why, Why::NotAllowed, "only what was allowed");
}

#[actix_web::test]
async fn a_name_is_asked_for_once_a_try_and_goes_nowhere_else() {
    let (four, six) = both();
    let turning = vec!["127.0.0.1".parse().unwrap(), "::1".parse().unwrap()];
    let names = Arc::new(Told { turning, ..Told::default() });
    let out = Outgoing::new(networks(&["127.0.0.0/8"])).with_names(names.clone());
    let url = format!("http://turning.example:{}/hooks", four.at.port());

    assert_eq!(post(&out, &url).await.unwrap().status, 200);
    assert_eq!(names.asked.load(SeqCst), 1, "it would have been told another address");
    assert_eq!((four.came.get(), six.came.get()), (1, 0));
    assert!(four.heard().contains(&format!("\r\nhost: turning.example:{}\r\n", four.at.port())), "{}", four.heard());

    assert_eq!(why(&out, &url).await, Why::NotAllowed);
    assert_eq!(names.asked.load(SeqCst), 2, "the next try asks anew");
    assert_eq!((four.came.get(), six.came.get()), (1, 0), "and no connection was kept");
}

#[actix_web::test]
async fn the_addresses_of_a_name_are_tried_in_turn() {
    let here = Receiver::saying(OK);
    let out = out().with_names(Told::of(&[("shop.example", &["127.0.0.77", "127.0.0.1"])]));
    assert_eq!(post(&out, &format!("http://shop.example:{}/", here.at.port())).await.unwrap().status, 200);
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    assert_eq!(why(&out, &format!("http://shop.example:{nobody}/")).await, Why::Unreachable);
}

#[actix_web::test]
async fn the_system_is_asked_for_names_unless_somebody_else_is() {
    let here = Receiver::saying(OK);
    assert_eq!(post(&out(), &format!("http://localhost:{}/", here.at.port())).await.unwrap().status, 200);
    assert_eq!(why(&out(), "http://no-such-name.invalid/").await, Why::Unresolved);
}
