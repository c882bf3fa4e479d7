//! A browser of fifty lines: one request a connection, HTTP/1.0, so that a cut is a cut.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

/// How long an answer is waited for; afterwards nobody knows.
const PATIENCE: Duration = Duration::from_secs(25);

/// What the client does to its own connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// Waits for the answer.
    Waits,
    /// Is killed when the request is sent.
    Leaves,
    /// Is killed in the middle of sending.
    Breaks,
}

/// Sends a request and returns the answer, head and body.
///
/// # Errors
/// Whatever keeps the whole answer from coming: its outcome is unknown then.
pub fn ask(
    server: SocketAddr,
    (method, path, cookie): (&str, &str, &str),
    body: &str,
    manner: Manner,
) -> Result<String, String> {
    let broken = |error: std::io::Error| error.to_string();
    let mut stream = TcpStream::connect_timeout(&server, Duration::from_secs(2)).map_err(broken)?;
    stream.set_read_timeout(Some(PATIENCE)).map_err(broken)?;
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.0\r\nHost: localhost\r\nCookie: {cookie}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    if manner == Manner::Breaks {
        let half = &request.as_bytes()[..request.len() - body.len() / 2];
        stream.write_all(half).map_err(broken)?;
        let _ = stream.shutdown(Shutdown::Both);
        return Err("the client broke off".to_owned());
    }
    stream.write_all(request.as_bytes()).map_err(broken)?;
    if manner == Manner::Leaves {
        let _ = stream.shutdown(Shutdown::Both);
        return Err("the client left".to_owned());
    }
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).map_err(broken)?;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    // A page that was cut off is no answer.
    let whole =
        answer.contains("</html>") || !answer.contains("text/html") && answer.contains("\r\n\r\n");
    if whole { Ok(answer) } else { Err("the answer broke off".to_owned()) }
}

/// An officer's open session.
#[derive(Debug, Clone)]
pub struct Session {
    pub username: String,
    pub cookie: String,
    pub csrf: String,
}

/// Signs in.
///
/// # Errors
/// When the server does not let the officer in.
pub fn sign_in(server: SocketAddr, username: &str, password: &str) -> Result<Session, String> {
    let body = format!("ten_dang_nhap={username}&mat_khau={}", password.replace(' ', "+"));
    let answer = ask(server, ("POST", "/dang-nhap", ""), &body, Manner::Waits)?;
    let cookies: Vec<&str> = answer
        .lines()
        .filter_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("set-cookie").then(|| value.split(';').next())?
        })
        .map(str::trim)
        .collect();
    let cookie = cookies.join("; ");
    let page = ask(server, ("GET", "/doi-mat-khau", &cookie), "", Manner::Waits)?;
    let csrf = page.split("name=\"csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    let csrf = csrf.ok_or_else(|| format!("{username} is not let in: {answer}"))?.to_owned();
    Ok(Session { username: username.to_owned(), cookie, csrf })
}
