//! `ansinh match`: which rows of a CSV file are probably one person, without a database.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;
use linkage::batch::{Batch, Linked, LinkedPair};
use linkage::people::People;
use linkage::reasons::Reasons;
use linkage::table::{self, Table};
use linkage::{PeopleModel, Verdict};

use super::draft::{Draft, place_of};
use super::{CliError, grouped};

/// Options of `ansinh match`.
#[derive(Args)]
pub struct Match {
    /// The rows: CSV in UTF-8 with the columns record_id and full_name, and as far as there are
    /// birth, sex, id_number, bhxh, phone, address, commune_code, district_code, policy_group.
    file: PathBuf,
    /// Where the pairs go: record_id_a, record_id_b, score (log2 of the odds), verdict (certain,
    /// suspected, unlikely), reasons.
    #[arg(long, value_name = "OUT.csv")]
    pairs: PathBuf,
    /// Where the groups of rows go that are most probably one person: cluster_id, record_id.
    #[arg(long, value_name = "OUT.csv")]
    clusters: Option<PathBuf>,
    /// A model that is there is used; otherwise one is learned from the rows and written there.
    #[arg(long, value_name = "MODEL.json")]
    model: Option<PathBuf>,
}

/// Pairs put into words at a time.
const PAIRS_TOGETHER: usize = 200_000;
/// Rows below which a model learned from them alone depends on few pairs.
const ROWS_TO_LEARN_FROM: usize = 5_000;

pub(super) fn run(command: &Match) -> Result<(), CliError> {
    let progress = Progress::start();
    let places = Places::of(command)?;
    progress.says("đọc tệp");
    let bytes = std::fs::read(&command.file).map_err(|error| unreadable(&command.file, &error))?;
    let table = table::read(&bytes)
        .map_err(|error| CliError::Unreadable(format!("{}: {error}", command.file.display())))?;
    progress.says(&format!("đã đọc {} dòng", grouped(table.rows.len())));
    let known = command.model.as_deref().filter(|path| path.exists()).map(model_of).transpose()?;
    let learned = known.is_none();
    if learned && table.rows.len() < ROWS_TO_LEARN_FROM {
        progress.says(
            "lưu ý: ít dòng để học; nên dùng --model với mô hình học từ danh sách lớn của chính tỉnh này",
        );
    }
    let step = |step: &'static str| progress.says(step_title(step));
    let batch = Batch { progress: &step, ..Batch::default() };
    let (model, linked) = batch.people(&table.rows, known);
    progress.says("ghi kết quả");
    let mut drafts = Vec::new();
    if let Some(place) = places.model.as_ref().filter(|_| learned) {
        let text = model.to_text().map_err(|error| CliError::Unreadable(error.to_string()))?;
        let mut draft = Draft::begin(place)?;
        draft.write(&text)?;
        drafts.push(draft);
    }
    if let Some(place) = &places.clusters {
        let mut draft = Draft::begin(place)?;
        write_clusters(&mut draft, &table, &linked)?;
        drafts.push(draft);
    }
    let mut draft = Draft::begin(&places.pairs)?;
    write_pairs(&mut draft, &table, &model, &linked)?;
    drafts.push(draft);
    // All are whole before the first appears.
    drafts.iter_mut().try_for_each(Draft::finish)?;
    drafts.into_iter().try_for_each(Draft::appear)?;
    progress.says(&summary(&linked));
    // The process ends here: giving half a gigabyte back piece by piece only takes time.
    std::mem::forget((table, linked, model));
    Ok(())
}

/// Where the outputs go: places that can be written and are neither the input nor one another.
struct Places {
    pairs: PathBuf,
    clusters: Option<PathBuf>,
    model: Option<PathBuf>,
}

