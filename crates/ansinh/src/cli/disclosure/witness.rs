//! What a witness does: makes a key once, then each day checks the log and signs its head.

use std::fs;
use std::path::PathBuf;

use clap::Args;
use disclosure::checkpoint::{Checkpoint, Policy, cosign};
use disclosure::key::{Role, SignerKey};
use disclosure::reader::Reader;
use disclosure::verify;

use super::{Log, Source, key, wrong};
use crate::cli::{CliError, grouped, say};
use crate::clock::Clock;
use crate::keyfile;

/// The key of a witness.
#[derive(Args)]
pub struct NewKey {
    /// Who signs, e.g. mttq.hatinh.gov.vn; without spaces and plus signs.
    #[arg(long, value_name = "NAME")]
    name: String,
    /// Where its secret half is kept; made when it is not there.
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// What is signed.
#[derive(Args)]
pub struct Cosign {
    #[command(flatten)]
    log: Log,
    /// The witness's name.
    #[arg(long, value_name = "NAME")]
    name: String,
    /// The file of its key.
    #[arg(long = "with", value_name = "FILE")]
    file: PathBuf,
    /// Where the head that was signed last is kept: the next one must continue it.
    #[arg(long, value_name = "FILE")]
    kept: PathBuf,
    /// Sends the signature to the log's address instead of only printing it.
    #[arg(long)]
    send: bool,
}

fn signer(name: &str, seed: &[u8; 32]) -> Result<SignerKey, CliError> {
    SignerKey::from_seed(name, Role::Witness, seed)
        .map_err(|error| CliError::Unreadable(error.to_string()))
}

pub(super) fn make(command: &NewKey) -> Result<(), CliError> {
    let seed = keyfile::make(&command.file)?;
    say(&signer(&command.name, &seed)?.verifier().to_string());
    Ok(())
}

pub(super) fn sign(command: &Cosign) -> Result<(), CliError> {
    let seed = keyfile::read(&command.file).ok_or_else(|| {
        let file = command.file.display();
        CliError::Unreadable(format!("{file}: không có khóa; tạo bằng “ansinh disclosure key”"))
    })?;
    let witness = signer(&command.name, &seed)?;
    // Whoever signs looks at every line first: a head whose lines nobody can read is not worth it.
    let policy = Policy::new(key(&command.log.key)?, vec![], 0)
        .map_err(|error| CliError::Unreadable(error.to_string()))?;
    let source = Source::of(&command.log.place);
    let fetch = |path: &str| source.read(path);
    let report = verify::log(fetch, &policy).map_err(|error| wrong(&error))?;
    let note = fetch("checkpoint")?;
    let seen = kept(&command.kept, &policy)?;
    let size = report.head.checkpoint.size();
    let from = seen.as_ref().map_or(0, Checkpoint::size);
    let proof = if from <= size {
        Reader::new(fetch, size).consistency(from).map_err(|error| wrong(&error))?
    } else {
        Vec::new()
    };
    let before = seen.map(|head| (head.size(), head.root()));
    let time = u64::try_from(Clock::system().now().timestamp()).unwrap_or_default();
    let (line, head) =
        cosign(&witness, &policy, before, &note, &proof, time).map_err(|error| wrong(&error))?;
    if head != report.head.checkpoint {
        return Err(wrong(&"đầu sổ vừa đổi trong lúc kiểm; chạy lại lệnh"));
    }
    // First what was signed is on the disk, then others see it: never two heads that do not follow.
    let draft = command.kept.with_extension("moi");
    fs::write(&draft, &note)?;
    fs::rename(&draft, &command.kept)?;
    if command.send {
        source.send("chung-kien", &line.to_string())?;
    }
    say(&format!("{line}\nĐã kiểm {} dòng và ký gốc {}", grouped(size), head.root().groups()));
    Ok(())
}

fn kept(file: &std::path::Path, policy: &Policy) -> Result<Option<Checkpoint>, CliError> {
    if !file.exists() {
        return Ok(None);
    }
    let head = policy.open(&fs::read(file)?).map_err(|error| wrong(&error))?;
    Ok(Some(head.checkpoint))
}
