//! `ansinh demo`: Hà Tĩnh 2020 with made-up people, ready to try.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::Args;
use tokio::net::TcpListener;

use super::serve::{application, serve_until_stopped, start_log};
use super::{CliError, say};
use crate::config::Config;
use crate::demo::{self, Extent};
use crate::web::Error;

/// Options of `ansinh demo`.
#[derive(Args)]
pub struct Demo {
    /// Port on 127.0.0.1.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// A few communes only, for tests of the pages.
    #[arg(long)]
    small: bool,
    /// Throw away what an earlier demo left in the data folder.
    #[arg(long)]
    fresh: bool,
    /// Writes the accounts as JSON for the browser tests.
    #[arg(long, value_name = "FILE")]
    accounts: Option<PathBuf>,
}

pub(super) async fn run(mut config: Config, options: Demo) -> Result<(), CliError> {
    config.listen = SocketAddr::from(([127, 0, 0, 1], options.port));
    config.demo = true;
    config.second_factor = false;
    config.clock = Some(demo::opens_at());
    config.help_phone = "0239 385 5556".to_owned();
    start_log(config.log_json);
    // A busy port is told before a province is filled.
    let listener = TcpListener::bind(config.listen).await?;
    let mark = claim_folder(&mut config, options.fresh)?;
    let app = application(config).await?;
    let extent = if options.small { Extent::Small } else { Extent::Province };
    let new = demo::fill(&app, extent, &mut |text| say(text)).await?;
    if let Some(mark) = mark {
        write(&mark, DONE)?;
    }
    if let Some(file) = &options.accounts {
        write(file, &demo::accounts_json())?;
    }
    if !new {
        say("Dùng lại dữ liệu trình diễn đã có (thêm --fresh để làm lại từ đầu).");
    }
    say(demo::SIGNPOST);
    say(&format!("Mở http://{} trong trình duyệt. Ctrl+C để dừng.", listener.local_addr()?));
    serve_until_stopped(app, listener).await
}

/// What the demo writes beside its database once it has filled it.
const DONE: &str = "xong";

/// Makes sure that a SQLite folder is the demo's own, for it writes accounts with a published
/// password and made-up payments: a folder with a database but without the demo's mark is refused.
/// A demo that was broken off while filling begins anew. `None` for PostgreSQL.
fn claim_folder(config: &mut Config, fresh: bool) -> Result<Option<PathBuf>, CliError> {
    if !config.database_url.is_empty() {
        return Ok(None);
    }
    if config.data == Config::default().data {
        config.data = PathBuf::from("demo-data");
    }
    let mark = config.data.join("trinh-dien");
    let said = std::fs::read_to_string(&mark).ok();
    if said.is_none() && config.data.join("ansinh.db").exists() {
        return Err(Error::refused(
            format!("Thư mục {} chứa dữ liệu không phải của bản trình diễn", config.data.display()),
            "Chọn thư mục khác bằng --data; bản trình diễn không ghi vào dữ liệu thật.",
        )
        .into());
    }
    if fresh || said.as_deref() != Some(DONE) {
        remove_database(config)?;
    }
    let failed = |source| CliError::File { path: config.data.display().to_string(), source };
    std::fs::create_dir_all(&config.data).map_err(failed)?;
    if fresh || said.is_none() {
        write(&mark, "đang làm")?;
    }
    Ok(Some(mark))
}

fn write(file: &Path, text: &str) -> Result<(), CliError> {
    std::fs::write(file, text)
        .map_err(|source| CliError::File { path: file.display().to_string(), source })
}

fn remove_database(config: &Config) -> Result<(), CliError> {
    for name in ["ansinh.db", "ansinh.db-wal", "ansinh.db-shm"] {
        let file = config.data.join(name);
        match std::fs::remove_file(&file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(CliError::File { path: file.display().to_string(), source: error });
            }
            _ => {}
        }
    }
    Ok(())
}
