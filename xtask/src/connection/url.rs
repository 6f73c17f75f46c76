//! `DB_CODEX_URL`: a connection as one URL, as libpq takes it (PostgreSQL manual, section 34.1.1.2).

use jubilee_lint::nearest;
use percent_encoding::percent_decode_str;

use super::fault::Fault;
use super::key::Key;

const WRITE: &str = "write it as postgres://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=verify-full";
const ENCODE: &str = "percent-encode the user and the password: % as %25, @ as %40, / as %2F, ? as \
     %3F, # as %23, : as %3A";

/// Takes a URL apart, or says everything that is wrong with it; the faults' texts continue
/// "DB_CODEX_URL in .env:3 …". They never hold a part in which a password could stand.
///
/// libpq takes several hosts, and a user without any; RFC 3986, and what parses by it, does not.
pub(super) fn parse(text: &str) -> Result<Vec<(Key, String)>, Vec<Fault>> {
    let one = |what: &str, hint: &str| vec![Fault::new(what, hint)];
    // A line's end may come with it from a file; that is warned of.
    let scheme = text.trim().split_once("://").filter(|(scheme, _)| {
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
    let (login, hosts) = authority.rsplit_once('@').unwrap_or(("", authority));
    let (user, password) = login.split_once(':').unwrap_or((login, ""));
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (hosts, ports) = split_ports(hosts);
    // What stands there may be a password whose `@HOST` was forgotten: it is not repeated.
    let is_port = |port: &str| port.parse::<u16>().is_ok_and(|port| port > 0);
    if !ports.is_empty() && !ports.split(',').all(is_port) {
        let what = "has a port that is not one (1 to 65535), or no `@` before its host";
        return Err(one(what, WRITE));
    }

    let parameter = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let key = Key::parameters().find(|key| key.parameter() == name);
        (key.ok_or_else(|| unknown_parameter(name)), value.to_owned())
    };
    let fixed = [
        (Ok(Key::User), user.to_owned()),
        (Ok(Key::Password), password.to_owned()),
        (Ok(Key::Host), hosts),
        (Ok(Key::Port), ports),
        (
            Ok(Key::Dbname),
            path.get(1..).unwrap_or_default().to_owned(),
        ),
    ];
    let query = query.split('&').filter(|pair| !pair.is_empty());
    let (mut parts, mut faults) = (Vec::new(), Vec::new());
    for (key, text) in fixed.into_iter().chain(query.map(parameter)) {
        match key.and_then(|key| Ok((key, decoded(key, &text)?))) {
            Err(fault) => faults.push(fault),
            // An empty one counts as missing.
            Ok((_, value)) if value.is_empty() => {}
            Ok((key, _)) if parts.iter().any(|(present, _)| *present == key) => {
                let part = key.part_of_url();
                let what = format!("has two values for {part}");
                faults.push(Fault::new(what, format!("name {part} once")));
            }
            Ok(part) => parts.push(part),
        }
    }
    match faults.is_empty() {
        true => Ok(parts),
        false => Err(faults),
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

fn unknown_parameter(name: &str) -> Fault {
    let known: Vec<String> = Key::parameters().map(Key::parameter).collect();
    let hint = match nearest(name, known.iter().map(String::as_str)) {
        Some(meant) => format!("did you mean {meant}?"),
        None => format!("known parameters: {}", known.join(", ")),
    };
    Fault::new(format!("has the unknown parameter `{name}`"), hint)
}

fn decoded(key: Key, text: &str) -> Result<String, Fault> {
    let is_encoded = |rest: &str| rest.chars().take(2).filter(char::is_ascii_hexdigit).count() == 2;
    let part = key.part_of_url();
    if !text.split('%').skip(1).all(is_encoded) {
        let what = format!("has a `%` without two hexadecimal digits in {part}");
        return Err(Fault::new(what, ENCODE));
    }
    let value = percent_decode_str(text).decode_utf8().map_err(|_| {
        Fault::new(
            format!("is not UTF-8 in {part}"),
            format!("percent-encode the UTF-8 form of {part}"),
        )
    })?;
    Ok(value.into_owned())
}
