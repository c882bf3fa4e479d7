//! What the reader does with tables as people save them, and with any text at all.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

fn refusal(text: &str) -> TableError {
    read(text.as_bytes()).unwrap_err()
}

#[test]
fn columns_are_found_in_any_order_and_others_ignored() {
    let text = "\u{FEFF}Full_Name,note,record_id, SEX ,phone\r\n\
                Trần Thị Lựu,\"xa, lắm\",r1,Nữ,0912345678\r\n\
                \r\n\
                ,,,,\r\n\
                \"Lê \"\"Tèo\"\" Hai\",,\"r\"\"2\",,\r\n";
    let table = read(text.as_bytes()).unwrap();
    assert_eq!(table.ids, ["r1", "r\"2"]);
    let first =
        RawRecord {
            name: "Trần Thị Lựu", sex: "Nữ", phone: "0912345678", ..RawRecord::default()
        };
    assert_eq!(table.rows[0], first);
    assert_eq!(table.rows[1].name, "Lê \"\"Tèo\"\" Hai");
}

#[test]
fn a_doubled_quote_is_noticed_by_no_normalised_field() {
    use crate::normalise::{ListHabits, Normaliser};
    let mut normaliser = Normaliser::new();
    let mut normal = |quotes: &str| {
        let name = format!("Nguyễn Văn {quotes}Tèo{quotes} Em");
        let address = format!("{quotes}Thôn 3{quotes}, Xuân Long");
        let number = format!("{quotes}042161007788{quotes}");
        let birth = format!("{quotes}3/12/1961{quotes}");
        let raw = RawRecord {
            name: &name,
            address: &address,
            id_number: &number,
            birth: &birth,
            phone: &number,
            ..RawRecord::default()
        };
        normaliser.normalise(&raw, &ListHabits::default())
    };
    assert_eq!(normal("\""), normal("\"\""));
}

#[test]
fn lines_end_as_they_like_and_the_last_one_needs_no_end() {
    for end in ["\n", "\r\n", "\r", "\n\n"] {
        let text = ["record_id,full_name", "1,An", "2,Bình"].join(end);
        assert_eq!(read(text.as_bytes()).unwrap().ids, ["1", "2"], "{end:?}");
    }
}

#[test]
fn empty_columns_that_excel_leaves_on_the_right_do_no_harm() {
    let text = "record_id,full_name,,\n1,An,,\n2,Bình\n3,Cúc,,\n";
    assert_eq!(read(text.as_bytes()).unwrap().ids, ["1", "2", "3"]);
}

#[test]
fn what_is_no_table_is_refused_with_its_cause() {
    assert_eq!(refusal(""), TableError::Empty);
    assert_eq!(refusal("\u{FEFF}\r\n\r\n"), TableError::Empty);
    assert_eq!(refusal("record_id,full_name\n\n , \n"), TableError::NoRows);
    assert_eq!(refusal("PK\u{3}\u{4}rest"), TableError::Workbook);
    for (sign, name) in [('\t', "dấu tab"), (';', "dấu chấm phẩy"), ('|', "dấu gạch đứng")]
    {
        let text = "\n\"record_id\",full_name,birth\n1,An,1961\n".replace(',', &sign.to_string());
        assert_eq!(refusal(&text), TableError::OtherSeparator { line: 2, sign });
        assert!(refusal(&text).to_string().contains(name));
        let strange = text.replace("record_id", "ma").replace("full_name", "ten");
        assert_eq!(refusal(&strange), TableError::OtherSeparator { line: 2, sign });
    }
    let text = refusal("record_id,ho_ten\n1,An\n").to_string();
    assert!(text.contains("thiếu cột full_name (đang có: record_id, ho_ten)"), "{text}");
    let twice = TableError::ColumnTwice { line: 1, column: "phone" };
    assert_eq!(refusal("record_id,full_name,phone,Phone\n1,An,,\n"), twice);
    let bytes = [&b"record_id,full_name\n1,An\n2,B"[..], b"\xD7nh\n"].concat();
    assert_eq!(read(&bytes).unwrap_err(), TableError::NotUtf8 { line: 3 });
}

