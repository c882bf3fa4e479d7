//! Walks the pages as an officer reaches them, link by link, and times each kind.

use std::collections::{BTreeMap, HashSet, VecDeque};

use ansinh::web::RULES;

use crate::Outcome;
use crate::client::Client;
use crate::server::{HERE, Server};

/// Addresses of one kind that are tried: the first found and so on.
const OF_A_KIND: usize = 3;
const ROUNDS: usize = 21;
/// Milliseconds, 95 of 100.
const AIM: f64 = 150.0;

/// The officers who walk.
const OFFICERS: [&str; 3] = ["x18196", "h439", "tinh42"];

pub async fn run(server: &Server) -> Outcome<()> {
    for officer in OFFICERS {
        let mut client = Client::connect(server.address, HERE).await?;
        let form =
            format!("ten_dang_nhap={officer}&mat_khau={}", crate::PASSWORD.replace(' ', "+"));
        let signed_in = client.post("/dang-nhap", form).await?;
        if !signed_in.status.is_redirection() {
            return Err(format!("{officer}: {}", signed_in.status).into());
        }
        let found = walk(&mut client).await?;
        let mut times = Vec::new();
        for address in found.values().flatten() {
            times.push((time(&mut client, address).await?, address));
        }
        times.sort_by(|a, b| b.0.1.total_cmp(&a.0.1));
        let over = times.iter().filter(|((_, high), _)| *high > AIM).count();
        println!(
            "  {officer}: {} addresses of {} kinds, {over} above {AIM} ms; the slowest:",
            times.len(),
            found.len()
        );
        for ((median, high), address) in times.iter().take(over.max(5)) {
            println!("    {median:6.0} ms median, {high:6.0} ms p95  {address}");
        }
    }
    Ok(())
}

/// Addresses by kind: the route and the names of its parameters.
async fn walk(client: &mut Client) -> Outcome<BTreeMap<String, Vec<String>>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut seen: HashSet<String> = HashSet::new();
    let mut queue = VecDeque::from(["/viec".to_owned(), "/".to_owned()]);
    while let Some(address) = queue.pop_front() {
        if !seen.insert(address.clone()) {
            continue;
        }
        let Some(kind) = kind(&address) else { continue };
        if found.get(&kind).is_some_and(|known| known.len() == OF_A_KIND) {
            continue;
        }
        let answer = client.get(&address).await?;
        if answer.status.is_server_error() {
            return Err(format!("{address}: {}", answer.status).into());
        }
        let page = answer
            .headers
            .get("content-type")
            .is_some_and(|kind| kind.to_str().is_ok_and(|kind| kind.starts_with("text/html")));
        if !answer.status.is_success() || !page {
            continue;
        }
        found.entry(kind).or_default().push(address);
        queue.extend(links(&String::from_utf8_lossy(&answer.body)));
    }
    Ok(found)
}

/// `None` for what is no page: files and what changes something.
fn kind(address: &str) -> Option<String> {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let parts: Vec<&str> = path.split('/').collect();
    let rule = RULES.iter().find(|rule| {
        let known: Vec<&str> = rule.path.split('/').collect();
        let same = |(known, part): (&&str, &&str)| known.starts_with('{') || known == part;
        known.len() == parts.len() && known.iter().zip(&parts).all(same)
    })?;
    let file =
        rule.path.contains("/tep") || rule.path.contains(".csv") || rule.path.contains(".xlsx");
    if rule.get.is_none() || file || rule.path.starts_with("/tai-san") {
        return None;
    }
    let mut names: Vec<&str> =
        query.split('&').map(|pair| pair.split('=').next().unwrap_or("")).collect();
    names.sort_unstable();
    Some(format!("{}?{}", rule.path, names.join("&")))
}

fn links(page: &str) -> Vec<String> {
    let after = page.split("href=\"").skip(1);
    let addresses = after.filter_map(|rest| rest.split('"').next());
    let own = addresses.filter(|address| address.starts_with('/'));
    own.map(|address| {
        let bare = address.split('#').next().unwrap_or(address);
        bare.replace("&amp;", "&").replace("&#38;", "&")
    })
    .collect()
}

async fn time(client: &mut Client, address: &str) -> Outcome<(f64, f64)> {
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        times.push(client.get(address).await?.took.as_secs_f64() * 1e3);
    }
    times.sort_by(f64::total_cmp);
    Ok((times[ROUNDS / 2], times[ROUNDS * 95 / 100]))
}
