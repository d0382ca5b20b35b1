//! Whose certificates are believed, and what the environment says.

use std::{env, process::Command};

use actix_web::web;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::ring,
        pki_types::{CertificateDer, PrivateKeyDer},
    },
};

use super::*;

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Authority {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// Somebody who has a certificate for these names.
struct Secure {
    receiver: Receiver,
    port: u16,
}

impl Secure {
    fn new(authority: &Authority, names: &[&str], change: impl FnOnce(&mut CertificateParams)) -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params =
            CertificateParams::new(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()).unwrap();
        change(&mut params);
        let certificate = params.signed_by(&key, authority).unwrap();
        Self::with(certificate.der().clone(), key)
    }

    fn with(certificate: CertificateDer<'static>, key: KeyPair) -> Self {
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
        let config = config.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
        let acceptor = TlsAcceptor::from(Arc::new(config.with_single_cert(vec![certificate], key).unwrap()));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let listener = net::TcpListener::from_std(listener).unwrap();
        let at = listener.local_addr().unwrap();
        let receiver = Receiver { at, came: Rc::default(), heard: Rc::default() };
        let (came, heard) = (receiver.came.clone(), receiver.heard.clone());
        rt::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                came.set(came.get() + 1);
                let (accepted, heard) = (acceptor.accept(stream), heard.clone());
                rt::spawn(async move {
                    if let Ok(stream) = accepted.await {
                        serve(stream, Manner::Says(OK.into()), heard).await;
                    }
                });
            }
        });
        Self { receiver, port: at.port() }
    }

    fn url(&self, host: &str) -> String {
        format!("https://{host}:{}/hooks", self.port)
    }
}

fn believing(authority: &Authority) -> Outgoing {
    let names = Told::of(&[("shop.example", &["127.0.0.1"]), ("other.example", &["127.0.0.1"])]);
    out().with_names(names).with_authority(authority.der().to_vec()).unwrap()
}

#[actix_web::test]
async fn a_certificate_is_of_the_name_and_of_an_authority() {
    let known = authority();
    let out = believing(&known);
    let shop = Secure::new(&known, &["shop.example", "127.0.0.1", "::ffff:127.0.0.1"], |_| ());
    let answer = post(&out, &shop.url("shop.example")).await.unwrap();
    assert_eq!((answer.status, answer.excerpt.as_str()), (200, "OK"));
    assert!(shop.receiver.heard().contains(&format!("\r\nhost: shop.example:{}\r\n", shop.port)));
    for address in ["127.0.0.1", "[::ffff:127.0.0.1]"] {
        assert_eq!(post(&out, &shop.url(address)).await.unwrap().status, 200, "an address may have one too");
    }

    let heard = shop.receiver.heard.borrow().len();
    assert_eq!(why(&out, &shop.url("other.example")).await, Why::Tls, "another name at the same address");
    assert_eq!(why(&super::out(), &shop.url("127.0.0.1")).await, Why::Tls, "an authority that nobody knows");
    assert_eq!(shop.receiver.heard.borrow().len(), heard, "nothing was sent");
}

#[actix_web::test]
async fn what_is_not_to_be_relied_on_is_told_nothing() {
    let known = authority();
    let out = believing(&known);
    let old = Secure::new(&known, &["shop.example"], |params| {
        (params.not_before, params.not_after) = (date_time_ymd(2019, 1, 1), date_time_ymd(2020, 1, 1));
    });
    let early = Secure::new(&known, &["shop.example"], |params| {
        (params.not_before, params.not_after) = (date_time_ymd(2200, 1, 1), date_time_ymd(2201, 1, 1));
    });
    let key = KeyPair::generate().unwrap();
    let own = CertificateParams::new(vec!["shop.example".to_owned()]).unwrap().self_signed(&key).unwrap();
    let own = Secure::with(own.der().clone(), key);
    for one in [old, early, own] {
        assert_eq!(why(&out, &one.url("shop.example")).await, Why::Tls);
        assert_eq!((one.receiver.came.get(), one.receiver.heard()), (1, String::new()));
    }
    let plain = net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = plain.local_addr().unwrap().port();
    rt::spawn(async move {
        let (mut stream, _) = plain.accept().await.unwrap();
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        let _ = stream.read_to_end(&mut Vec::new()).await;
    });
    assert_eq!(why(&out, &format!("https://shop.example:{port}/")).await, Why::Tls, "who speaks no TLS at all");
}

#[actix_web::test]
async fn who_is_silent_while_connecting_is_given_up_in_time() {
    let silent = Receiver::new(Manner::IsSilent);
    let limits = Limits { connect: Duration::from_millis(200), ..Limits::default() };
    let out = believing(&authority()).with_limits(limits);
    let failure = post(&out, &format!("https://shop.example:{}/", silent.at.port())).await.unwrap_err();
    assert_eq!(failure.why, Why::TooSlow);
    assert!(failure.took < Duration::from_secs(10), "{:?}", failure.took);
}

/// The variable by which [`the_environment_names_authorities_and_no_proxy`] tells the program of the tests, which it
/// starts anew with an environment of its own, where to send to.
const SEND_TO: &str = "CLIENTELE_TESTS_SEND_TO";

#[actix_web::test]
async fn the_environment_names_authorities_and_no_proxy() {
    let known = authority();
    let shop = Secure::new(&known, &["127.0.0.1"], |_| ());
    let (plain, proxy) = (Receiver::saying(OK), Receiver::saying(OK));
    let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("authority-{}.pem", shop.port));
    std::fs::write(&file, known.pem()).unwrap();

    let mut program = Command::new(env::current_exe().unwrap());
    program.args(["--exact", "outgoing::secure::sends_with_the_environment_that_it_is_given"]);
    program.env(SEND_TO, format!("{} {}", plain.url(), shop.url("127.0.0.1")));
    program.env("SSL_CERT_FILE", &file).env_remove("SSL_CERT_DIR").env_remove("NO_PROXY").env_remove("no_proxy");
    for variable in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        program.env(variable, format!("http://{}", proxy.at));
    }
    let output = web::block(move || program.output()).await.unwrap().unwrap();
    std::fs::remove_file(&file).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    assert_eq!((plain.came.get(), shop.receiver.came.get(), proxy.came.get()), (1, 1, 0));
}

#[actix_web::test]
async fn sends_with_the_environment_that_it_is_given() {
    for url in env::var(SEND_TO).unwrap_or_default().split_whitespace() {
        let answer = post(&out(), url).await.unwrap_or_else(|failure| panic!("{url}: {failure}"));
        assert_eq!(answer.status, 200, "{url}");
    }
}
