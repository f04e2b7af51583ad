//! The gateway for SMS: an HTTP endpoint, and what is put into a request to it.
//!
//! **Invariant:** a gateway that exists can be asked: its headers are whole lines, and it is encrypted unless private
//! networks were allowed. What is in its headers never prints.

use std::path::{Path, PathBuf};

use domain::Secret;

/// How long a URL, a body or a header may be, in bytes: far more than any gateway asks for.
const LIMIT: usize = 8 * 1024;
/// How many headers there may be.
const HEADERS: usize = 32;

/// An HTTP endpoint that sends SMS.
#[derive(Debug, Clone)]
pub(crate) struct SmsGateway {
    /// Whether the connection is encrypted.
    pub(crate) transport: Transport,
    /// The host, a name or an address.
    pub(crate) host: String,
    /// The port.
    pub(crate) port: u16,
    /// What is asked for: path and query, with placeholders.
    pub(crate) target: String,
    /// How.
    pub(crate) method: Method,
    /// Further headers: the names, and values that are secrets.
    pub(crate) headers: Vec<(String, Secret<String>)>,
    /// What is sent, with placeholders; may be empty.
    pub(crate) body: Secret<String>,
    /// How values are written into it.
    pub(crate) body_type: BodyType,
    /// Where the endpoint may be.
    pub(crate) reach: Reach,
}

/// Whether the connection is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transport {
    /// `https`.
    Encrypted,
    /// `http`.
    Clear,
}

/// How the endpoint is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    /// With everything in the URL.
    Get,
    /// With a body.
    Post,
    /// With a body.
    Put,
}

impl Method {
    /// As in the request.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
        }
    }
}

/// What the body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BodyType {
    /// JSON: placeholders stand inside of strings.
    Json,
    /// The fields of a form.
    Form,
    /// Text as it is.
    Text,
}

/// Where the endpoint may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// In the public network, encrypted.
    Public,
    /// Anywhere, this machine and its own network as well, in the clear if the URL says so.
    Private,
}

/// What was given of it so far.
#[derive(Debug, Default)]
pub(super) struct Given {
    pub(super) url: Option<String>,
    pub(super) method: Option<Method>,
    pub(super) headers_file: Option<PathBuf>,
    pub(super) body: Option<String>,
    pub(super) body_type: Option<BodyType>,
    pub(super) reach: Option<Reach>,
}

impl Given {
    /// The gateway, none where none was given; or the setting that is wrong, and what is wrong with it.
    pub(super) fn finish(self) -> Result<Option<SmsGateway>, (&'static str, String)> {
        let Some(url) = self.url else {
            let lonely = [
                ("sms.method", self.method.is_some()),
                ("sms.headers_file", self.headers_file.is_some()),
                ("sms.body", self.body.is_some()),
                ("sms.body_type", self.body_type.is_some()),
                ("sms.reach", self.reach.is_some()),
            ];
            return match lonely.into_iter().find(|(_, is_given)| *is_given) {
                Some((path, _)) => Err((path, "sms.url is missing beside it".to_owned())),
                None => Ok(None),
            };
        };
        let (transport, host, port, target) = split(&url).map_err(|what| ("sms.url", what))?;
        let reach = self.reach.unwrap_or(Reach::Public);
        if transport == Transport::Clear && reach == Reach::Public {
            let what = "expected https://; http:// only where sms.reach is “private”".to_owned();
            return Err(("sms.url", what));
        }
        let method = self.method.unwrap_or(Method::Post);
        let body = self.body.unwrap_or_default();
        let told = format!("{target}{body}");
        if !told.contains("{to}") || !told.contains("{text}") {
            return Err(("sms.body", "{to} and {text} have to stand in it, or in sms.url".to_owned()));
        }
        let headers = self.headers_file.map_or(Ok(Vec::new()), |file| headers(&file));
        Ok(Some(SmsGateway {
            transport,
            host,
            port,
            target,
            method,
            headers: headers.map_err(|what| ("sms.headers_file", what))?,
            body: Secret::new(body),
            body_type: self.body_type.unwrap_or(BodyType::Json),
            reach,
        }))
    }
}

/// The parts of a URL. It may hold a secret, and is not repeated.
fn split(url: &str) -> Result<(Transport, String, u16, String), String> {
    let wrong = || "expected a URL like https://sms.example.org/send".to_owned();
    let (transport, rest) = match (url.strip_prefix("https://"), url.strip_prefix("http://")) {
        (Some(rest), _) => (Transport::Encrypted, rest),
        (None, Some(rest)) => (Transport::Clear, rest),
        (None, None) => return Err(wrong()),
    };
    let is_plain = rest.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#');
    if !is_plain || rest.len() > LIMIT {
        return Err(wrong());
    }
    let at = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, target) = rest.split_at(at);
    let target = if target.starts_with('/') { target.to_owned() } else { format!("/{target}") };
    let standard = if transport == Transport::Encrypted { 443 } else { 80 };
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port.parse().map_err(|_| wrong())?),
        Some(_) | None => (authority, standard),
    };
    let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    if host.is_empty() || host.contains(['@', '{', '}']) {
        return Err(wrong());
    }
    Ok((transport, host.to_owned(), port, target))
}

