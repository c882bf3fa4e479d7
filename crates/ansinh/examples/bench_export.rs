//! Times the export of 400,000 approved people as an officer of the province takes it, and what
//! memory it needs: XLSX and CSV through the real router, the body thrown away as it comes; and the
//! reports over everybody. On SQLite in a temporary folder, or on the database of
//! `DATABASE_URL`. Run by `cargo xtask bench export`.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark measures time and tells it"
)]

#[path = "../tests/it/many.rs"]
mod many;
#[path = "../tests/it/paper_columns.rs"]
mod paper_columns;

use std::time::Instant;

use ansinh::areas::Areas;
use ansinh::clock::Clock;
use ansinh::config::Config;
use ansinh::database::Database;
use ansinh::duties::Kinds;
use ansinh::identity::{Passwords, act_as, create_province_accounts};
use ansinh::relief::Catalogue;
use ansinh::web::{App, Parts, router};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, header};
use chrono::{DateTime, NaiveDate};
use http_body_util::BodyExt;
use tower::ServiceExt;

const ROWS: usize = 400_000;
const PASSWORD: &str = "bench bench";
const ROUNDS: usize = 21;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

#[tokio::main]
async fn main() -> Outcome<()> {
    let folder = std::env::temp_dir().join(format!("ansinh-bench-{}", std::process::id()));
    let db = match std::env::var("DATABASE_URL") {
        Ok(url) => Database::open(&url).await?,
        Err(_) => Database::open_folder(&folder).await?,
    };
    let areas = Areas::load(&db).await?;
    let day = NaiveDate::from_ymd_opt(2020, 6, 1).ok_or("a day")?;
    let now = DateTime::parse_from_rfc3339("2020-06-08T10:00:00+07:00")?.to_utc();
    create_province_accounts(&db, &areas, "42", day, now, Passwords::Shared(PASSWORD)).await?;
    let clerk = act_as(&db, "x18196").await?.ok_or("no such account")?.account_id;
    let communes =
        areas.communes("42", day).into_iter().map(|unit| (unit.code, unit.parent_code)).collect();
    let at = many::Ground { communes, clerk, now, from: 0 };
    let clock = Instant::now();
    many::entitled(&db, &at, ROWS).await?;
    let dong = many::EACH * i64::try_from(ROWS)?;
    println!("  {ROWS} people, {dong} đồng, written in {:.1} s", clock.elapsed().as_secs_f64());
    let config = Config { second_factor: false, ..Config::default() };
    let duties = Kinds::load(&db, &config, now).await?;
    let (clock, catalogue) = (Clock::starting_at(now), Catalogue::load(None)?);
    let app = App::new(Parts { db, areas, config, clock, catalogue, duties });
    let router = router(app);
    let cookie = sign_in(&router).await?;
    for name in ["doi-tuong.xlsx", "doi-tuong.csv", "so-chi.xlsx"] {
        take(&router, &cookie, name).await?;
    }
    for page in PAGES {
        time_page(&router, &cookie, page).await?;
    }
    std::fs::remove_dir_all(&folder).ok();
    Ok(())
}

/// Reports over everybody.
const PAGES: [&str; 14] = [
    "/bao-cao",
    "/bao-cao/hang-ngay",
    "/bao-cao/hang-ngay?ngay=2020-05-25",
    "/bao-cao/tu-lap?hang=huyen",
    "/bao-cao/tu-lap?hang=xa&cot=nhom&so=da-chi&tinh=dong",
    "/bao-cao/tu-lap?hang=chuong-trinh&cot=quyet-dinh&so=duyet",
    "/bao-cao/tu-lap?hang=ly-do&cot=nhom&so=khong-chi-duoc",
    "/bao-cao/tu-lap?hang=ngay&cot=huyen&so=da-chi&tinh=dong",
    "/bao-cao/tu-lap?hang=nhom&so=da-chi&tu=20/5/2020&den=27/5/2020",
    "/bao-cao/tu-lap?hang=ngay",
    "/bao-cao/tu-lap?hang=hinh-thuc&cot=nhom&so=da-chi",
    "/bao-cao/tu-lap?hang=hinh-thuc",
    "/bao-cao/tu-lap?hang=nguon&tinh=dong",
    "/bao-cao/tu-lap?hang=xa&huyen=439",
];

async fn sign_in(router: &Router) -> Outcome<String> {
    let form = format!("ten_dang_nhap=tinh42&mat_khau={}", PASSWORD.replace(' ', "+"));
    let request = Request::post("/dang-nhap")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(form))?;
    let response = router.clone().oneshot(request).await?;
    let cookies = response.headers().get_all(header::SET_COOKIE).iter();
    let pairs: Vec<&str> =
        cookies.filter_map(|line| line.to_str().ok()?.split(';').next()).collect();
    Ok(pairs.join("; "))
}

async fn take(router: &Router, cookie: &str, name: &str) -> Outcome<()> {
    // Forgets the highest mark so far (proc(5), clear_refs).
    std::fs::write("/proc/self/clear_refs", "5").ok();
    let before = high_water()?;
    let clock = Instant::now();
    let request = Request::get(format!("/bao-cao/tep/{name}")).header(header::COOKIE, cookie);
    let response = router.clone().oneshot(request.body(Body::empty())?).await?;
    if !response.status().is_success() {
        return Err(format!("{name}: {}", response.status()).into());
    }
    let (mut body, mut bytes) = (response.into_body(), 0);
    while let Some(frame) = body.frame().await {
        bytes += frame?.data_ref().map_or(0, bytes::Bytes::len);
    }
    println!(
        "  {name:15} {:6.1} s, {:6.1} MB; peak memory {before} MB before, {} MB after",
        clock.elapsed().as_secs_f64(),
        bytes as f64 / 1e6,
        high_water()?
    );
    Ok(())
}

async fn time_page(router: &Router, cookie: &str, page: &str) -> Outcome<()> {
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let request = Request::get(page).header(header::COOKIE, cookie).body(Body::empty())?;
        let clock = Instant::now();
        let response = router.clone().oneshot(request).await?;
        if !response.status().is_success() {
            return Err(format!("{page}: {}", response.status()).into());
        }
        response.into_body().collect().await?;
        times.push(clock.elapsed().as_secs_f64() * 1e3);
    }
    times.sort_by(f64::total_cmp);
    let (median, high) = (times[ROUNDS / 2], times[ROUNDS * 95 / 100]);
    println!("  {median:6.0} ms median, {high:6.0} ms p95  {page}");
    Ok(())
}

/// Highest resident memory so far, MB.
fn high_water() -> Outcome<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).ok_or("no VmHWM")?;
    let kilobytes = line.split_whitespace().nth(1).ok_or("no number")?;
    Ok(kilobytes.parse::<u64>()? / 1024)
}
