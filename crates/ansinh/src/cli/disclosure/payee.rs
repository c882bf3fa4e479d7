//! `ansinh disclosure payment`: the payee, or whom she asks, finds her line.

use std::io::{BufRead, stdin};

use clap::Args;
use disclosure::leaf::Kind;
use disclosure::slip::Slip;
use disclosure::verify;
use uuid::Uuid;

use super::{Log, Source, wrong};
use crate::cli::{CliError, grouped, say};
use crate::transparency::private;

/// Whose line.
#[derive(Args)]
pub struct Payment {
    #[command(flatten)]
    log: Log,
    /// The text of the QR code on the slip: AS1.…
    #[arg(long, value_name = "SLIP")]
    slip: String,
}

pub(super) fn find(command: &Payment) -> Result<(), CliError> {
    let unreadable = |why: String| CliError::Unreadable(why);
    let slip = Slip::parse(command.slip.trim()).map_err(|error| unreadable(error.to_string()))?;
    let entitlement = Uuid::parse_str(slip.entitlement())
        .map_err(|_| unreadable("mã trên phiếu không mang khoản hưởng của An Sinh".to_owned()))?;
    let name = ask("Họ và tên như trên phiếu:")?;
    let number = ask("Số giấy tờ như trên phiếu (không có thì bỏ trống):")?;
    let who = private(&name, &number, entitlement);
    let (policy, source) = (command.log.policy()?, Source::of(&command.log.place));
    let fields = who.fields();
    let found =
        verify::payment(|path| source.read(path), &policy, &slip, fields.payee, fields.identity)
            .map_err(|error| wrong(&error))?;
    let leaf = &found.leaf;
    let what = match leaf.kind {
        Kind::Paid => "đã chi",
        Kind::Reversed => "đảo bút toán chi",
        Kind::Returned => "người nhận trả lại",
        Kind::Restored => "đảo bút toán trả lại",
    };
    say(&format!(
        "Khoản này có trong sổ: {what} {} đồng, ngày {}, xã {}, chương trình {}, nhóm {}\n\
         Gốc (in trên báo cáo ngày): {}\nKhớp với đầu sổ đã ký gồm {} dòng.",
        grouped(leaf.amount),
        leaf.day.format("%d/%m/%Y"),
        leaf.commune,
        leaf.programme,
        leaf.group,
        found.head.checkpoint.root().groups(),
        grouped(found.head.checkpoint.size()),
    ));
    Ok(())
}

fn ask(question: &str) -> Result<String, CliError> {
    say(question);
    let mut line = String::new();
    stdin().lock().read_line(&mut line)?;
    Ok(line.trim().to_owned())
}
