//! `ansinh serve`: the server until it is told to stop.

use clap::Args;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use super::{CliError, open, say};
use crate::areas::Areas;
use crate::clock::Clock;
use crate::config::Config;
use crate::duties::Kinds;
use crate::relief::{Catalogue, Matcher};
use crate::web::{App, Parts, router};

/// Options of `ansinh serve`.
#[derive(Args)]
pub struct Serve {
    /// Address and port, e.g. 0.0.0.0:8080.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<std::net::SocketAddr>,
}

pub(super) async fn run(mut config: Config, options: Serve) -> Result<(), CliError> {
    if let Some(listen) = options.listen {
        config.listen = listen;
    }
    start_log(config.log_json);
    let app = application(config).await?;
    let listener = TcpListener::bind(app.config.listen).await?;
    say(&format!("An Sinh đang chạy tại http://{}", listener.local_addr()?));
    serve_until_stopped(app, listener).await
}

/// Opens the database and puts the application together.
pub async fn application(config: Config) -> Result<App, CliError> {
    let db = open(&config).await?;
    crate::identity::look_for_key(db.read(), &config).await?;
    let areas = Areas::load(&db).await?;
    let clock = match config.clock {
        Some(start) => Clock::starting_at(start.to_utc()),
        None => Clock::system(),
    };
    let catalogue = Catalogue::load(config.programmes.as_deref()).map_err(CliError::Programmes)?;
    let catalogue = crate::relief::remember_reasons(&db, catalogue).await?;
    let duties = Kinds::load(&db, &config, clock.now()).await?;
    Matcher::load(config.match_model.as_deref()).map_err(CliError::Programmes)?;
    Ok(App::new(Parts { db, areas, config, clock, catalogue, duties }))
}

/// Serves until SIGTERM or Ctrl-C, lets running requests finish, then closes the database.
pub async fn serve_until_stopped(app: App, listener: TcpListener) -> Result<(), CliError> {
    let db = app.db.clone();
    let worker = tokio::spawn(crate::intake::work(app.clone()));
    let comparing = tokio::spawn(crate::relief::keep_comparing(app.clone()));
    let publishing = tokio::spawn(crate::transparency::keep_publishing(app.clone()));
    let forgetting = tokio::spawn(crate::feedback::keep_forgetting(app.clone()));
    let sealer = tokio::spawn(crate::audit::keep_sealing(app.db.clone()));
    // The client's address is needed for the budget of public look-ups.
    let service = router(app).into_make_service_with_connect_info::<std::net::SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(stopped()).await?;
    // What it leaves unfinished is taken up again after the next start.
    worker.abort();
    comparing.abort();
    publishing.abort();
    forgetting.abort();
    sealer.abort();
    if let Err(error) = crate::audit::seal(&db).await {
        tracing::error!(error = %error, "the last audit entries are sealed after the next start");
    }
    db.close().await;
    tracing::info!("stopped");
    Ok(())
}

async fn stopped() {
    let terminate = async {
        match signal(SignalKind::terminate()) {
            Ok(mut stream) => {
                stream.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminate => {}
    }
}

/// Structured lines on standard error; never personal data (statements are not logged at all).
pub(super) fn start_log(json: bool) {
    let level = tracing_subscriber::filter::LevelFilter::INFO;
    let log = tracing_subscriber::fmt().with_max_level(level).with_writer(std::io::stderr);
    let started = if json { log.json().try_init() } else { log.try_init() };
    crate::web::panics_tell_only_their_place();
    // A second start in one process (tests) keeps the first log.
    let _ = started;
}
