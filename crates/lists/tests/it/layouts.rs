//! Layouts of lists that once were read wrongly, or easily could be.

use lists::{Row, RowKind, Sex};

use super::{people, problems, read, read_lines, read_sheets, repairs, sheet};

fn kinds(reading: &lists::Reading) -> Vec<(u32, RowKind)> {
    reading.sheets[0]
        .rows
        .iter()
        .filter_map(|row| match row {
            Row::Skip(skip) => Some((skip.row, skip.kind)),
            Row::Data(_) => None,
        })
        .collect()
}

#[test]
fn sections_under_a_header_without_merged_cells() {
    let reading = read_lines(
        "a.xlsx",
        &[
            "ỦY BAN NHÂN DÂN XÃ THẠCH ĐÀI",
            "DANH SÁCH ĐỀ NGHỊ HỖ TRỢ",
            "Stt|Họ tên|Số CMND|Năm sinh||Thôn|Mức hưởng|Ghi chú",
            "|||Nam|Nữ|||",
            "I|Đối tượng bảo trợ xã hội",
            "1|Nguyễn Huy Hoan|'042040029671|1940||Thôn Đông|1500000",
            "|Cộng mục|||||1500000",
            "II|Hộ cận nghèo",
            "2|Ngô Thị Cúc|'187062378||1925|Thôn Đông|750000",
            "|Tổng cộng: 2 người|||||2250000",
        ],
    );
    let rows = people(&reading, 0);
    assert_eq!(reading.unit.as_ref().unwrap().code, "18643");
    assert_eq!(reading.sheets[0].header_rows, [3, 4]);
    let groups: Vec<_> = rows.iter().map(|row| row.group.as_deref()).collect();
    assert_eq!(groups, [Some("BTXH"), Some("HCN")]);
    assert_eq!((rows[0].sex, rows[1].sex), (Some(Sex::Male), Some(Sex::Female)));
    assert_eq!(
        kinds(&reading),
        [
            (5, RowKind::Section),
            (7, RowKind::Subtotal),
            (8, RowKind::Section),
            (10, RowKind::Total)
        ]
    );
    assert!(reading.sheets[0].problems.is_empty());
}

#[test]
fn a_header_that_comes_again_and_signers() {
    let reading = read_lines(
        "ds_tran_phu.xlsx",
        &[
            "DANH SÁCH HỘ NGHÈO",
            "TT|Họ và tên|NS|GTTT|Đ/c|Số tiền|GC",
            "1|Trần Văn An|1950|'183318711|Khối 1|750000",
            "TT|Họ và tên|NS|GTTT|Đ/c|Số tiền|GC",
            "2|Lê Thị Bình|1960|'183318712|Khối 2|750000",
            "|Cộng||||1500000",
            "Số tiền bằng chữ: Một triệu năm trăm nghìn đồng",
            "||||Trần Phú, ngày 27 tháng 4 năm 2020",
            "|Người lập biểu|||TM. ỦY BAN NHÂN DÂN",
            "",
            "|Nguyễn Thị Thảo|||Phan Xuân Hải",
        ],
    );
    assert_eq!(people(&reading, 0).len(), 2);
    assert_eq!(reading.unit.as_ref().unwrap().code, "18070");
    assert_eq!(reading.sheets[0].totals_in_sheet.amount, Some(1_500_000));
    assert_eq!(reading.sheets[0].rows.len(), 9);
}

#[test]
fn the_place_and_date_may_stand_under_the_identity_numbers() {
    let reading = read_lines(
        "a.xlsx",
        &[
            "UBND XÃ CẨM BÌNH",
            "STT|Họ tên|Ngày sinh|Số CMND|Số tiền",
            "1|Trần Văn An|05/03/1950|'183318711|1500000",
            "|||Cẩm Bình, ngày 24 tháng 4 năm 2020",
            "|NGƯỜI LẬP||CHỦ TỊCH",
            "|Phan Văn Thảo||Nguyễn Văn Cường",
        ],
    );
    assert_eq!(people(&reading, 0).len(), 1);
}

