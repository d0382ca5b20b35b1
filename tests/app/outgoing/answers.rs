//! What is sent, and what is taken for an answer.

use jiff::SignedDuration;

use super::*;

#[actix_web::test]
async fn a_message_is_sent_as_it_is_and_its_answer_told() {
    let here = Receiver::saying("HTTP/1.1 202 Accepted\r\ncontent-length: 5\r\nretry-after: 120\r\n\r\nlater");
    let target = Target::parse(&format!("{}?key=A%20b", here.url()), true, out().networks()).unwrap();
    let body = "{\"id\": \"evt_1\", \"name\": \"Zoë\"}";
    let headers = [("webhook-id", "evt_1"), ("webhook-signature", "v1,abc v1,def")];
    let answer = out().post(&target, &headers, body.into(), Timestamp::now()).await.unwrap();
    assert_eq!((answer.status, answer.excerpt.as_str()), (202, "later"));
    assert_eq!(answer.retry_after, Some(SignedDuration::from_secs(120)));

    let heard = here.heard();
    let (head, sent) = heard.split_once("\r\n\r\n").unwrap();
    assert_eq!(sent, body);
    let mut lines: Vec<_> = head.lines().collect();
    assert_eq!(lines.remove(0), "POST /hooks?key=A%20b HTTP/1.1");
    lines.sort_unstable();
    assert_eq!(
        lines,
        [
            "accept: */*",
            &format!("content-length: {}", body.len()),
            &format!("host: {}", here.at),
            &format!("user-agent: Clientele/{}", env!("CARGO_PKG_VERSION")),
            "webhook-id: evt_1",
            "webhook-signature: v1,abc v1,def",
        ],
        "nothing else is told of us, and nothing packed is asked for"
    );
}

#[actix_web::test]
async fn no_redirect_is_followed() {
    let elsewhere = Receiver::saying(OK);
    for status in [300, 301, 302, 303, 307, 308] {
        let here = Receiver::saying(format!(
            "HTTP/1.1 {status} Elsewhere\r\nlocation: {}\r\ncontent-length: 0\r\n\r\n",
            elsewhere.url()
        ));
        assert_eq!(post(&out(), &here.url()).await.unwrap().status, status);
        assert_eq!(here.came.get(), 1);
    }
    assert_eq!(elsewhere.came.get(), 0);
}

#[actix_web::test]
async fn errors_and_answers_on_the_way_are_answers() {
    for (text, status, excerpt) in [
        ("HTTP/1.1 204 No Content\r\n\r\n", 204, ""),
        ("HTTP/1.0 200 OK\r\n\r\nuntil the end", 200, "until the end"),
        ("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n", 200, "abc"),
        ("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\npack", 200, "pack"),
        ("HTTP/1.1 410 Gone\r\ncontent-length: 4\r\n\r\ngone", 410, "gone"),
        ("HTTP/1.1 500 Oh\r\ncontent-length: 3\r\n\r\n\0\x1b\r", 500, "␀␛"),
        ("HTTP/1.1 999 Odd\r\ncontent-length: 0\r\n\r\n", 999, ""),
        ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nOK", 200, "OK"),
        ("HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 201 Made\r\ncontent-length: 0\r\n\r\n", 201, ""),
    ] {
        let here = Receiver::saying(text);
        let answer = post(&out(), &here.url()).await.unwrap_or_else(|failure| panic!("{text}: {failure}"));
        assert_eq!((answer.status, answer.excerpt.as_str()), (status, excerpt), "{text}");
        assert_eq!(answer.retry_after, None);
    }
}

#[actix_web::test]
async fn what_is_no_answer_is_none() {
    let many = format!("HTTP/1.1 200 OK\r\n{}\r\n", "a: b\r\n".repeat(101));
    let long = format!("HTTP/1.1 200 OK\r\na: {}\r\n\r\n", "b".repeat(1024 * 1024));
    for text in [
        "",
        "hello\r\n",
        "SSH-2.0-OpenSSH_9.2\r\n",
        "220 mail.example ESMTP\r\n",
        "HTTP/1.1 20",
        "HTTP/1.1 2000 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\ncut off",
        "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab",
        &many,
        &long,
    ] {
        let here = Receiver::saying(text);
        assert_eq!(why(&out(), &here.url()).await, Why::Broken, "{}", &text[..text.len().min(80)]);
        assert_eq!(here.came.get(), 1, "nothing is tried again by itself");
    }
    let endless = Manner::GoesOn(b"HTTP/1.1 200 OK\r\n".to_vec(), b"a: b\r\n".repeat(1000));
    assert_eq!(why(&out(), &Receiver::new(endless).url()).await, Why::Broken, "headers without end");
}

