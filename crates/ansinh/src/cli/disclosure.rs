//! `ansinh disclosure`: a stranger checks a published log of payments with nothing but its files and its
//! key, without a database; a payee proves hers; a witness signs.

mod payee;
mod source;
mod witness;

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use disclosure::checkpoint::Policy;
use disclosure::key::VerifierKey;
use disclosure::totals::Totals;
use disclosure::verify::{self, Report};
use disclosure::{Hash, tile};

use super::draft::{Draft, place_of};
use super::{CliError, grouped, say};
use source::Source;

/// Commands of `ansinh disclosure`.
#[derive(Subcommand)]
pub enum Disclosure {
    /// Checks every file of a published log of payments against its signed head, and adds the
    /// payments up. Ends with 1 at the first thing that is wrong.
    Verify(Verify),
    /// Proves that the payment of a slip is in the log. Name and number are read from the standard
    /// input, a line each: they do not get into the shell's history.
    Payment(payee::Payment),
    /// Makes the key of a witness and prints its public half for the province's configuration.
    Key(witness::NewKey),
    /// Checks the whole log and that it continues what was signed before, then signs its head.
    Cosign(witness::Cosign),
}

/// Where the log is, and whom the checker believes.
#[derive(Args)]
pub struct Log {
    /// Folder with the log's files as they are published (`checkpoint` and `tile/`), or their address,
    /// e.g. https://ansinh.example.vn/so-chi.
    #[arg(value_name = "DIR|URL")]
    place: String,
    /// The log's key, as the province publishes it: name+number+key.
    #[arg(long, value_name = "KEY")]
    key: String,
    /// The key of a witness (district, Fatherland Front, newspaper). May be given several times.
    #[arg(long = "witness", value_name = "KEY")]
    witnesses: Vec<String>,
    /// How many of the witnesses must have signed; all of them unless said.
    #[arg(long, value_name = "NUMBER")]
    signed_by: Option<usize>,
}

/// What is checked.
#[derive(Args)]
pub struct Verify {
    #[command(flatten)]
    log: Log,
    /// The root as it is printed on a daily report; spaces do not matter.
    #[arg(long, value_name = "ROOT")]
    root: Option<String>,
    /// Where the sums of each day, commune and policy go.
    #[arg(long, value_name = "OUT.csv")]
    totals: Option<PathBuf>,
}

pub(super) fn run(command: &Disclosure) -> Result<(), CliError> {
    match command {
        Disclosure::Verify(command) => whole(command),
        Disclosure::Payment(command) => payee::find(command),
        Disclosure::Key(command) => witness::make(command),
        Disclosure::Cosign(command) => witness::sign(command),
    }
}

fn whole(command: &Verify) -> Result<(), CliError> {
    let source = Source::of(&command.log.place);
    let report =
        verify::log(|path| source.read(path), &command.log.policy()?).map_err(|e| wrong(&e))?;
    if let Some(printed) = &command.root {
        compare(printed, &report.head.checkpoint.root())?;
    }
    if let Some(path) = &command.totals {
        write_totals(path, &report.totals)?;
    }
    let strays = source.folder().map(|folder| strays(folder, report.head.checkpoint.size()));
    say(&told(&report, &strays.unwrap_or_default()));
    Ok(())
}

fn wrong(error: &dyn std::fmt::Display) -> CliError {
    CliError::Unsound(format!("KHÔNG KHỚP: {error}"))
}

impl Log {
    fn policy(&self) -> Result<Policy, CliError> {
        let witnesses =
            self.witnesses.iter().map(|text| key(text)).collect::<Result<Vec<_>, _>>()?;
        let needed = self.signed_by.unwrap_or(witnesses.len());
        Policy::new(key(&self.key)?, witnesses, needed)
            .map_err(|error| CliError::Unreadable(error.to_string()))
    }
}

fn key(text: &str) -> Result<VerifierKey, CliError> {
    VerifierKey::parse(text.trim())
        .map_err(|error| CliError::Unreadable(format!("khóa “{}”: {error}", text.trim())))
}

