//! `DB_CODEX_URL`: a connection as one URL, as libpq takes it (PostgreSQL manual, section 34.1.1.2).

use jubilee_lint::nearest;
use percent_encoding::percent_decode_str;
use url::Url;

use super::fault::Fault;
use super::key::Key;

const WRITE: &str = "write it as postgres://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=verify-full";
const ENCODE: &str = "percent-encode the user and the password: % as %25, @ as %40, / as %2F, ? as \
     %3F, # as %23, : as %3A";

/// Takes a URL apart, or says everything that is wrong with it; the faults' texts continue
/// "DB_CODEX_URL in .env:3 …". They never hold a part in which a password could stand.
///
/// `Url` knows one host; libpq takes several, and a user without any. So the hosts are cut out
/// before it parses the rest.
pub(super) fn parse(text: &str) -> Result<Vec<(Key, String)>, Vec<Fault>> {
    let one = |what: &str, hint: &str| vec![Fault::new(what, hint)];
    let scheme = text.split_once("://").filter(|(scheme, _)| {
        scheme.eq_ignore_ascii_case("postgres") || scheme.eq_ignore_ascii_case("postgresql")
    });
    let Some((_, rest)) = scheme else {
        let what = "begins neither with postgres:// nor with postgresql://";
        return Err(one(what, WRITE));
    };
    let (authority, rest) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    // The `@` before the host comes after the password. So an `@` in the rest means that the
    // password was cut in two, and whatever stands behind the last `@` is no part of it.
    if rest.contains(['@', '#']) {
        let what = "has a `@` behind its host or a `#`: the user, the password or another part \
                    holds a character that is not percent-encoded";
        return Err(one(what, ENCODE));
    }
    let (userinfo, hosts) = match authority.rsplit_once('@') {
        Some((userinfo, hosts)) => (format!("{}@", userinfo.replace('@', "%40")), hosts),
        None => (String::new(), authority),
    };
    let (hosts, ports) = split_ports(hosts);
    // What stands there may be a password whose `@HOST` was forgotten: it is not repeated.
    let is_port = |port: &str| port.parse::<u16>().is_ok_and(|port| port > 0);
    if !ports.is_empty() && !ports.split(',').all(is_port) {
        let what = "has a port that is not one (1 to 65535), or no `@` before its host";
        return Err(one(what, WRITE));
    }
    let Ok(url) = Url::parse(&format!("postgres://{userinfo}host{rest}")) else {
        return Err(one("is not a URL", WRITE));
    };

    let mut reader = Reader::default();
    reader.part(Key::USER, url.username());
    reader.part(Key::PASSWORD, url.password().unwrap_or_default());
    reader.part(Key::HOST, &hosts);
    reader.part(Key::PORT, &ports);
    reader.part(Key::NAME, url.path().strip_prefix('/').unwrap_or_default());
    // Not `Url::query_pairs`, to which `+` is a space.
    for pair in url.query().unwrap_or_default().split('&') {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        match Key::ALL.into_iter().find(|key| key.parameter() == name) {
            Some(key) => reader.part(key, value),
            None if name.is_empty() => {}
            None => reader.faults.push(unknown(name)),
        }
    }
    if reader.faults.is_empty() {
        Ok(reader.parts)
    } else {
        Err(reader.faults)
    }
}

/// `a:1,b:2` as `a,b` and `1,2`. The colons within `[::1]` belong to the address.
fn split_ports(text: &str) -> (String, String) {
    let split = |host: &str| match host.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host.to_owned(), port.to_owned()),
        _ => (host.to_owned(), String::new()),
    };
    let (hosts, mut ports): (Vec<String>, Vec<String>) = text.split(',').map(split).unzip();
    if ports.iter().any(|port| !port.is_empty()) {
        for port in ports.iter_mut().filter(|port| port.is_empty()) {
            "5432".clone_into(port);
        }
    } else {
        ports.clear();
    }
    (hosts.join(","), ports.join(","))
}

fn unknown(name: &str) -> Fault {
    let known = Key::ALL.map(Key::parameter);
    let hint = match nearest(name, known) {
        Some(meant) => format!("did you mean {meant}?"),
        None => format!("known parameters: {}", known.join(", ")),
    };
    Fault::new(format!("has the unknown parameter `{name}`"), hint)
}

#[derive(Default)]
struct Reader {
    parts: Vec<(Key, String)>,
    faults: Vec<Fault>,
}

impl Reader {
    /// Decodes a part. An empty one counts as missing.
    fn part(&mut self, key: Key, text: &str) {
        let part = key.part_of_url();
        let is_encoded =
            |rest: &str| rest.chars().take(2).filter(char::is_ascii_hexdigit).count() == 2;
        let mut fault = |what: String, hint: String| self.faults.push(Fault::new(what, hint));
        if !text.split('%').skip(1).all(is_encoded) {
            let what = format!("has a `%` without two hexadecimal digits in {part}");
            return fault(what, ENCODE.to_owned());
        }
        let Ok(value) = percent_decode_str(text).decode_utf8() else {
            let what = format!("is not UTF-8 in {part}");
            return fault(what, format!("percent-encode the UTF-8 form of {part}"));
        };
        if self.parts.iter().any(|(present, _)| *present == key) {
            fault(
                format!("has two values for {part}"),
                format!("name {part} once"),
            );
        } else if !value.is_empty() {
            self.parts.push((key, value.into_owned()));
        }
    }
}
