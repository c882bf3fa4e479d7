//! The top of an official paper as a workbook has it (Nghị định 30/2020/NĐ-CP, phụ lục I); its twin for
//! printed pages is `layout_print.html`.

use sheets::{CellOut, Look, Spread, WriteError, XlsxWriter};

/// Text over the columns `from` to `to`, counted from 0, both included.
pub fn text(from: u32, to: u32, text: &str, look: Look) -> Spread<'_> {
    Spread { from, to, value: CellOut::Text(text), look }
}

/// What stands at the top.
#[derive(Debug, Clone, Copy)]
pub struct Letterhead<'a> {
    /// The office above; empty for none.
    pub above: &'a str,
    /// Who issues the paper.
    pub office: &'a str,
    /// `Số: …`; empty for a paper without a number.
    pub number: &'a str,
    /// Place and day.
    pub dated: &'a str,
}

/// Writes the top: the office over the columns to `left`, the state's name from there to `last`.
///
/// # Errors
/// The writer's.
pub fn letterhead(
    out: &mut XlsxWriter,
    head: &Letterhead<'_>,
    left: u32,
    last: u32,
) -> Result<(), WriteError> {
    let (bold, plain) = (Look::BOLD.centred(), Look::PLAIN.centred());
    out.free(&[
        text(0, left, head.above, plain),
        text(left + 1, last, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", bold),
    ])?;
    out.free(&[
        text(0, left, head.office, bold),
        text(left + 1, last, "Độc lập - Tự do - Hạnh phúc", bold),
    ])?;
    let dated = text(left + 1, last, head.dated, Look::ITALIC.centred());
    if head.number.is_empty() {
        return out.free(&[dated]);
    }
    out.free(&[text(0, left, head.number, plain), dated])
}