/// The headers in a file, one a line.
fn headers(file: &Path) -> Result<Vec<(String, Secret<String>)>, String> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| format!("{} cannot be read: {error}", file.display()))?;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let all: Option<Vec<_>> = lines.map(header).collect();
    match all {
        Some(all) if all.len() <= HEADERS => Ok(all),
        // What stands in it is a secret, and not repeated.
        Some(_) | None => {
            Err(format!("expected up to {HEADERS} lines in {}, each as Name: value", file.display()))
        }
    }
}

fn header(line: &str) -> Option<(String, Secret<String>)> {
    let (name, value) = line.split_once(':')?;
    let (name, value) = (name.trim(), value.trim());
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let is_value = value.len() <= LIMIT && value.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
    // These are ours to say: another length would make another request of what follows.
    let is_ours = ["host", "content-length", "transfer-encoding", "connection"]
        .contains(&name.to_ascii_lowercase().as_str());
    (is_name && is_value && !is_ours).then(|| (name.to_owned(), Secret::new(value.to_owned())))
}

pub(super) fn method(given: &str) -> Result<Method, String> {
    let all = [Method::Get, Method::Post, Method::Put];
    let found = all.into_iter().find(|method| method.name() == given);
    found.ok_or_else(|| format!("“{given}” is no method; expected GET, POST or PUT"))
}

pub(super) fn body(given: &str) -> Result<String, String> {
    if given.len() > LIMIT { Err(format!("it is longer than {LIMIT} bytes")) } else { Ok(given.to_owned()) }
}

pub(super) fn body_type(given: &str) -> Result<BodyType, String> {
    match given {
        "json" => Ok(BodyType::Json),
        "form" => Ok(BodyType::Form),
        "text" => Ok(BodyType::Text),
        other => Err(format!("“{other}” is unknown; expected json, form or text")),
    }
}

pub(super) fn reach(given: &str) -> Result<Reach, String> {
    match given {
        "public" => Ok(Reach::Public),
        "private" => Ok(Reach::Private),
        other => Err(format!("“{other}” is unknown; expected public or private")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(url: &str) -> Given {
        Given {
            url: Some(url.to_owned()),
            body: Some("{\"to\": \"{to}\", \"text\": \"{text}\"}".to_owned()),
            ..Given::default()
        }
    }

    #[test]
    fn a_url_is_taken_apart() {
        for (url, host, port, target) in [
            ("https://sms.example.org/send?a=b", "sms.example.org", 443, "/send?a=b"),
            ("https://sms.example.org", "sms.example.org", 443, "/"),
            ("https://[2001:db8::1]:8443/x", "2001:db8::1", 8443, "/x"),
            ("https://sms.example.org?to={to}", "sms.example.org", 443, "/?to={to}"),
        ] {
            let gateway = given(url).finish().unwrap().unwrap();
            assert_eq!((gateway.host.as_str(), gateway.port, gateway.target.as_str()), (host, port, target));
        }
    }

    #[test]
    fn what_cannot_be_asked_is_refused_by_its_setting() {
        for url in
            ["sms.example.org", "https://", "https://user:pw@x/", "https://x/\r\nA: b", "https://{to}/"]
        {
            assert_eq!(given(url).finish().unwrap_err().0, "sms.url", "{url}");
        }
        assert_eq!(given("http://sms.example.org/").finish().unwrap_err().0, "sms.url");
        let private = Given { reach: Some(Reach::Private), ..given("http://127.0.0.1:81/") };
        assert_eq!(private.finish().unwrap().unwrap().transport, Transport::Clear);
        let silent = Given { body: Some("{to}".to_owned()), ..given("https://x.example/") };
        assert_eq!(silent.finish().unwrap_err().0, "sms.body");
        let lonely = Given { reach: Some(Reach::Private), ..Given::default() };
        assert_eq!(lonely.finish().unwrap_err().0, "sms.reach");
        assert!(Given::default().finish().unwrap().is_none());
    }

    #[test]
    fn headers_are_lines_of_a_file_and_do_not_print() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("headers");
        std::fs::write(&file, "Authorization: Bearer hunter2\n\nX-Client: 7\n").unwrap();
        let with = || Given { headers_file: Some(file.clone()), ..given("https://x.example/") };
        let gateway = with().finish().unwrap().unwrap();
        assert_eq!(gateway.headers.len(), 2);
        assert!(!format!("{gateway:?}").contains("hunter2"));
        for bad in ["no colon", "Content-Length: 5", "A b: c", "A: \u{7f}"] {
            std::fs::write(&file, bad).unwrap();
            let (setting, what) = with().finish().unwrap_err();
            assert_eq!(setting, "sms.headers_file");
            assert!(!what.contains(bad), "{what}");
        }
    }
}
