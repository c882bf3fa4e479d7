//! The daily report as a workbook in official form.

use axum::extract::Query;
use axum::response::Response;
use sheets::{CellOut, ColumnKind, Look, Spread, WriteError, XlsxWriter};
use vietnam::money::Dong;

use super::{AskedDay, DayLine, PaperHead, Report, audit_words, finding, head, report};
use crate::relief::payments::percent;
use crate::web::export::{Letterhead, Note, column, hand_over, letterhead, text};
use crate::web::{Desk, Error};

/// Columns of the table.
const WIDE: u32 = 12;

/// `GET /bao-cao/hang-ngay/tep`.
pub(in crate::relief::reports) async fn file(
    desk: Desk,
    Query(asked): Query<AskedDay>,
) -> Result<Response, Error> {
    let report = report(&desk, &asked).await?;
    let place = &report.at.filter.place;
    let code = [&place.commune, &place.district].into_iter().find(|code| !code.is_empty());
    let code = code.map_or(desk.actor.scope.province(), String::as_str).to_owned();
    let name = format!("bao-cao-ngay-{code}-{}.xlsx", report.day);
    let note = Note { table: "bao-cao/hang-ngay", filter: format!("{code} {}", report.day) };
    let rows = (report.groups.len() + report.units.len()) as u64;
    let bytes = write(&head(&desk, &report), &report)
        .map_err(|error| Error::internal("reports.daily", error))?;
    hand_over(&desk, &name, note, rows, bytes).await
}

fn write(head: &PaperHead, report: &Report) -> Result<Vec<u8>, WriteError> {
    use ColumnKind::{Money, Text};
    let columns = [
        column("Đơn vị, nhóm đối tượng", 30.0, Text),
        column("Được duyệt: khoản", 10.0, Money),
        column("Được duyệt: người", 10.0, Money),
        column("Được duyệt: đồng", 17.0, Money),
        column("Chi trong ngày: khoản", 10.0, Money),
        column("Chi trong ngày: đồng", 16.0, Money),
        column("Đã chi lũy kế: khoản", 10.0, Money),
        column("Đã chi lũy kế: đồng", 17.0, Money),
        column("Còn lại: khoản", 10.0, Money),
        column("Còn lại: đồng", 16.0, Money),
        column("Không chi được: khoản", 11.0, Money),
        column("Tỷ lệ đã chi", 9.0, Text),
    ];
    let mut paper = XlsxWriter::paper(Vec::new(), "Báo cáo ngày", &columns, true)?;
    let (bold, plain) = (Look::BOLD.centred(), Look::PLAIN.centred());
    let last = WIDE - 1;
    let dated = format!("{}, {}", head.place, head.date);
    let (above, office, number) = (&head.above, &head.office, "Số: ......../BC-UBND");
    letterhead(&mut paper, &Letterhead { above, office, number, dated: &dated }, 3, last)?;
    paper.free(&[])?;
    paper.free(&[text(0, last, "BÁO CÁO", bold)])?;
    paper.free(&[text(0, last, "Kết quả chi trả hỗ trợ trong ngày", bold)])?;
    paper.free(&[text(0, last, &format!("Kính gửi: {}", head.to), plain)])?;
    paper.free(&[text(0, last, &finding(report), Look::PLAIN.wrapped())])?;
    paper.heads()?;
    for line in &report.groups {
        row(&mut paper, line)?;
    }
    sum(&mut paper, &report.sum)?;
    if !report.units.is_empty() {
        paper.free(&[text(0, last, "Theo đơn vị", Look::BOLD)])?;
        for line in &report.units {
            row(&mut paper, line)?;
        }
    }
    foot(&mut paper, report)?;
    paper.finish()
}

fn numbers(line: &DayLine) -> [i64; 10] {
    let (items, dong) = line.left();
    [
        line.approved.items,
        line.approved.people,
        line.approved.dong,
        line.today.items,
        line.today.dong,
        line.so_far.items,
        line.so_far.dong,
        items,
        dong,
        line.not_paid.items,
    ]
}

fn row(paper: &mut XlsxWriter, line: &DayLine) -> Result<(), WriteError> {
    let share = percent(line.so_far.items, line.approved.items);
    let mut cells = vec![CellOut::Text(&line.name)];
    cells.extend(numbers(line).map(CellOut::Whole));
    cells.push(CellOut::Text(&share));
    paper.row(&cells)
}

fn sum(paper: &mut XlsxWriter, line: &DayLine) -> Result<(), WriteError> {
    let share = percent(line.so_far.items, line.approved.items);
    let look = Look::BOLD.boxed();
    let mut cells = vec![text(0, 0, &line.name, look)];
    for (at, number) in (1..).zip(numbers(line)) {
        cells.push(Spread { from: at, to: at, value: CellOut::Whole(number), look });
    }
    cells.push(text(WIDE - 1, WIDE - 1, &share, look));
    paper.free(&cells)
}

fn foot(paper: &mut XlsxWriter, report: &Report) -> Result<(), WriteError> {
    let last = WIDE - 1;
    let words = |what: &str, dong: i64| format!("{what} (bằng chữ): {}.", Dong(dong).in_words());
    paper.free(&[])?;
    let today = words("Số tiền chi trong ngày", report.sum.today.dong);
    paper.free(&[text(0, last, &today, Look::ITALIC)])?;
    let so_far = words("Số tiền đã chi lũy kế", report.sum.so_far.dong);
    paper.free(&[text(0, last, &so_far, Look::ITALIC)])?;
    if !report.reasons.is_empty() {
        paper.free(&[text(0, last, "Lý do không chi được", Look::BOLD)])?;
    }
    for (name, items, dong) in &report.reasons {
        let line = format!("- {name}: {} khoản, {}", Dong(*items), Dong(*dong).with_unit());
        paper.free(&[text(0, last, &line, Look::PLAIN)])?;
    }
    paper.free(&[])?;
    let bold = Look::BOLD.centred();
    paper
        .free(&[text(0, 4, "NGƯỜI LẬP BIỂU", bold), text(6, last, "TM. ỦY BAN NHÂN DÂN", bold)])?;
    let signs = Look::ITALIC.centred();
    paper.free(&[text(0, 4, "(Ký, ghi rõ họ tên)", signs), text(6, last, "CHỦ TỊCH", bold)])?;
    if !report.root.is_empty() {
        paper.free(&[])?;
        let told = format!("Mã gốc của sổ chi công khai khi khóa sổ ngày này: {}", report.root);
        paper.free(&[text(0, last, &told, Look::PLAIN.wrapped())])?;
    }
    let audit = audit_words(report);
    if audit.is_empty() {
        return Ok(());
    }
    paper.free(&[])?;
    let told = format!("Mốc nhật ký (số mục: mã kiểm tra): {audit}");
    paper.free(&[text(0, last, &told, Look::PLAIN.wrapped())])
}
