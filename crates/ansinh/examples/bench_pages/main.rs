//! Times what officers and citizens see when 400,000 people are in the database: the start, every
//! kind of officer's page as it is reached from the menu, look-ups, the highest memory. The program
//! runs as a process of its own and is asked over TCP. On SQLite in a temporary folder, or on the
//! database of `DATABASE_URL`. Run by `cargo xtask bench pages`. One part alone:
//! `bench_pages pages`, `bench_pages lookups`.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark measures time and tells it"
)]

mod client;
mod crawl;
mod lookups;
#[path = "../../tests/it/many.rs"]
mod many;
#[path = "../../tests/it/paper_columns.rs"]
mod paper_columns;
mod server;

use ansinh::areas::Areas;
use ansinh::clock::Clock;
use ansinh::config::Config;
use ansinh::database::{Database, Sql as _};
use ansinh::demo;
use ansinh::duties::Kinds;
use ansinh::identity::act_as;
use ansinh::relief::Catalogue;
use ansinh::web::{App, Parts};
use chrono::DateTime;

use server::Server;

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// The demo's day, after its last entry.
const NOW: &str = "2020-06-19T10:00:00+07:00";
const PASSWORD: &str = demo::PASSWORD;
const PEOPLE: usize = 400_000;

#[tokio::main]
async fn main() -> Outcome<()> {
    let folder = std::env::temp_dir().join(format!("ansinh-bench-{}", std::process::id()));
    let url = match std::env::var("DATABASE_URL") {
        Ok(url) => url,
        Err(_) => {
            std::fs::create_dir_all(&folder)?;
            format!("sqlite://{}?mode=rwc", folder.join("ansinh.db").display())
        }
    };
    let words: Vec<String> = std::env::args().collect();
    let part = words.get(1).map(String::as_str);
    fill(&url).await?;
    let (server, start) = Server::start(&url).await?;
    println!("  ready {:.2} s after the start (floor 2 s)", start.as_secs_f64());
    if part.is_none_or(|part| part == "pages") {
        crawl::run(&server).await?;
        println!("  highest memory {} MB after the pages (floor 300 MB)", server.high_water()?);
    }
    if part.is_none_or(|part| part == "lookups") {
        lookups::run(&server).await?;
        println!("  highest memory {} MB after the look-ups", server.high_water()?);
    }
    drop(server);
    std::fs::remove_dir_all(&folder).ok();
    Ok(())
}

/// The demo's lists in every state, and 400,000 approved people beside them.
async fn fill(url: &str) -> Outcome<()> {
    let db = Database::open(url).await?;
    let areas = Areas::load(&db).await?;
    let now = DateTime::parse_from_rfc3339(NOW)?.to_utc();
    let config = Config { second_factor: false, ..Config::default() };
    let duties = Kinds::load(&db, &config, now).await?;
    let catalogue = Catalogue::load(None)?;
    let clock = Clock::starting_at(now);
    let app = App::new(Parts { db, areas, config, clock, catalogue, duties });
    // A database that is kept for several measurements is filled once.
    if !demo::fill(&app, demo::Extent::Province, &mut |_| {}).await? {
        return Ok(());
    }
    let day = demo::opens_at().date_naive();
    let communes = app.areas.communes("42", day);
    let communes = communes.into_iter().map(|unit| (unit.code, unit.parent_code)).collect();
    let clerk = act_as(&app.db, "x18196").await?.ok_or("no such account")?.account_id;
    let at = many::Ground { communes, clerk, now, from: 0 };
    many::entitled(&app.db, &at, PEOPLE).await?;
    // They were compared with each other long ago: the day that is measured is an ordinary one.
    app.db.read().change("DELETE FROM match_waiting", vec![]).await?;
    app.db.clone().close().await;
    Ok(())
}