#[actix_web::test]
async fn a_long_answer_is_cut_and_not_waited_for() {
    let ten_megabytes = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", 10_000_000);
    let without_end = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_owned();
    let chunk = format!("{:x}\r\n{}\r\n", 60_000, "a".repeat(60_000));
    for (head, more) in [(ten_megabytes, "a".repeat(50_000)), (without_end, chunk)] {
        let here = Receiver::new(Manner::GoesOn(head.into(), more.into()));
        let answer = post(&out(), &here.url()).await.unwrap();
        assert_eq!((answer.status, answer.excerpt), (200, "a".repeat(1024)));
    }
    // What has come is enough when so much is never coming.
    let limits = Limits { body: 3, ..Limits::default() };
    let here =
        Receiver::new(Manner::Drips(b"HTTP/1.1 200 OK\r\ncontent-length: 99999\r\n\r\n".to_vec(), b"a".to_vec()));
    let answer = post(&out().with_limits(limits), &here.url()).await.unwrap();
    assert!(answer.excerpt.len() < 1024, "it goes on for minutes");
}

#[actix_web::test]
async fn who_never_answers_or_answers_too_slowly_is_given_up_in_time() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 99999\r\n\r\n".to_vec();
    for manner in [
        Manner::IsSilent,
        Manner::Drips(head, b"a".to_vec()),
        Manner::Drips(b"HTTP/1.1 200 OK\r\na: ".to_vec(), b"a".to_vec()),
        Manner::Drips(Vec::new(), b"HTTP/1.1 102 Processing\r\n\r\n".to_vec()),
    ] {
        let here = Receiver::new(manner);
        let failure = post(&impatient(), &here.url()).await.unwrap_err();
        assert_eq!(failure.why, Why::TooSlow);
        assert!(failure.took >= Duration::from_millis(300), "{:?}", failure.took);
        assert!(failure.took < Duration::from_secs(10), "{:?}", failure.took);
    }
}

#[actix_web::test]
async fn a_name_service_that_never_answers_is_given_up_in_time() {
    struct Asleep;
    impl Names for Asleep {
        fn addresses<'a>(&'a self, _: &'a str) -> Addresses<'a> {
            Box::pin(std::future::pending())
        }
    }
    let limits = Limits { connect: Duration::from_millis(100), ..Limits::default() };
    let out = out().with_names(Arc::new(Asleep)).with_limits(limits);
    let failure = post(&out, "http://shop.example/").await.unwrap_err();
    assert_eq!(failure.why, Why::Unresolved);
    assert!(failure.took < Duration::from_secs(10), "{:?}", failure.took);
}

#[actix_web::test]
async fn a_header_that_cannot_be_sent_is_a_fault_of_ours() {
    let here = Receiver::saying(OK);
    let target = Target::parse(&here.url(), true, out().networks()).unwrap();
    for header in [("webhook-id", "a\r\nb: c"), ("webhook id", "a"), ("", "a")] {
        let failure = out().post(&target, &[header], "{}".into(), Timestamp::now()).await.unwrap_err();
        assert_eq!(failure.why, Why::Unsendable, "{header:?}");
    }
    assert_eq!(here.came.get(), 0);
}

#[test]
fn it_may_be_used_from_any_thread() {
    fn may_go(_: &(impl Send + Sync)) {}
    let out = out();
    may_go(&out);
    let target = Target::parse("http://127.0.0.1:1/", true, out.networks()).unwrap();
    fn may_move(_: impl Send) {}
    may_move(out.post(&target, &[], "{}".into(), Timestamp::UNIX_EPOCH));
}
