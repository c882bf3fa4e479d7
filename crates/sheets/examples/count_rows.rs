//! Reads files and prints what is in them: `count_rows FILE [TIMES]`. For measuring from outside:
//! TIMES reads the same bytes again and again.

use std::io::Write;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("usage: count_rows FILE [TIMES]")?;
    let times = arguments.next().map_or(Ok(1), |t| t.parse::<u32>())?;
    let bytes = std::fs::read(&path)?;
    let limits = sheets::Limits::default();
    for _ in 1..times {
        std::hint::black_box(sheets::read(&bytes, &limits)?);
    }
    let book = sheets::read(&bytes, &limits)?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{:?} {:?} {:?}", book.format, book.encoding, book.separator)?;
    for sheet in &book.sheets {
        let cells: usize = sheet.rows.iter().map(|row| row.cells.len()).sum();
        writeln!(out, "{:?}: {} rows, {cells} cells", sheet.name, sheet.rows.len())?;
    }
    Ok(())
}
