//! `ansinh match` and Splink on DuckDB, from one CSV to pairs, in one run.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use crate::run::{command, output, shown, target};

const PEER: &str = include_str!("splink_people.py");
const MEASURED: &str = include_str!("measured.py");
/// What is installed from PyPI, and how the table names it.
const PACKAGES: [&str; 3] = ["splink==5.0.0", "duckdb==2.0.0", "pyarrow==26.0.1"];
const LEVEL: &str = "medium";
const SEED: &str = "7";

/// Rows when none are given.
pub const ROWS: usize = 1_000_000;

pub fn run(rows: usize) -> Result<(), String> {
    build()?;
    let python = splink()?;
    let folder = std::env::temp_dir().join("ansinh-bench");
    std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let place = |name: String| folder.join(name).display().to_string();
    let list = place(format!("people-{rows}"));
    let generate = target().join("release/examples/generate").display().to_string();
    shown(command(&generate, &[&rows.to_string(), LEVEL, SEED, &list]))?;
    let (csv, truth) = (format!("{list}.csv"), Truth::read(&format!("{list}.truth.csv"))?);

    let ansinh = target().join("release/ansinh").display().to_string();
    let (our_pairs, their_pairs) = (place("ours.csv".to_owned()), place("splink.csv".to_owned()));
    let ours = [ansinh.as_str(), "match", &csv, "--pairs", &our_pairs];
    let threads = std::thread::available_parallelism().map_or(1, usize::from).to_string();
    let script = place("splink_people.py".to_owned());
    std::fs::write(&script, PEER).map_err(|error| error.to_string())?;
    let theirs = [python.as_str(), &script, &csv, &their_pairs, &threads];

    println!("load before: {}", load());
    let mut runs = vec![measured(&folder, &ours)?, measured(&folder, &ours)?];
    let splink = measured(&folder, &theirs)?;
    runs.push(measured(&folder, &ours)?);
    println!("load after: {}", load());
    // The middle of our three runs counts: the first of a fresh binary may wait for its memory.
    runs.sort_by(|a, b| a.wall.total_cmp(&b.wall));
    let ansinh = runs.swap_remove(1);
    println!("{rows} rows, {LEVEL}, seed {SEED}, {threads} threads, CSV to pairs, all included:");
    println!("                   wall s    CPU s  peak GB  best F1 (      P,      R)  R at P>=.99");
    line("ansinh match", &ansinh, &truth.score(&our_pairs)?);
    line("Splink 5.0.0", &splink, &truth.score(&their_pairs)?);
    let (wall, cpu) = (splink.wall / ansinh.wall, splink.cpu / ansinh.cpu);
    println!("  ratio         {wall:8.1} x {cpu:6.1} x");
    Ok(())
}

fn build() -> Result<(), String> {
    shown(command("cargo", &["build", "--release", "--package", "ansinh", "--bins"]))?;
    let example = ["build", "--release", "--package", "linkage", "--example", "generate"];
    shown(command("cargo", &example))
}

/// A Python with Splink in a virtual environment of its own.
fn splink() -> Result<String, String> {
    let folder: PathBuf = target().join("bench-splink");
    let python = folder.join("bin/python").display().to_string();
    let installed = || output(command(&python, &["-c", "import splink, duckdb, pyarrow"]));
    if installed().is_err() {
        shown(command("python3", &["-m", "venv", &folder.display().to_string()]))?;
        let pip = folder.join("bin/pip").display().to_string();
        let words: Vec<&str> = ["install", "--quiet"].into_iter().chain(PACKAGES).collect();
        shown(command(&pip, &words))?;
        installed()?;
    }
    Ok(python)
}

/// What a program took.
struct Used {
    /// Seconds.
    wall: f64,
    /// Seconds, user and system.
    cpu: f64,
    /// Bytes resident at most.
    peak: f64,
}

fn measured(folder: &Path, words: &[&str]) -> Result<Used, String> {
    let script = folder.join("measured.py").display().to_string();
    let figures = folder.join("figures").display().to_string();
    std::fs::write(&script, MEASURED).map_err(|error| error.to_string())?;
    let arguments: Vec<&str> =
        [script.as_str(), figures.as_str()].into_iter().chain(words.iter().copied()).collect();
    shown(command("python3", &arguments))?;
    let text = read(&figures)?;
    let numbers: Vec<f64> = text.split_whitespace().filter_map(|n| n.parse().ok()).collect();
    match numbers[..] {
        [wall, cpu, peak] => Ok(Used { wall, cpu, peak }),
        _ => Err(format!("{figures}: {text:?}")),
    }
}