/// Paper has the root in groups, and whoever types it leaves some spaces out.
fn compare(printed: &str, root: &Hash) -> Result<(), CliError> {
    let typed: String = printed.split_whitespace().collect::<String>().to_lowercase();
    if typed == root.to_string() {
        return Ok(());
    }
    let told = format!("gốc của sổ là {}, khác gốc đã in {}", root.groups(), printed.trim());
    Err(wrong(&told))
}

fn write_totals(path: &Path, totals: &Totals) -> Result<(), CliError> {
    let mut draft = Draft::begin(&place_of(path)?)?;
    draft.write(
        "day,commune_code,programme,group,paid,reversed,returned,restored,out_dong,back_dong\n",
    )?;
    for (key, total) in totals.iter() {
        // Codes hold nothing that a comma-separated file would read otherwise (`disclosure::leaf`).
        draft.write(&format!(
            "{},{},{},{},{},{},{},{},{},{}\n",
            key.day,
            key.commune,
            key.programme,
            key.group,
            total.paid,
            total.reversed,
            total.returned,
            total.restored,
            total.out,
            total.back,
        ))?;
    }
    draft.finish()?;
    draft.appear()
}

/// Files in the folder that a log of this size does not have: nobody vouches for them.
fn strays(folder: &Path, size: u64) -> Vec<String> {
    let mut known: Vec<String> = tile::changed(0, size).map(|tile| tile.to_string()).collect();
    known.push(tile::CHECKPOINT.to_owned());
    known.sort_unstable();
    let (mut found, mut todo) = (Vec::new(), vec![folder.to_path_buf()]);
    while let Some(place) = todo.pop() {
        let entries = fs::read_dir(&place).into_iter().flatten().flatten();
        for path in entries.map(|entry| entry.path()) {
            if path.is_dir() {
                todo.push(path);
            } else if let Ok(inside) = path.strip_prefix(folder) {
                let name = inside.to_string_lossy().replace('\\', "/");
                if known.binary_search(&name).is_err() {
                    found.push(name);
                }
            }
        }
    }
    found.sort_unstable();
    found
}

fn told(report: &Report, strays: &[String]) -> String {
    const STRAYS_SHOWN: usize = 5;
    let head = &report.head;
    let all = report.totals.sum(|_| true);
    let mut lines = vec![
        format!("Sổ: {}", head.checkpoint.origin()),
        format!(
            "Khoản trong sổ: {}; tệp đã kiểm: {}",
            grouped(head.checkpoint.size()),
            report.files
        ),
        format!("Gốc (in trên báo cáo ngày): {}", head.checkpoint.root().groups()),
        format!(
            "Đã chi {} khoản, {} đồng; đảo {} khoản, trả lại {} khoản, đảo trả lại {} khoản; còn {} đồng",
            grouped(all.paid),
            grouped(all.out),
            grouped(all.reversed),
            grouped(all.returned),
            grouped(all.restored),
            grouped(all.balance())
        ),
    ];
    for (name, time) in &head.witnesses {
        let at = i64::try_from(*time).ok().and_then(|s| chrono::DateTime::from_timestamp(s, 0));
        let at = at.map_or_else(String::new, |at| format!(" lúc {}", at.format("%Y-%m-%d %H:%MZ")));
        lines.push(format!("Nơi chứng kiến đã ký: {name}{at}"));
    }
    if head.unknown > 0 {
        lines.push(format!("{} chữ ký của khóa không biết: không kiểm", head.unknown));
    }
    if !strays.is_empty() {
        let shown = strays.iter().take(STRAYS_SHOWN).cloned().collect::<Vec<_>>().join(", ");
        lines.push(format!("{} tệp không thuộc sổ, không ai bảo đảm: {shown}", strays.len()));
    }
    lines.push("Khớp: mọi tệp đúng như đầu sổ đã ký.".to_owned());
    lines.join("\n")
}

#[cfg(test)]
mod tests;