impl Places {
    fn of(command: &Match) -> Result<Self, CliError> {
        let input = std::fs::canonicalize(&command.file)
            .map_err(|error| unreadable(&command.file, &error))?;
        let mut taken = vec![input];
        let mut place = |path: &Path, option: &str| {
            let place = place_of(path)?;
            if taken.contains(&place) {
                return Err(CliError::Unreadable(format!(
                    "{option} {}: là chính tệp đầu vào hoặc trùng tệp kết quả khác, ghi vào sẽ mất \
                     tệp đó. Chọn tên khác cho {option}",
                    path.display()
                )));
            }
            taken.push(place.clone());
            Ok(place)
        };
        let pairs = place(&command.pairs, "--pairs")?;
        let clusters =
            command.clusters.as_deref().map(|path| place(path, "--clusters")).transpose()?;
        let model = command.model.as_deref().map(|path| place(path, "--model")).transpose()?;
        // Better now than after minutes of work.
        for output in [Some(&pairs), clusters.as_ref(), model.as_ref()].into_iter().flatten() {
            drop(Draft::begin(output)?);
        }
        Ok(Self { pairs, clusters, model })
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> CliError {
    CliError::Unreadable(format!(
        "{}: không đọc được ({error}). Xem lại tên tệp, thư mục và quyền đọc",
        path.display()
    ))
}

fn model_of(path: &Path) -> Result<PeopleModel, CliError> {
    let text = std::fs::read_to_string(path).map_err(|error| unreadable(path, &error))?;
    PeopleModel::from_text(&text).map_err(|error| {
        CliError::Unreadable(format!(
            "{}: không phải mô hình dùng được ({error}). Dùng tệp do `ansinh match --model` ghi \
             ra, hoặc đặt tên tệp chưa có để học lại",
            path.display()
        ))
    })
}

fn write_clusters(draft: &mut Draft, table: &Table<'_>, linked: &Linked) -> Result<(), CliError> {
    draft.write("cluster_id,record_id\n")?;
    for (number, cluster) in (1..).zip(&linked.clusters) {
        for &row in cluster {
            draft.write(&format!("{number},{}\n", table::quoted(&table.ids[row as usize])))?;
        }
    }
    Ok(())
}

fn write_pairs(
    draft: &mut Draft,
    table: &Table<'_>,
    model: &PeopleModel,
    linked: &Linked,
) -> Result<(), CliError> {
    draft.write("record_id_a,record_id_b,score,verdict,reasons\n")?;
    let schema = model.schema();
    let quoted = |line: String| table::quoted(&line).into_owned();
    let words = || Reasons::new(&schema, &model.weights, quoted);
    let (mut here, mut there) = (words(), words());
    for pairs in linked.pairs.chunks(PAIRS_TOGETHER) {
        let (first, second) = pairs.split_at(pairs.len() / 2);
        let (first, second) = std::thread::scope(|scope| {
            let second = scope.spawn(|| lines(table, second, &mut there));
            (lines(table, first, &mut here), second.join())
        });
        draft.write(&first)?;
        draft.write(&second.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))?;
    }
    Ok(())
}

fn lines(table: &Table<'_>, pairs: &[LinkedPair], reasons: &mut Reasons<'_, People>) -> String {
    let mut text = String::with_capacity(pairs.len() * 130);
    for pair in pairs {
        let id = |row: u32| table::quoted(&table.ids[row as usize]);
        let (a, b, verdict) = (id(pair.a), id(pair.b), pair.verdict.as_str());
        let why = reasons.of_pair(pair);
        let _ = write!(text, "{a},{b},");
        push_score(&mut text, pair.weight);
        let _ = writeln!(text, ",{verdict},{why}");
    }
    text
}

/// Four decimals, written as a whole number: exact fractions were among the slow parts of writing.
#[expect(clippy::cast_possible_truncation, reason = "weights are some tens")]
fn push_score(text: &mut String, weight: f64) {
    let score = (weight * 1e4).round() as i64;
    let sign = if score < 0 { "-" } else { "" };
    let score = score.unsigned_abs();
    let _ = write!(text, "{sign}{}.{:04}", score / 10_000, score % 10_000);
}

fn summary(linked: &Linked) -> String {
    let count =
        |verdict| grouped(linked.pairs.iter().filter(|pair| pair.verdict == verdict).count());
    format!(
        "xong: {} cặp ({} chắc chắn, {} nghi ngờ, {} yếu), {} nhóm",
        grouped(linked.pairs.len()),
        count(Verdict::Certain),
        count(Verdict::Suspected),
        count(Verdict::Unlikely),
        grouped(linked.clusters.len())
    )
}

fn step_title(step: &'static str) -> &'static str {
    match step {
        "normalise" => "chuẩn hoá các dòng",
        "count names" => "đếm tên",
        "block" => "tìm các cặp cần so",
        "compare" => "so từng cặp",
        "learn weights" => "học mô hình",
        "weigh" => "chấm điểm",
        "judge together" => "xét chung từng nhóm",
        other => other,
    }
}

/// Says on standard error what is being done, with the seconds since the beginning.
struct Progress(Instant);

impl Progress {
    #[expect(clippy::disallowed_methods, reason = "the seconds that the operator waits")]
    fn start() -> Self {
        Self(Instant::now())
    }

    fn says(&self, what: &str) {
        // A reader that went away is no reason to stop.
        let _ = writeln!(std::io::stderr(), "{:7.2} s  {what}", self.0.elapsed().as_secs_f64());
    }
}

#[cfg(test)]
mod tests;
