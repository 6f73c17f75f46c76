//! TLS as libpq's `sslmode` means it: what is asked of the server's certificate, and what the
//! client shows.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::{Error as PemError, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::sign::CertifiedKey;
use rustls::{ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_postgres::config::SslMode as Negotiation;
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres_rustls::MakeRustlsConnect;

use super::passfile::unreadable;
use super::settings::{Server, Settings};
use super::value::SslMode;

/// How connections to a server are encrypted.
#[derive(Clone)]
pub(super) struct Encryption {
    connector: MakeRustlsConnect,
    /// What tokio-postgres negotiates with the server. Its `prefer` goes on without TLS only when
    /// the server says that it has none.
    pub(super) negotiation: Negotiation,
}

impl Encryption {
    /// What the settings ask for, or why the certificates cannot be had.
    pub(super) fn of(settings: &Settings, server: &Server) -> Result<Self, String> {
        let negotiation = match settings.sslmode {
            // PostgreSQL speaks no TLS over a unix socket.
            _ if server.socket_folder().is_some() => Negotiation::Disable,
            SslMode::Disable => Negotiation::Disable,
            SslMode::Prefer => Negotiation::Prefer,
            SslMode::Require | SslMode::VerifyCa | SslMode::VerifyFull => Negotiation::Require,
        };
        let roots = match &settings.sslrootcert {
            _ if negotiation != Negotiation::Require => None,
            None if settings.sslmode == SslMode::Require => None,
            None => Some(roots_from_system()?),
            Some(file) => Some(roots_from_file(file).map_err(|cause| in_file(file, &cause))?),
        };
        // The provider is named, since a process-wide one may be missing or someone else's.
        let provider = Arc::new(ring::default_provider());
        let verifier = Verifier {
            roots,
            with_name: settings.sslmode == SslMode::VerifyFull,
            provider: Arc::clone(&provider),
        };
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier));
        let config = match &settings.identity {
            Some(files) if negotiation != Negotiation::Disable => {
                let (chain, key) =
                    identity(files).map_err(|(file, cause)| in_file(file, &cause))?;
                let made = builder.with_client_auth_cert(chain, key);
                made.map_err(|error| in_file(&files.0, &error.to_string()))?
            }
            _ => builder.with_no_client_auth(),
        };
        let connector = MakeRustlsConnect::new(config);
        Ok(Self {
            connector,
            negotiation,
        })
    }

    /// The connector for one connection to `host`.
    pub(super) fn connector<S>(
        &self,
        host: &str,
    ) -> <MakeRustlsConnect as MakeTlsConnect<S>>::TlsConnect
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let Ok(tls) = MakeTlsConnect::<S>::make_tls_connect(&mut self.connector.clone(), host);
        tls
    }
}

fn in_file(file: &Path, cause: &str) -> String {
    format!("{}: {cause}", file.display())
}

/// All certificates of a PEM file that may vouch for a server, or why there are none.
pub(super) fn roots_from_file(path: &Path) -> Result<RootCertStore, String> {
    let mut store = RootCertStore::empty();
    for (index, certificate) in certificates(path)?.into_iter().enumerate() {
        store
            .add(certificate)
            .map_err(|error| format!("its certificate {} cannot be used: {error}", index + 1))?;
    }
    Ok(store)
}

/// The certificates that the system trusts. A few that cannot be parsed are usual in such
/// collections and are left out.
fn roots_from_system() -> Result<RootCertStore, String> {
    let found = rustls_native_certs::load_native_certs();
    let mut store = RootCertStore::empty();
    store.add_parsable_certificates(found.certs);
    if store.is_empty() {
        let errors: Vec<String> = found.errors.iter().map(ToString::to_string).collect();
        return Err(match errors.is_empty() {
            true => "the system has no root certificates".to_owned(),
            false => format!("the system's root certificates: {}", errors.join("; ")),
        });
    }
    Ok(store)
}

/// A client's certificate, with those between it and its authority, and its key.
type Identity = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

/// The client's certificate and its key, or which file is wrong and why.
pub(super) fn identity(
    (certificate, key): &(PathBuf, PathBuf),
) -> Result<Identity, (&Path, String)> {
    let chain = certificates(certificate).map_err(|cause| (&**certificate, cause))?;
    let private = private_key(key).map_err(|cause| (&**key, cause))?;
    let provider = ring::default_provider();
    match CertifiedKey::from_der(chain.clone(), private.clone_key(), &provider) {
        Ok(_) => Ok((chain, private)),
        Err(Error::InconsistentKeys(_)) => {
            let cause = format!("it is not the key of {}", certificate.display());
            Err((key, cause))
        }
        Err(error) => Err((key, error.to_string())),
    }
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let bytes = fs::read(path).map_err(|error| unreadable(&error))?;
    let mut certificates = Vec::new();
    for certificate in CertificateDer::pem_slice_iter(&bytes) {
        certificates.push(certificate.map_err(|error| {
            let number = certificates.len() + 1;
            format!("its certificate {number} is not well-formed PEM: {error}")
        })?);
    }
    match certificates.is_empty() {
        true => Err("it holds no certificate in PEM form".to_owned()),
        false => Ok(certificates),
    }
}

/// As libpq, this refuses a key that others may read; one of root's, its group may.
fn private_key(path: &Path) -> Result<PrivateKeyDer<'static>, String> {
    let found = fs::metadata(path).map_err(|error| unreadable(&error))?;
    let others = if found.uid() == 0 { 0o037 } else { 0o077 };
    if found.mode() & others != 0 {
        return Err("others than its owner may read it".to_owned());
    }
    let bytes = fs::read(path).map_err(|error| unreadable(&error))?;
    PrivateKeyDer::from_pem_slice(&bytes).map_err(|error| match error {
        PemError::NoItemsFound => {
            "it holds no private key in PEM form, or one that needs a passphrase".to_owned()
        }
        error => format!("it is not well-formed PEM: {error}"),
    })
}

/// Checks a server's certificate as one of libpq's modes does.
///
/// Whatever is asked of the certificate, the server must prove that it holds its key: the
/// handshake's signatures are verified in every mode.
#[derive(Debug)]
struct Verifier {
    /// The authorities, one of which must have signed it; without any, nothing is asked.
    roots: Option<RootCertStore>,
    /// Whether it must be for the host.
    with_name: bool,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if let Some(roots) = &self.roots {
            let certificate = ParsedCertificate::try_from(end_entity)?;
            verify_server_cert_signed_by_trust_anchor(
                &certificate,
                roots,
                intermediates,
                now,
                self.provider.signature_verification_algorithms.all,
            )?;
            if self.with_name {
                verify_server_name(&certificate, server_name)?;
            }
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let algorithms = &self.provider.signature_verification_algorithms;
        algorithms.supported_schemes()
    }
}
