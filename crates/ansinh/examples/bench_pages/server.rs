//! The real program as a process of its own, asked what it needs of the machine.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::client::Client;
use crate::{NOW, Outcome};

pub const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

pub struct Server {
    child: Child,
    pub address: SocketAddr,
}

impl Server {
    /// Starts `ansinh serve` on the database and waits until it calls itself ready.
    pub async fn start(url: &str) -> Outcome<(Self, Duration)> {
        let port = std::net::TcpListener::bind((HERE, 0))?.local_addr()?.port();
        let address = SocketAddr::new(HERE, port);
        let program = std::env::current_exe()?.with_file_name("../ansinh");
        let mut start = Command::new(program);
        start.args(["serve", "--listen", &address.to_string()]);
        start
            .env("DATABASE_URL", url)
            .env("ANSINH_CLOCK", NOW)
            .env("ANSINH_SECOND_FACTOR", "false");
        start.env("ANSINH_LOOKUPS_PER_NETWORK", "4000000").stderr(Stdio::null());
        start.stdout(Stdio::null());
        let begun = Instant::now();
        let server = Self { child: start.spawn()?, address };
        while begun.elapsed() < Duration::from_secs(60) {
            if let Ok(mut client) = Client::connect(address, HERE).await
                && client.get("/readyz").await?.status.is_success()
            {
                return Ok((server, begun.elapsed()));
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Err("the server is not ready after a minute".into())
    }

    /// Seconds of processor time so far (proc(5), stat: utime and stime in hundredths).
    pub fn cpu_seconds(&self) -> Outcome<f64> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        let after_name = stat.rsplit(") ").next().unwrap_or("");
        let fields: Vec<&str> = after_name.split(' ').collect();
        Ok((fields[11].parse::<f64>()? + fields[12].parse::<f64>()?) / 100.0)
    }

    /// Highest resident memory so far, MB.
    pub fn high_water(&self) -> Outcome<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find(|line| line.starts_with("VmHWM:")).ok_or("no VmHWM")?;
        Ok(line.split_whitespace().nth(1).ok_or("no number")?.parse::<u64>()? / 1024)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