fn line(who: &str, used: &Used, score: &Score) {
    println!(
        "  {who:13} {:9.2} {:8.2} {:8.2}  {:7.4} ({:.4}, {:.4})       {:.4}",
        used.wall,
        used.cpu,
        used.peak / 1e9,
        score.f1,
        score.precision,
        score.recall,
        score.recall_at_99
    );
}

/// The load of the machine, or why it is not known.
fn load() -> String {
    read("/proc/loadavg").unwrap_or_else(|error| error).trim().to_owned()
}

fn read(path: &str) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))
}

/// Who each row is.
struct Truth {
    person: HashMap<String, String>,
    pairs: f64,
}

/// How good scored pairs are: at the threshold of the best F1, and where 99 of 100 are right.
#[derive(Debug, Default, PartialEq)]
struct Score {
    f1: f64,
    precision: f64,
    recall: f64,
    recall_at_99: f64,
}

impl Truth {
    fn read(path: &str) -> Result<Self, String> {
        Ok(Self::of(&read(path)?))
    }

    /// From `record_id,person` below a line of heads.
    fn of(text: &str) -> Self {
        let lines = text.lines().skip(1).filter_map(|line| line.split_once(','));
        let person: HashMap<String, String> =
            lines.map(|(row, person)| (row.to_owned(), person.to_owned())).collect();
        let mut sizes: HashMap<&str, f64> = HashMap::new();
        for person in person.values() {
            *sizes.entry(person).or_default() += 1.0;
        }
        let pairs = sizes.values().map(|size| size * (size - 1.0) / 2.0).sum();
        Self { person, pairs }
    }

    fn score(&self, path: &str) -> Result<Score, String> {
        self.score_of(&read(path)?).map_err(|what| format!("{path}: {what}"))
    }

    /// Of `record_id_a,record_id_b,score…` below a line of heads; equal scores stand together.
    fn score_of(&self, text: &str) -> Result<Score, String> {
        let mut pairs = Vec::new();
        for line in text.lines().skip(1) {
            let mut fields = line.split(',');
            let mut person = || self.person.get(fields.next()?);
            let same = person().zip(person()).map(|(a, b)| a == b);
            let score: Option<f64> = fields.next().and_then(|score| score.parse().ok());
            pairs.push(score.zip(same).ok_or_else(|| format!("no pair: {line}"))?);
        }
        pairs.sort_by(|a, b| b.0.total_cmp(&a.0));
        let (mut best, mut hits, mut given) = (Score::default(), 0.0, 0.0);
        for together in pairs.chunk_by(|a, b| a.0 == b.0) {
            given += together.len() as f64;
            hits += together.iter().filter(|(_, same)| *same).count() as f64;
            let (precision, recall) = (hits / given, hits / self.pairs);
            let f1 = 2.0 * hits / (given + self.pairs);
            let recall_at_99 =
                if precision >= 0.99 { recall.max(best.recall_at_99) } else { best.recall_at_99 };
            if f1 > best.f1 {
                best = Score { f1, precision, recall, recall_at_99 };
            }
            best.recall_at_99 = recall_at_99;
        }
        Ok(best)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_scored_against_the_truth() {
        let truth = Truth::of("record_id,true_person_id\n1,a\n2,a\n3,a\n4,b\n5,c\n");
        assert_eq!(truth.pairs, 3.0);
        let given = "record_id_a,record_id_b,score,verdict,reasons\n\
                     4,5,-1,unlikely,\n2,1,7.5,certain,\"x, y\"\n1,3,2,suspected,\n3,4,2,suspected,\n";
        let third = 2.0 / 3.0;
        let expected =
            Score { f1: third, precision: third, recall: third, recall_at_99: 1.0 / 3.0 };
        assert_eq!(truth.score_of(given), Ok(expected));
        assert!(truth.score_of("heads\n1,9,1\n").is_err());
        assert_eq!(truth.score_of(""), Ok(Score::default()));
    }
}
