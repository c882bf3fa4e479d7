//! Where the files of a log come from: a folder, or the address where they are published.

use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fs, io};

use ureq::Agent;

/// More than any file of a log has: 256 lines of two bytes' length, some 10 MB at the very most; lines
/// of payments make 40 KB.
const MOST_BYTES: u64 = 1024 * 1024;

/// See the module.
pub(super) enum Source {
    /// Files of a folder.
    Folder(PathBuf),
    /// Files behind an address.
    Web(Agent, String),
}

impl Source {
    pub fn of(place: &str) -> Self {
        if place.starts_with("https://") || place.starts_with("http://") {
            let limits = Agent::config_builder().timeout_global(Some(Duration::from_secs(30)));
            return Self::Web(limits.build().into(), place.trim_end_matches('/').to_owned());
        }
        Self::Folder(PathBuf::from(place))
    }

    pub fn folder(&self) -> Option<&Path> {
        match self {
            Self::Folder(folder) => Some(folder),
            Self::Web(..) => None,
        }
    }

    /// The bytes of a file of the log.
    pub fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        match self {
            Self::Folder(folder) => fs::read(folder.join(path)),
            Self::Web(agent, base) => {
                let answer = agent.get(format!("{base}/{path}")).call();
                let mut answer = answer.map_err(io::Error::other)?;
                let body = answer.body_mut().with_config().limit(MOST_BYTES);
                body.read_to_vec().map_err(io::Error::other)
            }
        }
    }

    /// Sends a text to a path beside the files.
    pub fn send(&self, path: &str, text: &str) -> io::Result<()> {
        match self {
            Self::Folder(_) => Err(io::Error::other("là thư mục, không gửi được")),
            Self::Web(agent, base) => {
                let sent = agent.post(format!("{base}/{path}")).send(text);
                sent.map(|_| ()).map_err(|error| match error {
                    ureq::Error::StatusCode(422) => io::Error::other(
                        "máy chủ không nhận chữ ký này: khóa chưa được UBND tỉnh đăng ký, hoặc đầu sổ vừa đổi",
                    ),
                    other => io::Error::other(other),
                })
            }
        }
    }
}
