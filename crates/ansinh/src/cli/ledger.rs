//! `ansinh ledger verify`: proves that states and sums are what the entries say.

use clap::Subcommand;
use vietnam::money::Dong;

use super::{CliError, open, say};
use crate::config::Config;
use crate::identity::Scope;
use crate::relief::{LedgerProof, prove_ledger};

/// Commands of `ansinh ledger`.
#[derive(Subcommand)]
pub enum Ledger {
    /// Recomputes every entitlement from its entries, checks the seals, and compares sums by
    /// decision, commune and budget. Ends with 1 when anything differs.
    Verify,
}

pub(super) async fn run(config: Config, command: Ledger) -> Result<(), CliError> {
    let Ledger::Verify = command;
    let db = open(&config).await?;
    let scope = Scope::Province { province: config.province.clone() };
    let proof = prove_ledger(&db, &scope).await;
    db.close().await;
    let proof = proof?;
    say(&told(&proof));
    if proof.fault_count == 0 { Ok(()) } else { Err(CliError::Differs(proof.fault_count)) }
}

fn told(proof: &LedgerProof) -> String {
    let mut lines = vec![
        format!("Khoản được duyệt đã tính lại: {}", Dong(proof.entitlements as i64)),
        format!("Bút toán đã kiểm mã niêm: {}", Dong(proof.entries as i64)),
        format!("Quyết định: {}; tổng theo quyết định và xã: {}", proof.decisions, proof.sums),
        format!("Yêu cầu thu hồi đã tính lại: {}", proof.recoveries),
        format!("Đã chi: {}", Dong(proof.paid_dong).with_unit()),
    ];
    for (_, name, dong) in &proof.sources {
        lines.push(format!("  {name}: {}", Dong(*dong).with_unit()));
    }
    if proof.unsealed > 0 {
        lines.push(format!("{} bút toán có từ trước khi niêm", proof.unsealed));
    }
    for fault in &proof.faults {
        lines.push(format!("SAI: {fault}"));
    }
    lines.push(match proof.fault_count {
        0 => "Khớp: mọi trạng thái và tổng đều đúng như bút toán.".to_owned(),
        count => format!("KHÔNG KHỚP: {count} chỗ."),
    });
    lines.join("\n")
}