#[test]
fn a_wrong_row_is_refused_by_its_line() {
    let head = "record_id,full_name,birth\n1,\"An\nBình\",1961\r\n";
    let of = |rest: &str| refusal(&format!("{head}{rest}"));
    assert_eq!(of("2,Cúc"), TableError::TooFew { line: 4, fields: 2, columns: 3 });
    assert_eq!(of("2,Cúc,1,2"), TableError::TooMany { line: 4, fields: 4, columns: 3 });
    assert_eq!(of("2,\"Cúc,1\n3,An,2\n"), TableError::OpenQuote { line: 4 });
    assert_eq!(of("2,\"Cúc\" A,1\n"), TableError::AfterQuote { line: 4 });
    assert_eq!(of("\n ,Cúc,1\n"), TableError::NoId { line: 5 });
    let twice = |line, first, id: &str| TableError::IdTwice { line, first, id: id.to_owned() };
    assert_eq!(of("2,Cúc,1\n3,An,\n\n\"1\",An,\n3,A,\n"), twice(7, 2, "1"));
    assert_eq!(refusal("\"record_id"), TableError::OpenQuote { line: 1 });
}

/// The rows, the second part of them read by another thread from `middle` on.
fn divided(text: &str, middle: usize) -> Result<Table<'_>, TableError> {
    let mut reader = Reader::new(text);
    let columns = Columns::read(&mut reader)?;
    let read = columns.rows(text, reader.at, middle.max(reader.at));
    read.map_err(|fault| fault.explain(text, columns.places_needed))
}

#[test]
fn a_long_text_is_read_by_two_threads_to_the_same_rows() {
    // A lone quote in a field that is not quoted misleads the search for the second half.
    for quote in ["", "\""] {
        let rows =
            (0..30_000).map(|row| format!("{row},Ngu{quote}yễn Văn An,\"Thôn {row},\nxã\"\n"));
        let whole =
            format!("record_id,full_name,address\n0a,5\" dài,\n{}", rows.collect::<String>());
        assert!(whole.len() > DIVIDED_FROM);
        let table = read(whole.as_bytes()).unwrap();
        assert_eq!(table, divided(&whole, whole.len()).unwrap());
        assert_eq!(table.ids.len(), 30_001);
        assert_eq!(table.rows[30_000].address, "Thôn 29999,\nxã");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = read(&bytes);
    }

    #[test]
    fn any_text_below_the_heads_is_read_or_refused(
        text in "([a-c\"\",;\t\r\n ]|\\PC){0,80}",
        half in 0usize..120,
    ) {
        let text = format!("record_id,full_name\n{text}");
        if let Ok(table) = read(text.as_bytes()) {
            prop_assert_eq!(table.ids.len(), table.rows.len());
            let different: BTreeSet<_> = table.ids.iter().collect();
            prop_assert_eq!(different.len(), table.ids.len());
        }
        // Wherever the second thread begins, what is read is the same.
        let middle = (half..text.len()).find(|at| text.is_char_boundary(*at));
        let whole = divided(&text, text.len());
        prop_assert_eq!(divided(&text, middle.unwrap_or(text.len())), whole);
    }

    #[test]
    fn what_was_quoted_is_read_back(
        ids in prop::collection::btree_set("([a-c\"\",;\t\r\n ]|\\PC){0,12}[a-z]", 1..8),
        name in "([\"\",\r\n]|\\PC){0,20}",
    ) {
        let lines = ids.iter().map(|id| format!("{},{}\n", quoted(id), quoted(&name)));
        let text = format!("record_id,full_name\n{}", lines.collect::<String>());
        let table = read(text.as_bytes()).unwrap();
        let read_back: BTreeSet<String> = table.ids.iter().map(ToString::to_string).collect();
        prop_assert_eq!(read_back, ids);
        prop_assert_eq!(table.rows[0].name.replace("\"\"", "\""), name);
    }
}
