//! The signing list as a workbook in official form, sheet of paper by sheet of paper.

use axum::extract::Query;
use axum::response::Response;
use sheets::{CellOut, ColumnKind, Look, Spread, WriteError, XlsxWriter};
use vietnam::money::Dong;

use super::leaves::{Leaf, leaves};
use super::{Asked, Paper, paper};
use crate::relief::payments::pages::paper::{content, decisions, made};
use crate::relief::payments::pages::{id_text, sees_ids};
use crate::web::export::{Letterhead, Note, column, hand_over, letterhead, text};
use crate::web::{Desk, Error};

/// Last column of the table.
const LAST: u32 = 10;
/// Column of the amount.
const AMOUNT: u32 = 9;
/// Height of a row: room for a signature, or two lines. Points.
const ROW_HEIGHT: f64 = 32.0;
/// Eleven columns fit on A4 landscape at this size. Percent.
const SCALE: u32 = 80;

/// `GET /chi-tra/ky-nhan/tep`.
pub(in crate::relief::payments::pages) async fn file(
    desk: Desk,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let paper = paper(&desk, &asked, "chi-tra/ky-nhan/tep").await?;
    let bytes =
        write(&desk, &paper).map_err(|error| Error::internal("payments.signing_list", error))?;
    let name = format!("ky-nhan-{}-{}.xlsx", desk.actor.scope.code(), desk.app.clock.today());
    let note = Note { table: "chi-tra/ky-nhan", filter: asked.address("") };
    hand_over(&desk, &name, note, paper.claims.len() as u64, bytes).await
}

fn write(desk: &Desk, paper: &Paper) -> Result<Vec<u8>, WriteError> {
    use ColumnKind::{Money, Number, Text};
    let columns = [
        column("STT", 5.0, Number),
        column("Họ và tên", 24.0, Text),
        column("Số CMND/CCCD", 14.5, Text),
        column("Nội dung hỗ trợ", 14.0, Text),
        column("Xã, phường", 13.0, Text),
        column("Thôn, khối", 14.0, Text),
        column("Đối tượng", 16.0, Text),
        column("Hình thức", 9.0, Text),
        column("Nguồn", 11.5, Text),
        column("Số tiền (đồng)", 13.0, Money),
        column("Ký nhận", 14.0, Text),
    ];
    let mut out = XlsxWriter::paper(Vec::new(), "Ký nhận", &columns, true)?;
    out.scale(SCALE);
    out.row_height(ROW_HEIGHT);
    top(&mut out, paper)?;
    out.heads()?;
    let whole = sees_ids(&desk.actor);
    for leaf in leaves(&paper.amounts()) {
        if leaf.number > 1 {
            out.page_break();
            let words = format!("Mang sang từ trang {}: {} khoản", leaf.number - 1, leaf.from);
            sum(&mut out, &words, leaf.carried)?;
        }
        rows(&mut out, desk, paper, &leaf, whole)?;
        let words = format!("Cộng trang {}: {} khoản", leaf.number, leaf.to - leaf.from);
        sum(&mut out, &words, leaf.dong)?;
    }
    sum(&mut out, &format!("Tổng cộng: {} khoản", paper.claims.len()), paper.sum)?;
    foot(&mut out, desk, paper)?;
    out.finish()
}

fn rows(
    out: &mut XlsxWriter,
    desk: &Desk,
    paper: &Paper,
    leaf: &Leaf,
    whole: bool,
) -> Result<(), WriteError> {
    for at in leaf.from..leaf.to {
        let claim = &paper.claims[at];
        let catalogue = &desk.app.catalogue;
        let group = catalogue.group_short(&claim.programme_code, &claim.group_code);
        let (id, what) = (id_text(claim.id_number.as_deref(), whole), content(&desk.app, claim));
        out.row(&[
            CellOut::Whole(i64::try_from(at + 1).unwrap_or(i64::MAX)),
            CellOut::Text(&claim.full_name),
            CellOut::Text(&id),
            CellOut::Text(&what),
            CellOut::Text(&paper.head.place),
            CellOut::Text(&claim.hamlet),
            CellOut::Text(&group),
            CellOut::Text("Tiền mặt"),
            CellOut::Text(paper.budget(claim)),
            CellOut::Whole(claim.open_dong()),
            CellOut::Blank,
        ])?;
    }
    Ok(())
}

fn sum(out: &mut XlsxWriter, words: &str, dong: i64) -> Result<(), WriteError> {
    let look = Look::BOLD.boxed();
    out.free(&[
        text(0, AMOUNT - 1, words, look.centred()),
        Spread { from: AMOUNT, to: AMOUNT, value: CellOut::Whole(dong), look },
        text(LAST, LAST, "", look),
    ])
}

fn top(out: &mut XlsxWriter, paper: &Paper) -> Result<(), WriteError> {
    let (bold, plain) = (Look::BOLD.centred(), Look::PLAIN.centred());
    let head = &paper.head;
    let dated = format!("{}, {}", head.place, head.day);
    let top = Letterhead { above: &head.above, office: &head.office, number: "", dated: &dated };
    letterhead(out, &top, 4, LAST)?;
    out.free(&[text(0, LAST, "DANH SÁCH KÝ NHẬN TIỀN HỖ TRỢ", bold)])?;
    out.free(&[text(0, LAST, &paper.place, plain)])?;
    let by = format!("Kèm theo các quyết định {}", decisions(&paper.claims));
    out.free(&[text(0, LAST, if paper.claims.is_empty() { "" } else { &by }, plain)])
}

fn foot(out: &mut XlsxWriter, desk: &Desk, paper: &Paper) -> Result<(), WriteError> {
    let (bold, italic) = (Look::BOLD.centred(), Look::ITALIC.centred());
    let words = format!("Tổng số tiền bằng chữ: {}.", Dong(paper.sum).in_words());
    out.free(&[text(0, LAST, &words, Look::ITALIC)])?;
    let rule = "Người nhận chỉ ký sau khi đã nhận đủ tiền. Người nhận thay ký, ghi rõ họ tên và \
                kèm giấy ủy quyền.";
    out.free(&[text(0, LAST, rule, Look::ITALIC)])?;
    out.free(&[text(0, LAST, &format!("Lập lúc {}.", made(desk)), Look::ITALIC)])?;
    let day = format!("{}, ngày ...... tháng ...... năm ............", paper.head.place);
    out.free(&[text(7, LAST, &day, italic)])?;
    out.free(&[
        text(0, 2, "NGƯỜI LẬP", bold),
        text(3, 6, "ĐẠI DIỆN THÔN, NGƯỜI GIÁM SÁT", bold),
        text(7, LAST, "TM. ỦY BAN NHÂN DÂN", bold),
    ])?;
    out.free(&[
        text(0, 2, "(Ký, ghi rõ họ tên)", italic),
        text(3, 6, "(Ký, ghi rõ họ tên)", italic),
        text(7, LAST, "CHỦ TỊCH", bold),
    ])?;
    out.free(&[text(7, LAST, "(Ký tên, đóng dấu)", italic)])
}
