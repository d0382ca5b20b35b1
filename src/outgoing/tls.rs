//! Whose certificates are believed.

use std::sync::{Arc, LazyLock};

use rustls::{ClientConfig, Error, RootCertStore, client::Resumption, crypto::ring, pki_types::CertificateDer};

/// The authorities of the operating system, or of `SSL_CERT_FILE` and `SSL_CERT_DIR`, read once.
static SYSTEM: LazyLock<Result<ClientConfig, Error>> = LazyLock::new(|| {
    let found = rustls_native_certs::load_native_certs();
    for err in found.errors {
        tracing::warn!(error = %err, "certificate authorities could not be read");
    }
    if found.certs.is_empty() {
        tracing::error!("no certificate authority is known: nothing is sent over https until there is one");
    }
    believing(found.certs)
});

/// Returns how to connect safely, believing the authorities of the system.
pub(super) fn system() -> Result<ClientConfig, Error> {
    SYSTEM.clone()
}

/// Returns how to connect safely, believing these authorities and nobody else.
pub(super) fn believing(authorities: Vec<CertificateDer<'static>>) -> Result<ClientConfig, Error> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(authorities);
    let provider = Arc::new(ring::default_provider());
    let versions = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    let mut config = versions.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    // A certificate is looked at anew with each try.
    config.resumption = Resumption::disabled();
    Ok(config)
}
