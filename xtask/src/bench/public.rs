//! Public pages, and nginx serving the same bytes.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::install;
use crate::run::{command, output, shown, target};

const ROUNDS: usize = 3;
const SECONDS: &str = "5s";
const OURS: &str = "127.0.0.1:8093";
const PEER: &str = "127.0.0.1:8094";
/// Address, and the file of the same bytes.
const PAGES: [(&str, &str); 3] =
    [("/", "home.html"), ("/cong-khai/18196", "list.html"), ("/tra-cuu", "form.html")];

/// A process that ends with us.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub fn run() -> Result<(), String> {
    install::web_bench()?;
    shown(command("cargo", &["build", "--release", "--package", "ansinh"]))?;
    let folder = std::env::temp_dir().join(format!("ansinh-bench-public-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("www")).map_err(|error| error.to_string())?;
    let outcome = measure(&folder);
    let _ = std::fs::remove_dir_all(&folder);
    outcome
}

fn measure(folder: &Path) -> Result<(), String> {
    let program = target().join("release/ansinh").display().to_string();
    let data = folder.join("data").display().to_string();
    let port = OURS.rsplit(':').next().unwrap_or_default();
    let mut demo = command(&program, &["demo", "--small", "--port", port, "--data", &data]);
    demo.stdout(Stdio::null()).stderr(Stdio::null());
    let ours = Running(demo.spawn().map_err(|error| format!("{program}: {error}"))?);
    let mut tries = 0;
    while std::net::TcpStream::connect(OURS).is_err() {
        tries += 1;
        if tries > 600 {
            return Err("the demo does not start".to_owned());
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    let headers = copy_pages(&folder.join("www"))?;
    let nginx = start_nginx(folder, &headers)?;
    println!(
        "public pages, packed, kept connections, {ROUNDS} rounds in turn; answers for each second"
    );
    println!("of the server's own processor, median:");
    for (page, file) in PAGES {
        let (mut our_rates, mut peer_rates) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            our_rates.push(rate(ours.0.id(), &format!("http://{OURS}{page}"))?);
            peer_rates.push(rate(nginx.0.id(), &format!("http://{PEER}/{file}"))?);
        }
        let (our, peer) = (median(our_rates), median(peer_rates));
        println!("  {page:18} ansinh {our:8.0}   nginx {peer:8.0}   ratio {:.2}", our / peer);
    }
    Ok(())
}

/// Fetches each page once, packed, for nginx to serve; returns the headers of the first.
fn copy_pages(www: &Path) -> Result<Vec<(String, String)>, String> {
    let mut headers = Vec::new();
    for (page, file) in PAGES {
        let packed = www.join(format!("{file}.gz")).display().to_string();
        let address = format!("http://{OURS}{page}");
        let arguments =
            ["-sS", "-f", "-D", "-", "-H", "Accept-Encoding: gzip", "-o", &packed, &address];
        let head = output(command("curl", &arguments))?;
        let own = ["content-type", "content-length", "content-encoding", "date"];
        let lines = head.lines().skip(1).filter_map(|line| line.split_once(": "));
        let lines = lines.filter(|(name, _)| !own.contains(name));
        if headers.is_empty() {
            headers = lines.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        }
    }
    Ok(headers)
}

/// One worker, no log, files from memory, packed beforehand: nginx at its best.
fn start_nginx(folder: &Path, headers: &[(String, String)]) -> Result<Running, String> {
    let folder = folder.display();
    let mut text = format!(
        "worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/nginx.log; daemon off;\n\
         master_process off;\n\
         events {{ worker_connections 1024; }}\n\
         http {{ access_log off; keepalive_requests 100000000; sendfile on; tcp_nopush on;\n\
         open_file_cache max=100; types {{ text/html html; }}\n\
         server {{ listen {PEER}; root {folder}/www; gzip_static always;\n"
    );
    for (name, value) in headers {
        let _ = writeln!(text, "add_header {name} \"{value}\";");
    }
    text.push_str("} }\n");
    let file = PathBuf::from(format!("{folder}/nginx.conf"));
    std::fs::write(&file, text).map_err(|error| error.to_string())?;
    let mut nginx = Command::new("/usr/sbin/nginx");
    nginx.arg("-c").arg(&file).stdout(Stdio::null()).stderr(Stdio::null());
    let running = Running(nginx.spawn().map_err(|error| format!("nginx: {error}"))?);
    std::thread::sleep(Duration::from_secs(1));
    Ok(running)
}

/// Answers for each second of the process's processor time.
fn rate(process: u32, address: &str) -> Result<f64, String> {
    let before = cpu_seconds(process)?;
    let arguments =
        ["-t1", "-c32", &format!("-d{SECONDS}"), "-H", "Accept-Encoding: gzip", address];
    let said = output(command("wrk", &arguments))?;
    let spent = cpu_seconds(process)? - before;
    if said.contains("Non-2xx") {
        return Err(format!("{address} was not answered: {said}"));
    }
    let count = said.lines().find_map(|line| line.trim().split_once(" requests in"));
    let count: f64 = count.and_then(|(count, _)| count.parse().ok()).ok_or_else(|| said.clone())?;
    Ok(count / spent)
}

/// proc(5), stat: user and system time in hundredths.
fn cpu_seconds(process: u32) -> Result<f64, String> {
    let file = format!("/proc/{process}/stat");
    let stat = std::fs::read_to_string(&file).map_err(|error| format!("{file}: {error}"))?;
    let fields: Vec<&str> = stat.rsplit(") ").next().unwrap_or_default().split(' ').collect();
    let part = |n: usize| fields.get(n).and_then(|text| text.parse::<f64>().ok());
    let (user, system) = part(11).zip(part(12)).ok_or_else(|| format!("{file}: {stat}"))?;
    Ok((user + system) / 100.0)
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_unstable_by(f64::total_cmp);
    rates[rates.len() / 2]
}