#[test]
fn marks_split_names_and_traps() {
    let reading = read_lines(
        "a.xlsx",
        &[
            "DANH SÁCH NGƯỜI CÓ CÔNG, xã Thạch Đài, huyện Thạch Hà",
            "STT|Họ và tên đệm|Tên|Ngày sinh|Nữ|Ngày cấp|Số thẻ CCCD|Mã số thuế|Mức hỗ trợ/tháng|Thành tiền|Ký, ghi rõ họ tên",
            "1|Nguyễn Thị|Hoa|5/3/1950|x|01/02/2015|'042150000001|3001234567|500000|1500000",
            "2|Trần Văn|An|1951||01/02/2015|'042051000002|3001234568|500000|1500000",
            "3|Lê|Bình|1952||01/02/2015|'042052000003|3001234569|500000|1.000.000",
        ],
    );
    let rows = people(&reading, 0);
    assert_eq!(rows[0].full_name.as_deref(), Some("Nguyễn Thị Hoa"));
    assert_eq!(rows[0].sex, Some(Sex::Female));
    assert_eq!(rows[1].sex, Some(Sex::Male));
    assert_eq!(rows[0].id_number.as_deref(), Some("042150000001"));
    assert!(problems(rows[0]).is_empty());
    assert_eq!(problems(rows[2]), ["birth_year_only", "amount_not_rate"]);
    assert_eq!(repairs(rows[2]), ["amount_text"]);
}

#[test]
fn household_sheets_count_khau() {
    let reading = read_lines(
        "a.xlsx",
        &[
            "Danh sách hộ nghèo - xã Cẩm Bình",
            "STT|Họ tên|Quan hệ|Năm sinh|CMND|Số khẩu|Số tiền",
            "1|Hoàng Văn Long|Chủ hộ|1960|'183318711|3|2250000",
            "|Bùi Thị Hồng|Vợ|1962|'183318712",
            "|Hoàng Văn Nam|Con|2010||",
            "2|Lê Thị Hiền|Chủ hộ|1979|'183318713|1|500000",
            "|Tổng cộng: 4 khẩu||||4|2750000",
        ],
    );
    let rows = people(&reading, 0);
    assert_eq!(rows.len(), 4);
    assert_eq!(rows[1].household_head.as_deref(), Some("Hoàng Văn Long"));
    assert_eq!((rows[1].amount, problems(rows[1])), (None, vec!["birth_year_only"]));
    assert_eq!(problems(rows[2]), ["birth_year_only", "id_missing_child"]);
    assert_eq!(problems(rows[3]), ["birth_year_only", "amount_not_rate"]);
    assert_eq!(reading.sheets[0].computed_totals.people, 4);
    assert!(reading.sheets[0].problems.is_empty());
}

#[test]
fn tcvn3_without_its_font() {
    let reading = read_lines(
        "a.xlsx",
        &[
            "ubnd x· s¬n kim 1",
            "danh s¸ch hé nghÌo",
            "stt|hä tªn|n¨m sinh|nam/n÷|sè cmnd|th«n|sè tiÒn",
            "1|§Ëu V¨n Thanh|25/03/1937|Nam|'188660764|Th«n B¾c Hµ|750000",
            "2|NguyÔn ThÞ Th¾m|01/04/1940|N÷|'066140019184|Th«n B¾c Hµ|750000",
            "3|Phan V¨n Hng|16/12/1967|Nam|'181697884|Th«n QuyÕt ThÞnh|750000",
        ],
    );
    let rows = people(&reading, 0);
    assert_eq!(reading.unit.as_ref().unwrap().code, "18196");
    assert_eq!(rows[1].full_name.as_deref(), Some("Nguyễn Thị Thắm"));
    assert_eq!((rows[1].sex, rows[1].group.as_deref()), (Some(Sex::Female), Some("HN")));
    assert_eq!(repairs(rows[0]), ["tcvn3"]);
    assert_eq!(problems(rows[2]), ["lossy_font"]);
    assert_eq!(rows[2].problems[0].suggestion.as_deref(), Some("Phan Văn Hưng"));
}

