//! Prints the reading of a file as JSON, as the program's own `sheets read FILE --json` does.
//!
//! Usage: `read_list FILE [PROVINCE]`; the province is 42 (Hà Tĩnh) unless given, `-` for all.

use std::io::Write;
use std::process::ExitCode;

use lists::{Context, Overrides, RateCatalogue};
use vietnam::units::Gazetteer;

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let Some(path) = args.next() else { return ExitCode::from(2) };
    let province = args.next().unwrap_or_else(|| "42".to_owned());
    let Ok(bytes) = std::fs::read(&path) else { return ExitCode::from(1) };
    let catalogue = RateCatalogue::resolution_42();
    let context = Context {
        catalogue: &catalogue,
        gazetteer: Gazetteer::builtin(),
        as_of: chrono::NaiveDate::from_ymd_opt(2020, 6, 1).unwrap_or_default(),
        province: Some(province.as_str()).filter(|province| *province != "-"),
        home_unit: None,
    };
    let name =
        std::path::Path::new(&path).file_name().map(|name| name.to_string_lossy().into_owned());
    let reading =
        lists::read(&name.unwrap_or(path), &bytes, &context, &Overrides::default(), &mut |_| {});
    let mut out = std::io::BufWriter::new(std::io::stdout());
    match serde_json::to_writer(&mut out, &reading).map(|()| out.flush()) {
        Ok(Ok(())) => ExitCode::SUCCESS,
        _ => ExitCode::from(1),
    }
}
