//! What the tests need beyond Rust, installed with Debian's and npm's ordinary clients when missing.

use std::path::PathBuf;

use crate::run::{command, exists, output, root, shown, variable};

/// PostgreSQL's program folder; installs the server when there is none.
///
/// # Errors
/// When it cannot be installed.
pub fn postgres_programs() -> Result<PathBuf, String> {
    if let Some(folder) = find_postgres() {
        return Ok(folder);
    }
    debian(&["postgresql"])?;
    find_postgres().ok_or_else(|| "PostgreSQL is installed but not found".to_owned())
}

fn find_postgres() -> Option<PathBuf> {
    if let Some(folder) = variable("POSTGRES_BIN") {
        return Some(PathBuf::from(folder));
    }
    let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .flatten()
        .map(|version| version.path().join("bin"))
        .filter(|folder| folder.join("initdb").exists())
        .collect();
    versions.sort();
    versions.pop()
}

/// Chromium, the fonts the pages are judged with, and the npm packages of `web/`.
///
/// # Errors
/// When something cannot be installed.
pub fn browser() -> Result<(), String> {
    let mut missing = Vec::new();
    if !exists("/usr/bin/chromium") {
        missing.push("chromium");
    }
    let fonts = [
        ("/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf", "fonts-noto-core"),
        ("/usr/share/fonts/truetype/liberation", "fonts-liberation"),
    ];
    for (place, package) in fonts {
        if !std::path::Path::new(place).exists() {
            missing.push(package);
        }
    }
    for (program, package) in [("node", "nodejs"), ("npm", "npm"), ("python3", "python3")] {
        if !exists(program) {
            missing.push(package);
        }
    }
    if !missing.is_empty() {
        debian(&missing)?;
    }
    npm()
}

/// Installs the locked npm packages unless that has been done for this lock file.
fn npm() -> Result<(), String> {
    let web = root().join("web");
    let read = |name: &str| std::fs::read(web.join(name)).ok();
    let lock = read("package-lock.json");
    if lock.is_some() && lock == read("node_modules/.installed-lock.json") {
        return Ok(());
    }
    let mut install = command("npm", &["ci", "--no-audit", "--no-fund"]);
    install.current_dir(&web);
    shown(install)?;
    std::fs::copy(web.join("package-lock.json"), web.join("node_modules/.installed-lock.json"))
        .map(|_| ())
        .map_err(|error| error.to_string())
}

/// nginx, the peer of public pages, and wrk, which asks both.
///
/// # Errors
/// When they cannot be installed.
pub fn web_bench() -> Result<(), String> {
    let missing: Vec<&str> = [("/usr/sbin/nginx", "nginx-light"), ("/usr/bin/wrk", "wrk")]
        .into_iter()
        .filter(|(place, _)| !std::path::Path::new(place).exists())
        .map(|(_, package)| package)
        .collect();
    if missing.is_empty() { Ok(()) } else { debian(&missing) }
}

fn debian(packages: &[&str]) -> Result<(), String> {
    if !exists("apt-get") {
        return Err(format!("please install: {}", packages.join(", ")));
    }
    let sudo = output(command("id", &["-u"]))?.trim() != "0";
    let apt = |arguments: &[&str]| {
        let mut words: Vec<&str> = if sudo { vec!["sudo", "apt-get"] } else { vec!["apt-get"] };
        words.extend(arguments);
        let mut apt = command(words[0], &words[1..]);
        apt.env("DEBIAN_FRONTEND", "noninteractive");
        shown(apt)
    };
    apt(&["update", "-qq"])?;
    let mut install = vec!["install", "-y", "-qq", "--no-install-recommends"];
    install.extend(packages);
    apt(&install)
}