#[test]
fn a_csv_has_no_types() {
    let csv = "STT;Họ tên;Năm sinh;CMND;Số tiền\n1;Trần Văn An;1950;31189232;1500000\n2;Lê Thị Bình;24567;4.2075E+10;1.500.000\n";
    let reading = read("DS NCC xa Cam Binh.csv", csv.as_bytes(), &lists::Overrides::default());
    let rows = people(&reading, 0);
    assert_eq!(reading.unit.as_ref().unwrap().code, "18685");
    assert_eq!(rows[0].id_number.as_deref(), Some("031189232"));
    assert_eq!(repairs(rows[0]), ["zero_lost_9"]);
    assert_eq!(repairs(rows[1]), ["excel_serial_date", "amount_text"]);
    assert_eq!(problems(rows[1]), ["sci_notation_id"]);
    assert_eq!(rows[0].group.as_deref(), Some("NCC"));
}

#[test]
fn empty_lists_and_sheets_without_a_table() {
    let reading = read_sheets(
        "a.xlsx",
        &[
            sheet(
                "HKD",
                &[
                    "UBND PHƯỜNG TRẦN PHÚ",
                    "TT|Họ và tên|Năm sinh|CMND|Số tiền",
                    "Không có đối tượng",
                ],
            ),
            sheet("Sheet2", &["Việc cần làm", "1. Gửi danh sách cho huyện"]),
            sheet(
                "Danh bạ",
                &["STT|Họ tên|Chức vụ|Điện thoại", "1|Trần Văn An|Thôn trưởng|912345678"],
            ),
            sheet(
                "TH",
                &[
                    "STT|Nhóm đối tượng|Số người|Số tiền",
                    "1|Hộ nghèo|20|15000000",
                    "|Cộng|20|15000000",
                ],
            ),
        ],
    );
    assert_eq!(reading.sheets[0].problems[0].code.as_str(), "empty_list");
    assert!(reading.sheets[1..].iter().all(|sheet| sheet.irrelevant));
    assert_eq!(reading.sheets[1].problems[0].code.as_str(), "no_table");
}

#[test]
fn thousands_and_wrong_totals() {
    let reading = read_lines(
        "a.xlsx",
        &[
            "UBND xã Cẩm Bình",
            "DANH SÁCH LAO ĐỘNG TỰ DO",
            "||||Đơn vị tính: nghìn đồng",
            "STT|Họ tên|Ngày sinh|CMND|Số tiền",
            "1|Trần Văn An|05/03/1950|'183318711|1000",
            "2|Lê Thị Bình|06/03/1950|'183318712|2000",
            "|Tổng cộng: 3 người|||4000",
        ],
    );
    let sheet = &reading.sheets[0];
    assert_eq!(sheet.amount_unit, 1000);
    assert_eq!(people(&reading, 0)[1].amount, Some(2_000_000));
    assert_eq!(repairs(people(&reading, 0)[0]), ["amount_unit_thousand"]);
    let codes: Vec<_> = sheet.problems.iter().map(|problem| problem.code.as_str()).collect();
    assert_eq!(codes, ["total_mismatch", "total_mismatch"]);
}

#[test]
fn numbered_rows_without_a_person_are_blank() {
    let reading = read_lines(
        "a.xlsx",
        &[
            "UBND xã Cẩm Bình",
            "DANH SÁCH NGƯỜI CÓ CÔNG",
            "STT|Họ tên|Ngày sinh|CMND|Số tiền",
            "1|Trần Văn An|05/03/1950|'183318711|1500000",
            "2||||0",
            "3",
        ],
    );
    assert_eq!(people(&reading, 0).len(), 1);
    assert_eq!(kinds(&reading), [(5, RowKind::Blank), (6, RowKind::Blank)]);
}
