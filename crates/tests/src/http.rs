//! A browser without a screen: pages asked for over HTTP, cookies kept, forms sent with their token.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::SocketAddr;

use crate::Lines;

/// Somebody's pages.
pub struct Http {
    server: SocketAddr,
    host: String,
    cookies: BTreeMap<String, String>,
    token: String,
}

/// The answer to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The code.
    pub status: u16,
    /// Each header, its name in lower case.
    pub headers: Vec<(String, String)>,
    /// The body as text.
    pub body: String,
}

impl Page {
    /// The value of a header; empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str())
    }

    /// Where it leads, when it leads elsewhere.
    pub fn location(&self) -> &str {
        self.header("location")
    }
}

impl Http {
    /// Somebody whom the server at that address does not know.
    pub fn new(server: SocketAddr) -> Self {
        Self::by_name(server, &server.to_string())
    }

    /// The same by a name of the server.
    pub fn by_name(server: SocketAddr, host: &str) -> Self {
        Self { server, host: host.to_owned(), cookies: BTreeMap::new(), token: String::new() }
    }

    /// Somebody who has signed in with a password.
    pub fn signed_in(server: SocketAddr, address: &str, password: &str) -> Self {
        let mut http = Self::new(server);
        http.get("/sign-in");
        let page = http.post("/sign-in", &[("address", address), ("password", password)]);
        assert_eq!(page.status, 303, "{page:?}");
        http.get("/account");
        http
    }

    /// Asks for a page, and remembers the token of its forms.
    pub fn get(&mut self, path: &str) -> Page {
        let page = self.send("GET", path, &[], None);
        if let Some(token) = between(&page.body, "<meta name=\"csrf\" content=\"", "\"") {
            token.clone_into(&mut self.token);
        }
        page
    }

    /// Sends a form as the page seen last would.
    pub fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let token = self.token.clone();
        let mut all = vec![("csrf", token.as_str())];
        all.extend_from_slice(fields);
        self.send("POST", path, &[], Some(&encoded(&all)))
    }

    /// Sends a request as it is given.
    pub fn send(&mut self, method: &str, path: &str, headers: &[(&str, &str)], form: Option<&str>) -> Page {
        let Some(form) = form else { return self.send_body(method, path, headers, "") };
        let length = form.len().to_string();
        let mut all = headers.to_vec();
        all.push(("Content-Type", "application/x-www-form-urlencoded"));
        all.push(("Content-Length", &length));
        self.send_body(method, path, &all, form)
    }

    fn send_body(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Page {
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n", self.host);
        if !self.cookies.is_empty() {
            let cookies: Vec<String> =
                self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let _ = write!(head, "Cookie: {}\r\n", cookies.join("; "));
        }
        for (name, value) in headers {
            let _ = write!(head, "{name}: {value}\r\n");
        }
        let mut lines = Lines::connect(self.server);
        lines.send(format!("{head}\r\n{body}"));
        let page = read(&mut lines);
        self.keep_cookies(&page);
        page
    }

    /// Sends a form of several parts, as one with a field for files is.
    pub fn post_parts(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let mut body = String::new();
        for (name, value) in [("csrf", self.token.as_str())].iter().chain(fields) {
            let _ =
                write!(body, "--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        }
        body.push_str("--edge--\r\n");
        let length = body.len().to_string();
        let kind = "multipart/form-data; boundary=edge";
        self.send_body("POST", path, &[("Content-Type", kind), ("Content-Length", &length)], &body)
    }

    /// The token that its forms carry.
    pub fn token(&self) -> &str {
        &self.token
    }

    fn keep_cookies(&mut self, page: &Page) {
        for (_, value) in page.headers.iter().filter(|(name, _)| name == "set-cookie") {
            let pair = value.split(';').next().unwrap_or_default();
            let Some((name, value)) = pair.split_once('=') else { continue };
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

fn read(lines: &mut Lines) -> Page {
    let first = lines.line().expect("an answer comes");
    let status = first.split(' ').nth(1).and_then(|code| code.parse().ok()).expect("a status line");
    let mut headers = Vec::new();
    while let Some(line) = lines.line().filter(|line| !line.is_empty()) {
        if let Some((name, value)) = line.split_once(':') {
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    let mut page = Page { status, headers, body: String::new() };
    let body = if page.header("transfer-encoding").eq_ignore_ascii_case("chunked") {
        chunks(lines)
    } else {
        let length = page.header("content-length").parse().unwrap_or(0);
        lines.bytes(length)
    };
    page.body = String::from_utf8_lossy(&body).into_owned();
    page
}

fn chunks(lines: &mut Lines) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(size) = lines.line() {
        let size = usize::from_str_radix(size.trim(), 16).expect("the size of a chunk");
        if size == 0 {
            break;
        }
        body.extend(lines.bytes(size));
        lines.line();
    }
    body
}

/// The text between two others.
pub fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let start = text.find(before)? + before.len();
    let end = text[start..].find(after)? + start;
    text.get(start..end)
}

fn encoded(fields: &[(&str, &str)]) -> String {
    let pairs: Vec<String> =
        fields.iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value))).collect();
    pairs.join("&")
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}
