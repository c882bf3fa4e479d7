//! Citizens who look up their own result: answers for each second of the server's processor.

use std::net::{IpAddr, Ipv4Addr};
use std::time::{Duration, Instant};

use crate::client::Client;
use crate::server::Server;
use crate::{Outcome, PEOPLE};

const CITIZENS: usize = 256;
const SECONDS: u64 = 8;

pub async fn run(server: &Server) -> Outcome<()> {
    for (what, share) in [("found", 1), ("one of two found", 2)] {
        let (answers, cpu, wall, mut times) = round(server, share).await?;
        times.sort_unstable();
        let part = |of: f64| times[((times.len() - 1) as f64 * of) as usize].as_secs_f64() * 1e3;
        println!(
            "  look-ups, {what}: {answers} in {wall:.1} s, {:.0} per second of the server's own processor; \
             p50 {:.0} ms, p99 {:.0} ms (floor 25,000 a second of processor)",
            answers as f64 / cpu,
            part(0.5),
            part(0.99)
        );
    }
    Ok(())
}

async fn round(server: &Server, share: usize) -> Outcome<(usize, f64, f64, Vec<Duration>)> {
    let (begun, before) = (Instant::now(), server.cpu_seconds()?);
    let until = begun + Duration::from_secs(SECONDS);
    let mut citizens = Vec::new();
    for citizen in 0..CITIZENS {
        // Each from a network of her own.
        let low = u8::try_from(citizen % 250)?;
        let from = IpAddr::V4(Ipv4Addr::new(127, 0, u8::try_from(citizen / 250)?, 2 + low));
        let client = Client::connect(server.address, from).await?;
        citizens.push(tokio::spawn(citizen_asks(client, citizen, share, until)));
    }
    let mut times = Vec::new();
    for citizen in citizens {
        times.extend(citizen.await??);
    }
    let cpu = server.cpu_seconds()? - before;
    Ok((times.len(), cpu, begun.elapsed().as_secs_f64(), times))
}

/// Numbers as `many::entitled` gives them; every `share`-th is somebody's.
async fn citizen_asks(
    mut client: Client,
    citizen: usize,
    share: usize,
    until: Instant,
) -> Outcome<Vec<Duration>> {
    let mut times = Vec::new();
    let mut turn = 0;
    while Instant::now() < until {
        turn += 1;
        let mut n = (citizen * 7_919 + turn * 1_009) % PEOPLE;
        // Each tenth has no number.
        n -= usize::from(n % 10 == 9);
        // Strangers' numbers come from all provinces, as if from one list to try.
        let province = if turn % share == 0 { 42 } else { 1 + (citizen * 31 + turn) % 96 };
        // Each of them once: a number that is tried again and again is turned away.
        let stranger = 500_000_000 + (citizen * 100_003 + turn * 257) % 400_000_000;
        let number = if turn % share == 0 { n } else { stranger };
        let form = format!("so_giay_to={province:03}{number:09}&ngay_sinh={}", 1_930 + n % 85);
        let answer = client.post("/tra-cuu/ket-qua", form).await?;
        if !answer.status.is_success() {
            return Err(format!("a look-up was answered {}", answer.status).into());
        }
        let found = String::from_utf8_lossy(&answer.body).contains("Kết quả tra cứu");
        if found != (turn % share == 0) {
            return Err("somebody was not found, or nobody was".into());
        }
        times.push(answer.took);
    }
    Ok(times)
}
