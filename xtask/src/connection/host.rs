//! What may stand for a host.

/// The host as the system takes it, or what it is instead. The text is not repeated: it may be a
/// whole URL with a password.
pub(super) fn check(host: &str) -> Result<String, (&'static str, &'static str)> {
    if host.starts_with('/') {
        return Ok(host.to_owned());
    }
    let bare = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let bare = bare.unwrap_or(host);
    if bare.contains("://") || bare.contains('@') {
        Err((
            "holds a URL",
            "put a URL into the variable that ends with _URL, and nothing else beside it",
        ))
    } else if bare.contains(',') {
        Err((
            "names several hosts",
            "name one: a migration must know which server it changes",
        ))
    } else if bare.contains(':') && bare.parse::<std::net::Ipv6Addr>().is_err() {
        Err((
            "holds a port too, or an address that is none",
            "write the host alone, and the port into its own variable",
        ))
    } else if bare.is_empty() || bare.contains(|c: char| c.is_whitespace() || "/?#".contains(c)) {
        Err((
            "is no host name",
            "write a name such as localhost, an address, or a socket's folder that begins with /",
        ))
    } else {
        Ok(bare.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn names_addresses_and_folders_are_hosts_and_nothing_else_is() {
        let cases = [
            ("localhost", Ok("localhost")),
            ("my_host-1.example.", Ok("my_host-1.example.")),
            ("10.0.0.1", Ok("10.0.0.1")),
            ("::1", Ok("::1")),
            ("[fe80::1]", Ok("fe80::1")),
            ("/run/postgresql", Ok("/run/postgresql")),
            (
                "h:5432",
                Err("holds a port too, or an address that is none"),
            ),
            ("a,b", Err("names several hosts")),
            ("postgres://h", Err("holds a URL")),
            ("u@h", Err("holds a URL")),
            ("h/d", Err("is no host name")),
            ("a b", Err("is no host name")),
            ("[]", Err("is no host name")),
        ];
        for (host, expected) in cases {
            let said = check(host).map_err(|(fault, _)| fault);
            assert_eq!(said.as_deref(), expected.as_deref(), "{host}");
        }
    }
}
