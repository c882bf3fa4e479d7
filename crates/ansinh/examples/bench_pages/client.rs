//! A browser's part of HTTP: one connection kept open, its cookies, the time of each answer.

use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpSocket;

use crate::Outcome;

pub struct Client {
    sender: SendRequest<Full<Bytes>>,
    server: SocketAddr,
    cookies: Vec<String>,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
    pub took: Duration,
}

impl Client {
    /// Connects from the address `from` of this machine.
    pub async fn connect(server: SocketAddr, from: IpAddr) -> Outcome<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.bind(SocketAddr::new(from, 0))?;
        let stream = socket.connect(server).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(Self { sender, server, cookies: Vec::new() })
    }

    pub async fn get(&mut self, path: &str) -> Outcome<Answer> {
        self.send(Method::GET, path, Bytes::new()).await
    }

    pub async fn post(&mut self, path: &str, form: String) -> Outcome<Answer> {
        self.send(Method::POST, path, form.into()).await
    }

    async fn send(&mut self, method: Method, path: &str, form: Bytes) -> Outcome<Answer> {
        let mut request = Request::builder()
            .method(&method)
            .uri(path)
            .header(header::HOST, self.server.to_string())
            .header(header::COOKIE, self.cookies.join("; "));
        if method == Method::POST {
            request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        let request = request.body(Full::new(form))?;
        self.sender.ready().await?;
        let begun = Instant::now();
        let (head, body) = self.sender.send_request(request).await?.into_parts();
        let body = body.collect().await?.to_bytes();
        let took = begun.elapsed();
        for line in head.headers.get_all(header::SET_COOKIE) {
            let pair = line.to_str()?.split(';').next().unwrap_or("").to_owned();
            let name = pair.split('=').next().unwrap_or("").to_owned() + "=";
            self.cookies.retain(|known| !known.starts_with(&name));
            self.cookies.push(pair);
        }
        Ok(Answer { status: head.status, headers: head.headers, body, took })
    }
}
