//! A file is whole or broken, never half and quiet.

use http_body_util::BodyExt;
use sheets::{Limits, Value as Read};

use super::*;

fn sheet() -> Sheet {
    let columns = vec![
        column("Họ và tên", 20.0, ColumnKind::Text),
        column("Số tiền", 12.0, ColumnKind::Money),
    ];
    Sheet { file: "thu".to_owned(), tab: "Thử", columns }
}

fn rows(count: i64) -> Feed {
    let row = |at| vec![Value::text(format!("=Người {at}")), Value::Whole(at * 500)];
    Feed::Rows(Part { rows: (0..count).map(row).collect(), last: false, seen: vec![] })
}

/// What a client gets of these feeds; `whole` as the program that feeds would decide it.
async fn sent(format: Format, feeds: Vec<Feed>) -> (Result<Vec<u8>, String>, Vec<u8>, u64) {
    let (pieces, body) = mpsc::channel(4);
    let (feed, fed) = mpsc::channel(1);
    let outlet = Outlet::new(pieces.clone(), tokio::runtime::Handle::current());
    let writer = tokio::task::spawn_blocking(move || pipe::write(format, &sheet(), fed, outlet));
    tokio::spawn(async move {
        for one in feeds {
            if feed.send(one).await.is_err() {
                break;
            }
        }
        drop(feed);
        let written = writer.await.unwrap();
        let end = if written.failure.is_none() { Piece::End } else { Piece::Broken };
        pieces.send(end).await.unwrap();
    });
    let (mut all, mut pieces) = (Vec::new(), 0);
    let mut body = Pieces::new(body);
    while let Some(frame) = body.frame().await {
        match frame {
            Ok(frame) => all.extend_from_slice(&frame.into_data().unwrap()),
            Err(error) => return (Err(error.to_string()), all, pieces),
        }
        pieces += 1;
    }
    (Ok(all.clone()), all, pieces)
}

#[tokio::test]
async fn a_whole_file_comes_in_many_pieces() {
    let feeds = || vec![rows(2_000), rows(2_000), Feed::End];
    let (csv, _, pieces) = sent(Format::Csv, feeds()).await;
    let text = String::from_utf8(csv.unwrap()).unwrap();
    assert_eq!(text.lines().count(), 4_001);
    assert!(text.starts_with("\u{feff}Họ và tên,Số tiền\r\n'=Người 0,0\r\n"), "{}", &text[..60]);
    assert!(pieces > 2, "{pieces}");
    let (xlsx, ..) = sent(Format::Xlsx, feeds()).await;
    let book = sheets::read(&xlsx.unwrap(), &Limits::default()).unwrap();
    assert_eq!(book.sheets[0].rows.len(), 4_001);
    assert_eq!(book.sheets[0].cell(4_001, 1).unwrap().value, Read::Number(999_500.0));
}

#[tokio::test]
async fn rows_that_end_without_their_end_break_the_file() {
    for format in [Format::Csv, Format::Xlsx] {
        let (outcome, half, _) = sent(format, vec![rows(5_000)]).await;
        assert!(outcome.is_err(), "{format:?}");
        assert!(sheets::read(&half, &Limits::default()).is_err() || format == Format::Csv);
    }
}

#[tokio::test]
async fn a_cell_that_no_workbook_holds_breaks_the_file() {
    let long = vec![vec![Value::text("x".repeat(40_000))]];
    let feeds = vec![rows(9_000), Feed::Rows(Part { rows: long, ..Part::default() }), Feed::End];
    let (outcome, half, _) = sent(Format::Xlsx, feeds).await;
    assert!(outcome.is_err());
    assert!(!half.is_empty() && sheets::read(&half, &Limits::default()).is_err());
}

#[tokio::test]
async fn a_sender_that_dies_breaks_the_answer() {
    let (pieces, body) = mpsc::channel(4);
    pieces.send(Piece::Bytes(bytes::Bytes::from_static(b"half"))).await.unwrap();
    drop(pieces);
    assert!(Pieces::new(body).collect().await.is_err());
    let (pieces, body) = mpsc::channel(4);
    pieces.send(Piece::End).await.unwrap();
    assert!(Pieces::new(body).collect().await.unwrap().to_bytes().is_empty());
}

#[tokio::test]
async fn a_client_that_leaves_stops_the_writer() {
    let (pieces, body) = mpsc::channel(4);
    let (feed, fed) = mpsc::channel(1);
    let outlet = Outlet::new(pieces, tokio::runtime::Handle::current());
    let writer =
        tokio::task::spawn_blocking(move || pipe::write(Format::Xlsx, &sheet(), fed, outlet));
    drop(body);
    while feed.send(rows(5_000)).await.is_ok() {}
    let written = writer.await.unwrap();
    assert!(written.left && written.failure.is_none(), "{written:?}");
}

#[test]
fn names_are_split_at_their_ending() {
    assert_eq!(Format::split("so-chi.xlsx").unwrap(), ("so-chi", Format::Xlsx));
    for bad in ["so-chi", "so-chi.exe", "csv", ""] {
        assert!(Format::split(bad).is_err(), "{bad}");
    }
}
