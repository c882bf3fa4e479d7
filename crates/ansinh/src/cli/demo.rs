//! `ansinh demo`: Hà Tĩnh 2020 with made-up people, ready to try.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use tokio::net::TcpListener;

use super::serve::{application, serve_until_stopped, start_log};
use super::{CliError, say};
use crate::config::Config;
use crate::demo::{self, Extent};

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
    config.clock = Some(demo::opens_at());
    config.help_phone = "0239 385 5556".to_owned();
    if options.fresh && config.database_url.is_empty() {
        remove_database(&config)?;
    }
    start_log(config.log_json);
    let app = application(config).await?;
    let extent = if options.small { Extent::Small } else { Extent::Province };
    let new = demo::fill(&app, extent, &mut |text| say(text)).await?;
    if let Some(file) = &options.accounts {
        let failed = |source| CliError::File { path: file.display().to_string(), source };
        std::fs::write(file, demo::accounts_json()).map_err(failed)?;
    }
    let listener = TcpListener::bind(app.config.listen).await?;
    if !new {
        say("Dùng lại dữ liệu trình diễn đã có (thêm --fresh để làm lại từ đầu).");
    }
    say(demo::SIGNPOST);
    say(&format!("Mở http://{} trong trình duyệt. Ctrl+C để dừng.", listener.local_addr()?));
    serve_until_stopped(app, listener).await
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
