//! The certificates that may vouch for a server.

use std::fs;
use std::path::Path;

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

/// All certificates of a PEM file, or why there are none.
pub(super) fn from_file(path: &Path) -> Result<RootCertStore, String> {
    let bytes = fs::read(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
        _ => format!("it cannot be read: {error}"),
    })?;
    let mut store = RootCertStore::empty();
    for (index, certificate) in CertificateDer::pem_slice_iter(&bytes).enumerate() {
        let number = index + 1;
        let certificate = certificate
            .map_err(|error| format!("its certificate {number} is not well-formed PEM: {error}"))?;
        store
            .add(certificate)
            .map_err(|error| format!("its certificate {number} cannot be used: {error}"))?;
    }
    if store.is_empty() {
        return Err("it holds no certificate in PEM form".to_owned());
    }
    Ok(store)
}

/// The certificates that the system trusts.
///
/// A few that cannot be parsed are usual in such collections and are left out.
pub(super) fn from_system() -> Result<RootCertStore, String> {
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
