//! `ansinh boundaries import`: the boundaries of units for maps.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Subcommand;

use super::{CliError, grouped, open, say};
use crate::areas::{Areas, BoundaryFile, Imported, import_boundaries};
use crate::clock::Clock;
use crate::config::Config;

/// Commands of `ansinh boundaries`.
#[derive(Subcommand)]
pub enum Boundaries {
    /// Imports the boundaries of a province's units, or of the country's: GeoJSON or TopoJSON in degrees
    /// (WGS 84), each unit with its code of the General Statistics Office as text. The server may run.
    Import {
        /// .geojson, .json or .topojson.
        file: PathBuf,
        /// The file shows the units of this day, YYYY-MM-DD.
        #[arg(long, value_name = "DATE")]
        valid_from: NaiveDate,
        /// Who made the file; stands under the map.
        #[arg(long, value_name = "TEXT")]
        source: String,
        /// On which terms it may be used; stands under the map.
        #[arg(long, value_name = "TEXT")]
        licence: String,
        /// Who imports it.
        #[arg(long, value_name = "TEXT", default_value = "Quản trị hệ thống")]
        by: String,
        /// Checks the file and writes nothing.
        #[arg(long)]
        dry_run: bool,
    },
}

pub(super) async fn run(config: Config, command: Boundaries) -> Result<(), CliError> {
    let Boundaries::Import { file, valid_from, source, licence, by, dry_run } = command;
    let bytes = std::fs::read(&file)
        .map_err(|source| CliError::File { path: file.display().to_string(), source })?;
    let db = open(&config).await?;
    let areas = Areas::load(&db).await?;
    let file = BoundaryFile {
        bytes: &bytes,
        province: &config.province,
        valid_from,
        source: &source,
        licence: &licence,
        by: &by,
        now: Clock::system().now(),
        dry_run,
    };
    let imported = import_boundaries(&db, &areas, &file).await?;
    db.close().await;
    say(&told(&imported, valid_from, dry_run));
    Ok(())
}

fn told(imported: &Imported, day: NaiveDate, dry_run: bool) -> String {
    let counted: Vec<String> = imported
        .units
        .iter()
        .zip(["tỉnh", "huyện", "xã"])
        .filter(|(count, _)| **count > 0)
        .map(|(count, word)| format!("{} {word}", grouped(*count)))
        .collect();
    let scope = if imported.country { "cả nước" } else { "tỉnh" };
    let (before, after) = imported.points;
    let end = match (imported.already, dry_run) {
        (true, _) => "Tệp này đã nhập cho ngày đó rồi; không ghi thêm gì.",
        (false, true) => "Mới kiểm tra, chưa ghi gì. Bỏ --dry-run để nhập.",
        (false, false) => "Đã nhập. Trang /ban-do dùng ranh giới này trong vòng một phút.",
    };
    format!(
        "Ranh giới của {scope}, đơn vị ngày {}: {}, đủ và đúng mã.\n{} điểm, làm thưa còn {}.\n{end}",
        vietnam::date::vi_date(day),
        counted.join(", "),
        grouped(before),
        grouped(after)
    )
}
