//! From an `sslmode` to a TLS connector.

use std::sync::Arc;

use rustls::ClientConfig;
use rustls::crypto::ring;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_postgres::config::SslMode as Negotiation;
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres_rustls::MakeRustlsConnect;

use super::roots;
use super::settings::Settings;
use super::ssl_mode::SslMode;
use super::verifier::{Check, Verifier};

/// How a connection is encrypted.
#[derive(Clone)]
pub(super) enum Encryption {
    /// Not at all.
    Plain,
    /// With TLS: if the server offers it, or in any case.
    Tls {
        connector: MakeRustlsConnect,
        demanded: bool,
    },
}

impl Encryption {
    /// What the settings ask for, or why the certificates to check with cannot be had.
    pub(super) fn of(settings: &Settings) -> Result<Self, String> {
        let with_roots = |check: fn(_) -> Check| match &settings.sslrootcert {
            Some(file) => roots::from_file(file)
                .map(check)
                .map_err(|cause| format!("{}: {cause}", file.display())),
            None => roots::from_system().map(check),
        };
        let check = match settings.sslmode {
            // PostgreSQL speaks no TLS over a unix socket.
            _ if settings.socket_folder().is_some() => return Ok(Self::Plain),
            SslMode::Disable => return Ok(Self::Plain),
            SslMode::Require if settings.sslrootcert.is_some() => with_roots(Check::Authority)?,
            SslMode::Prefer | SslMode::Require => Check::Nothing,
            SslMode::VerifyCa => with_roots(Check::Authority)?,
            SslMode::VerifyFull => with_roots(Check::AuthorityAndName)?,
        };
        Ok(Self::Tls {
            connector: MakeRustlsConnect::new(client_config(check)?),
            demanded: settings.sslmode.demands_tls(),
        })
    }

    /// What tokio-postgres negotiates with the server. Its `prefer` goes on without TLS only when
    /// the server says that it has none.
    pub(super) fn negotiation(&self) -> Negotiation {
        match self {
            Self::Plain => Negotiation::Disable,
            Self::Tls {
                demanded: false, ..
            } => Negotiation::Prefer,
            Self::Tls { demanded: true, .. } => Negotiation::Require,
        }
    }
}

/// The connector for one connection to `host`.
pub(super) fn for_host<S>(
    connector: &MakeRustlsConnect,
    host: &str,
) -> <MakeRustlsConnect as MakeTlsConnect<S>>::TlsConnect
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let Ok(tls) = MakeTlsConnect::<S>::make_tls_connect(&mut connector.clone(), host);
    tls
}

/// The provider is named, since a process-wide one may be missing or someone else's.
fn client_config(check: Check) -> Result<ClientConfig, String> {
    let provider = Arc::new(ring::default_provider());
    let verifier = Verifier::new(check, &provider);
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?;
    Ok(builder
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth())
}
